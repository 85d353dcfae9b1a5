/** The window in which a node is set up: alone, before there is a wall, or beside the one that runs. */
import { join } from 'node:path'
import { app, ipcMain, screen as electronScreen, type WebContents } from 'electron'
import { ok, type Problem } from '../preload/contract/result.ts'
import type { Sender } from '../preload/contract/row.ts'
import { isReleased, log, type Begun } from './life.ts'
import type { OpenedNode } from './open-node.ts'
import { openPolicy } from './open-policy.ts'
import { answerProvisioning, type ProvisioningHandlers } from './provisioning/calls.ts'
import { provisionedEntrance } from './provisioning/identities/entrance.ts'
import { holdIdentities } from './provisioning/identities/hold-identities.ts'
import { answerPolicies } from './provisioning/policies.ts'
import { tellProvisioning, type ProvisionedNode } from './provisioning/told.ts'
import type { Bundle } from './trust/app-protocol.ts'
import { openSession } from './trust/hardening.ts'
import { notifier, serveCalls } from './trust/ipc.ts'
import { versionIn } from './version.ts'
import { authorOf } from './wall/author.ts'
import { firstLanguage } from './wall/language.ts'
import { openSettings } from './wall/settings.ts'
import { fileDialogs } from './windows/file-dialogs.ts'
import { policyDialogs } from './windows/policy-dialogs.ts'
import { openProvisioningWindow } from './windows/provisioning-window.ts'
import type { Opened } from './windows/wall-window.ts'

export interface OpenedProvisioning {
  /** to the front, opened where it is not */
  show(): void
  handlers: ProvisioningHandlers
  senderOf(contents: WebContents): Sender | undefined
  /** what it shows of its node may be another */
  changed(): void
}

const failed = ({ code, message, subject }: Problem) => log(`${code} ${subject}: ${message}`)

/** @param closed its person has closed it */
export function openProvisioning(
  { options, out, parts, profile }: Begun,
  node: ProvisionedNode,
  bundle: Bundle,
  closed: () => void = () => undefined,
): OpenedProvisioning {
  let opened: Opened | null = null
  const notify = notifier(failed)
  const changed = () => {
    if (opened !== null)
      notify(opened.window.webContents, 'provisioning', 'stateChanged', tellProvisioning(node))
  }
  const policies = answerPolicies(
    node,
    policyDialogs(() => opened?.window ?? null),
    (state) => {
      if (opened !== null) notify(opened.window.webContents, 'policies', 'stateChanged', state)
    },
  )
  parts.add(policies)
  const identities = parts.add(
    holdIdentities({
      ...{ profile, policy: node.policy, outlivesWindow: node.running, now: () => Date.now() },
      async entrance() {
        const { platform } = options
        if (platform === null) return provisionedEntrance(profile)
        const { addresses, identity, authority, tlsFirst } = platform
        return ok({ platform: addresses, identity, authority, tlsFirst })
      },
      dialogs: fileDialogs(() => opened?.window ?? null),
      changed(state) {
        if (opened !== null) notify(opened.window.webContents, 'identities', 'stateChanged', state)
      },
    }),
  )
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
      changed,
    ),
    senderOf: (contents) =>
      opened?.window.webContents === contents ? { role: 'provisioning', screen: null } : undefined,
    show() {
      if (opened !== null) {
        opened.window.show()
        return opened.window.focus()
      }
      const { workArea } = electronScreen.getPrimaryDisplay()
      const own = openProvisioningWindow({
        bounds: workArea,
        preload: join(out, 'preload', 'provisioning.cjs'),
        session: openSession('provisioning', bundle),
        developing: !isReleased(app) && process.env['VIGIE_DEVTOOLS'] === '1',
        contentProtection: node.policy.now().contentProtection,
        gone: (why) => log(`provisioning: ${why}`),
      })
      own.window.once('closed', () => {
        if (opened !== own) return
        opened = null
        closed()
      })
      opened = own
    },
  }
}

/** The node whose wall runs. */
export const besideWall = (
  { about, policy, state, acting }: OpenedNode,
  profile: string,
): ProvisionedNode => ({
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
})

/** No wall, no engine, no platform: whoever sets a machine up, before anybody can sign in on it. */
export async function provisionAlone(begun: Begun, bundle: Bundle): Promise<void> {
  const { options, profile, parts, end } = begun
  const policy = await openPolicy(begun, false, () => undefined)
  const settings = openSettings(profile, () => undefined)
  let language = options.language ?? settings.language ?? policy.now().language ?? firstLanguage(process.env)
  const node: ProvisionedNode = {
    ...{ profile, policy, version: versionIn(app.getAppPath()), exercise: false, running: false },
    language: () => language,
    speak(next) {
      language = next
      settings.setLanguage(next)
    },
    // only here it is changed, and then the window is told anyhow
    listen: () => () => undefined,
  }
  const window = openProvisioning(begun, node, bundle, () => end())
  const problem = ({ message }: { message: string }) => {
    log(`provisioning: ${message}`)
    return ok(undefined)
  }
  parts.add({
    dispose: serveCalls(ipcMain, { ...window.handlers, window: { problem } }, window.senderOf, failed),
  })
  app.on('second-instance', window.show)
  window.show()
}
