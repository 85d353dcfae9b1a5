/** The window in which a node is set up, whatever node it is: `provision-alone.ts` and `provision-beside.ts` say which. */
import { join } from 'node:path'
import { app, clipboard, screen as electronScreen, type BrowserWindow, type WebContents } from 'electron'
import type { Bounds } from '../preload/contract/display.ts'
import { ok, type Problem } from '../preload/contract/result.ts'
import type { Sender } from '../preload/contract/row.ts'
import { isReleased, log, type Begun } from './life.ts'
import { type Policy } from './policy/policy.ts'
import { answerProvisioning, type ProvisioningHandlers } from './provisioning/calls.ts'
import { provisionedEntrance } from './provisioning/identities/entrance.ts'
import { holdIdentities } from './provisioning/identities/hold-identities.ts'
import type { Choose } from './provisioning/choose.ts'
import { oneTry } from './provisioning/one-try.ts'
import { answerPolicies } from './provisioning/policies.ts'
import { tellProvisioning, type ProvisionedNode } from './provisioning/told.ts'
import { openTrailDesk } from './provisioning/trail.ts'
import type { Bundle } from './trust/app-protocol.ts'
import { openSession } from './trust/hardening.ts'
import { notifier } from './trust/ipc.ts'
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

export function overWindow(): OverWindow {
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

export const failed = ({ code, message, subject }: Problem) => log(`${code} ${subject}: ${message}`)

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
export interface OpenedOver extends Pick<OverWindow, 'over'> {
  node: ProvisionedNode
}

export const seenBy = ({ scheme, deskCeiling }: Policy): string[] =>
  scheme.levels.slice(0, deskCeiling + 1).map(({ id }) => id)

export const copy = (text: string): void => void clipboard.writeText(text)
