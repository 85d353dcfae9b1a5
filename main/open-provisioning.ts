/** The window in which a node is set up: alone, before there is a wall, or beside the one that runs. */
import { join } from 'node:path'
import {
  app,
  clipboard,
  ipcMain,
  screen as electronScreen,
  type BrowserWindow,
  type WebContents,
} from 'electron'
import type { Bounds } from '../preload/contract/display.ts'
import { tokenOf } from '../preload/contract/place.ts'
import { ok, type Problem } from '../preload/contract/result.ts'
import type { Sender } from '../preload/contract/row.ts'
import { healthOfWall } from './health-of-wall.ts'
import { findPassphrase } from './identity/passphrase.ts'
import { isReleased, log, type Begun } from './life.ts'
import type { OpenedNode } from './open-node.ts'
import { openPolicy } from './open-policy.ts'
import type { HeldPolicy } from './policy/hold-policy.ts'
import { deskLevelOf, type Policy } from './policy/policy.ts'
import { answerProvisioning, type ProvisioningHandlers } from './provisioning/calls.ts'
import { provisionedEntrance } from './provisioning/identities/entrance.ts'
import { holdIdentities } from './provisioning/identities/hold-identities.ts'
import type { Choose } from './provisioning/choose.ts'
import { healthOfProfile } from './provisioning/health.ts'
import { oneTry } from './provisioning/one-try.ts'
import { answerPolicies } from './provisioning/policies.ts'
import { readProvisioned } from './provisioning/provisioned.ts'
import { tellProvisioning, type ProvisionedNode } from './provisioning/told.ts'
import { openTrailDesk } from './provisioning/trail.ts'
import { trustOfProfile } from './provisioning/trust-of-profile.ts'
import { auditCalls } from './record-calls.ts'
import { createTrail, type Trail } from './trail/trail.ts'
import type { Bundle } from './trust/app-protocol.ts'
import { openSession } from './trust/hardening.ts'
import { notifier, serveCalls } from './trust/ipc.ts'
import { versionIn } from './version.ts'
import { authorOf } from './wall/author.ts'
import { firstLanguage } from './wall/language.ts'
import { openSettings } from './wall/settings.ts'
import { chooseFile, choosePlace, confirmed } from './windows/choose-file.ts'
import { openProvisioningWindow, type OpenedPart } from './windows/provisioning-window.ts'

export interface OpenedProvisioning {
  /** to the front, opened where it is not */
  show(): void
  handlers: ProvisioningHandlers
  senderOf(contents: WebContents): Sender | undefined
  /** what it shows of its node may be another */
  changed(): void
}

/** What people are asked for by the system, over that window. */
interface OverWindow {
  choose: Choose
  /** the window that asks; null: none is open */
  over: { window: BrowserWindow | null }
}

function overWindow(): OverWindow {
  const over: OverWindow['over'] = { window: null }
  return {
    over,
    choose: {
      file: (kinds) => chooseFile(over.window, kinds),
      place: (name) => choosePlace(over.window, name),
      confirm: (asked) => confirmed(over.window, asked),
    },
  }
}

const failed = ({ code, message, subject }: Problem) => log(`${code} ${subject}: ${message}`)

/** @param closed its person has closed it */
export function openProvisioning(
  { options, out, parts, profile }: Begun,
  { node, over }: OpenedOver,
  bundle: Bundle,
  closed: () => void = () => undefined,
): OpenedProvisioning {
  let opened: OpenedPart | null = null
  const notify = notifier(failed)
  const changed = () => {
    if (opened !== null)
      notify(opened.window.webContents, 'provisioning', 'stateChanged', tellProvisioning(node))
  }
  // whatever a page tries a passphrase at, it is one at a time
  const trying = oneTry()
  const policies = answerPolicies({
    node,
    trying,
    choose: node.choose,
    told(state) {
      if (opened !== null) notify(opened.window.webContents, 'policies', 'stateChanged', state)
    },
    now: () => Date.now(),
    failed,
  })
  parts.add(policies)
  const identities = parts.add(
    holdIdentities({
      ...{ profile, policy: node.policy, outlivesWindow: node.running, now: () => Date.now() },
      async entrance() {
        const { platform, card } = options
        if (platform !== null) return ok({ ...platform, platform: platform.addresses })
        if (card === null) return provisionedEntrance(profile)
        return ok({ platform: card.addresses, identity: null, authority: card.authority, tlsFirst: true })
      },
      ...{ choose: node.choose, signedIn: node.trail.signedIn, language: node.language },
      ...{ trying, problem: failed },
      changed(state) {
        if (opened !== null) notify(opened.window.webContents, 'identities', 'stateChanged', state)
      },
    }),
  )
  const trail = openTrailDesk(node.trail, () => {
    void trail.standing().then((standing) => {
      if (opened !== null) notify(opened.window.webContents, 'trail', 'standingChanged', standing)
    })
  })
  parts.add(trail)
  /** whoever opens it again chooses who signs, and types the passphrase again */
  const close = () => {
    opened = null
    over.window = null
    policies.close()
    identities.close()
    void trail.close()
  }
  /** @param part of the page */
  const open = (bounds: Bounds, part = '') => {
    const own = openProvisioningWindow({
      ...{ bounds, part },
      preload: join(out, 'preload', 'provisioning.cjs'),
      session: openSession('provisioning', bundle),
      developing: !isReleased(app) && process.env['VIGIE_DEVTOOLS'] === '1',
      contentProtection: node.policy.now().contentProtection,
      gone: (why) => log(`provisioning: ${why}`),
    })
    own.window.once('closed', () => {
      if (opened !== own) return
      close()
      closed()
    })
    opened = own
    over.window = own.window
  }
  // another policy: what this window may not show any more leaves it with its page, before it is told anything
  parts.add({
    dispose: node.policy.listen((next, before) => {
      if (opened === null) return
      if (next.deskCeiling < before.deskCeiling) {
        const own = opened
        const [bounds, part] = [own.window.getBounds(), own.part()]
        close()
        own.dispose()
        open(bounds, part)
      } else opened.window.setContentProtection(next.contentProtection)
    }),
  })
  parts.add({ dispose: node.policy.listen(changed) })
  parts.add({ dispose: node.policy.listen(identities.look) })
  parts.add({ dispose: node.listen(changed) })
  parts.add({
    dispose() {
      const own = opened
      opened = null
      own?.dispose()
    },
  })
  return {
    changed,
    handlers: answerProvisioning(
      node,
      { identities: identities.handlers, policies: policies.handlers },
      {
        ...trail,
        unlock: (typed) => trying(() => trail.unlock(typed)).finally(() => typed?.erase()),
      },
      changed,
    ),
    senderOf: (contents) =>
      opened?.window.webContents === contents ? { role: 'provisioning', screen: null } : undefined,
    show() {
      if (opened !== null) {
        opened.window.show()
        return opened.window.focus()
      }
      open(electronScreen.getPrimaryDisplay().workArea)
    },
  }
}

/** The node that a window is about, and where the window is that its dialogs stand over. */
interface OpenedOver extends Pick<OverWindow, 'over'> {
  node: ProvisionedNode
}

const seenBy = ({ scheme, deskCeiling }: Policy): string[] =>
  scheme.levels.slice(0, deskCeiling + 1).map(({ id }) => id)

const copy = (text: string): void => void clipboard.writeText(text)

/** The node whose wall runs. */
export function besideWall(node: OpenedNode, { options, profile }: Begun): OpenedOver {
  const { about, policy, state, acting } = node
  const { choose, over } = overWindow()
  const signedIn = () => node.signing?.now() ?? null
  const given = options.platform ?? options.card
  return {
    over,
    node: {
      ...{ profile, policy, version: about.version, exercise: about.exercise, running: true },
      language: () => state.now().language,
      speak: (language) =>
        void acting.perform(
          { act: 'set-language', language },
          authorOf(state.now(), policy.now(), policy.now().node, null),
        ),
      listen: (heard) =>
        state.listen((next, before) => {
          if (next.language !== before.language) heard()
        }),
      health: async () => ({ ...(await healthOfWall(node, profile)), ...(await node.platform?.()) }),
      trust: {
        policy: policy.now,
        policyAuthority: options.policy.authority,
        pinned: () =>
          Promise.resolve({
            authority: signedIn()?.authority ?? null,
            file: given?.authority ?? null,
            problem: null,
            certificate: signedIn()?.identity?.certificate ?? null,
          }),
        trust: () => node.trust,
        addresses: () =>
          state
            .now()
            .platform.split(', ')
            .filter((address) => address !== ''),
      },
      trail: {
        profile,
        wall: node.trail,
        seen: () => seenBy(policy.now()),
        authorities: () => Promise.resolve(signedIn()?.authority ?? null),
        stampAuthorities: () => policy.now().timestamp?.authorities ?? null,
        signedIn: () => signedIn()?.identity?.certificate ?? null,
        identity: () => Promise.resolve(null),
        ...{ choose, now: () => Date.now(), node: () => policy.now().node },
      },
      ...{ choose, copy },
    },
  }
}

/** No wall, no engine, no platform: whoever sets a machine up, before anybody can sign in on it. */
export async function provisionAlone(begun: Begun, bundle: Bundle): Promise<void> {
  const { options, profile, parts, end } = begun
  const policy = await openPolicy(begun, false, () => undefined)
  const settings = openSettings(profile, () => undefined)
  let language = options.language ?? settings.language ?? policy.now().language ?? firstLanguage(process.env)
  const version = versionIn(app.getAppPath())
  const trail = openSpooledTrail(begun, policy, version)
  const trust = parts.add(trustOfProfile(profile, policy, () => undefined))
  const { choose, over } = overWindow()
  const node: ProvisionedNode = {
    ...{ profile, policy, version, exercise: false, running: false },
    language: () => language,
    speak(next) {
      language = next
      settings.setLanguage(next)
    },
    // only here it is changed, and then the window is told anyhow
    listen: () => () => undefined,
    async health() {
      await trust.pinned()
      const facts = trust.trust().facts()
      return healthOfProfile(profile, {
        trust: facts.crls.length === 0 ? null : facts,
        versions: { vigie: version, runtime: `Electron ${process.versions.electron}` },
        mayCopy: policy.now().copy,
      })
    },
    trust: {
      policy: policy.now,
      policyAuthority: options.policy.authority,
      ...{ pinned: trust.pinned, trust: trust.trust },
      addresses: () => policy.now().platform ?? [],
    },
    trail: {
      ...{ profile, wall: null },
      seen: () => seenBy(policy.now()),
      authorities: async () => (await trust.pinned()).authority,
      stampAuthorities: () => policy.now().timestamp?.authorities ?? null,
      signedIn: () => null,
      async identity() {
        const read = await readProvisioned(profile)
        if (!read.ok || read.value.node === null) return null
        const { identity: file, passphrase } = read.value.node
        // a card opens it where its PIN is asked for: at the command line
        if (file === null) return null
        const sources = {
          passphraseFile: passphrase.from === 'file' ? passphrase.file : null,
          passphraseCredential: passphrase.from === 'credential' ? passphrase.name : null,
        }
        return { file, passphrase: await findPassphrase(sources, process.env) }
      },
      ...{ choose, now: () => Date.now(), node: () => policy.now().node },
    },
    ...{ choose, copy },
  }
  const window = openProvisioning(begun, { node, over }, bundle, () => end())
  const problem = ({ message }: { message: string }) => {
    log(`provisioning: ${message}`)
    return ok(undefined)
  }
  const refused = (problem: Problem) => {
    failed(problem)
    trail.record({
      ...{ kind: 'refused', subject: problem.subject ?? null, refused: problem.code },
      detail: { message: problem.message },
    })
  }
  // nobody sits at this node yet: it is the machine that is set up
  const author = () => ({ person: null, function: null, node: policy.now().node, automation: null })
  parts.add({
    dispose: serveCalls(
      ipcMain,
      { ...window.handlers, window: { problem } },
      window.senderOf,
      refused,
      undefined,
      auditCalls(trail, author, () => deskLevelOf(policy.now())),
    ),
  })
  app.on('second-instance', window.show)
  window.show()
}

/** What is done here is in the chain once the wall starts: nobody is signed in who could seal it. */
function openSpooledTrail({ profile, parts }: Begun, policy: HeldPolicy, version: string): Trail {
  const { node } = policy.now()
  const trail = createTrail({
    ...{ folder: profile, node, token: tokenOf(node), now: () => Date.now(), log },
    problem: (problem) => {
      if (problem !== null) failed(problem)
    },
    ...{ stamp: () => null, outlet: () => null },
  })
  trail.record({ kind: 'start', subject: version, detail: { provision: true } })
  parts.add({ dispose: () => trail.end().then(trail.dispose) })
  return trail
}
