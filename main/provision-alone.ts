/** The window in which a node is set up, alone: before there is a wall. */
import { app, ipcMain } from 'electron'
import { tokenOf } from '../preload/contract/place.ts'
import { ok, type Problem } from '../preload/contract/result.ts'
import { findPassphrase } from './identity/passphrase.ts'
import { log, type Begun } from './life.ts'
import { copy, failed, openProvisioning, overWindow, seenBy } from './open-provisioning.ts'
import { openPolicy } from './open-policy.ts'
import type { HeldPolicy } from './policy/hold-policy.ts'
import { deskLevelOf } from './policy/policy.ts'
import { healthOfProfile } from './provisioning/health.ts'
import { readProvisioned } from './provisioning/provisioned.ts'
import type { ProvisionedNode } from './provisioning/told.ts'
import { trustOfProfile } from './provisioning/trust-of-profile.ts'
import { auditCalls } from './record-calls.ts'
import { createTrail, type Trail } from './trail/trail.ts'
import type { Bundle } from './trust/app-protocol.ts'
import { serveCalls } from './trust/ipc.ts'
import { versionIn } from './version.ts'
import { firstLanguage } from './wall/language.ts'
import { openSettings } from './wall/settings.ts'

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
