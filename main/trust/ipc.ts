import type { IpcMain, IpcMainInvokeEvent, WebContents, WebFrameMain } from 'electron'
import * as v from 'valibot'
import { fail, type Problem, type Result } from '../../preload/contract/result.ts'
import type { Role } from '../../preload/contract/role.ts'
import type { KeptOfCall, Sender } from '../../preload/contract/row.ts'
import {
  appOrigin,
  channelOf,
  inputFor,
  rows,
  type Contract,
  type Handlers,
  type Payload,
} from '../../preload/contract/schema.ts'
import { createPace } from '../../preload/contract/pace.ts'
import { wantedOf } from '../../preload/contract/text.ts'

type Handler = (input: unknown, sender: Sender) => Promise<Result<unknown>> | Result<unknown>

/** Every doubt is a refusal. @returns the sender, or why it is refused */
function admit(
  frame: WebFrameMain | null,
  contents: WebContents,
  sender: Sender | undefined,
  roles: readonly Role[],
  channel: string,
): Result<Sender> {
  const refuse = (why: string) => fail<Sender>('ipc.refused', why, channel)
  if (frame === null) return refuse('the page that called is gone')
  // `detached` is no help: the floor runtime keeps it true for a page that was loaded again after a crash
  if (frame.parent !== null || frame !== contents.mainFrame)
    return refuse('only a window’s own page may call')
  if (frame.origin !== appOrigin) return refuse('only pages of ours may call')
  if (sender === undefined) return refuse('no window of ours called')
  if (!roles.includes(sender.role)) return refuse(`not for a ${sender.role} window`)
  return { ok: true, value: sender }
}

/** A window calls a few times a second at most, and at its start some more: what is beyond is a fault or an attack. */
const calls = { burst: 100, perSecond: 20 }
/** Of what is refused the log gets some, with how many it did not get. */
const lines = { burst: 5, perSecond: 0.1 }

/** What is left to each window, and what its refusals come to. */
function watchPace(refused: (problem: Problem) => void, clock: () => number) {
  const paces = new WeakMap<WebContents, { call: () => boolean; line: () => boolean; untold: number }>()
  const of = (contents: WebContents) => {
    const known = paces.get(contents) ?? {
      call: createPace(calls.burst, calls.perSecond, clock),
      line: createPace(lines.burst, lines.perSecond, clock),
      untold: 0,
    }
    paces.set(contents, known)
    return known
  }
  return {
    may: (contents: WebContents): boolean => of(contents).call(),
    refused(contents: WebContents, problem: Problem) {
      const pace = of(contents)
      if (!pace.line()) {
        pace.untold += 1
        return
      }
      const more = pace.untold === 0 ? '' : ` (and ${pace.untold} more refusals of this window)`
      pace.untold = 0
      refused({ ...problem, message: `${problem.message}${more}` })
    },
  }
}

/** A call that the trail keeps, once it is answered. */
export interface AuditedCall {
  group: string
  name: string
  sender: Sender
  /** null: its acts are recorded as such, this says only what was refused */
  kept: KeptOfCall | null
  input: unknown
  refused: Problem | null
}

/**
 * Answers every call of the contract; one that has no handler here, with words. Each is checked for frame, origin, role, pace and schema, in this order, before
 * its handler sees it; what is refused is counted and told.
 *
 * @param clock ms, never set back
 * @param audit resolves once it is kept, and before long: then it is told done
 * @returns refuses all from then on: a page that is just going may still ask, and a handler that is gone is an error of
 * Electron's own on the terminal
 */
export function serveCalls(
  ipc: Pick<IpcMain, 'handle'>,
  handlers: Partial<{ [G in keyof Handlers]: Partial<Handlers[G]> }>,
  senderOf: (contents: WebContents) => Sender | undefined,
  refused: (problem: Problem) => void,
  clock: () => number = () => performance.now(),
  audit: (call: AuditedCall) => Promise<unknown> = () => Promise.resolve(),
): () => void {
  const pace = watchPace(refused, clock)
  let stopped = false
  for (const { group, name, row } of rows) {
    if (row.kind !== 'call') continue
    const channel = channelOf(group, name)
    // the table that the handlers' type derives from is the one we walk
    const handler = (handlers as Record<string, Record<string, Handler>>)[group]?.[name]
    ipc.handle(channel, async (event: IpcMainInvokeEvent, input: unknown): Promise<Result<unknown>> => {
      if (stopped) return fail('ipc.refused', 'Vigie is closing', channel)
      // read at once: after a navigation it is null
      const admitted = admit(event.senderFrame, event.sender, senderOf(event.sender), row.roles, channel)
      if (!admitted.ok) {
        pace.refused(event.sender, admitted.error)
        return admitted
      }
      if (!pace.may(event.sender)) {
        const excess = fail('ipc.refused', 'more calls than a window needs', channel)
        if (!excess.ok) pace.refused(event.sender, excess.error)
        return excess
      }
      const read = v.safeParse(inputFor(row, admitted.value.role), input)
      if (!read.success) {
        const wrong = fail('ipc.input-invalid', wantedOf(read.issues[0]), channel)
        if (!wrong.ok) pace.refused(event.sender, wrong.error)
        return wrong
      }
      if (handler === undefined) return fail('internal', 'nobody answers this call', channel)
      try {
        const answer = await handler(read.output, admitted.value)
        if (row.audited !== 'not') {
          const kept = row.audited === 'acts' ? null : row.audited(read.output)
          const problem = answer.ok ? null : answer.error
          await audit({ group, name, sender: admitted.value, kept, input: read.output, refused: problem })
        }
        if (!answer.ok) return fail(answer.error.code, answer.error.message, answer.error.subject)
        const told = asNamed(row.output, answer.value, channel)
        if (!told.ok) refused(told.error)
        return told
      } catch (error) {
        return fail('internal', error instanceof Error ? error.message : String(error), channel)
      }
    })
  }
  return () => {
    stopped = true
  }
}

/** What leaves main is what the schema names, whatever else it had with it. The value itself is never in the words. */
function asNamed<S extends v.GenericSchema>(
  schema: S,
  value: unknown,
  channel: string,
): Result<v.InferOutput<S>> {
  const read = v.safeParse(schema, value)
  if (read.success) return { ok: true, value: read.output }
  return fail('internal', `${v.getDotPath(read.issues[0]) ?? 'it'} does not fit the contract`, channel)
}

type Notifications<G extends keyof Contract> = {
  [N in keyof Contract[G]]: Contract[G][N] extends { kind: 'notification' } ? N : never
}[keyof Contract[G]]

/** What holds something to be revealed (a `Secret`), however deep and beside what the contract names, is no message. */
type WithoutSecret<T> = T extends { reveal(): unknown }
  ? never
  : T extends object
    ? { [K in keyof T]: WithoutSecret<T[K]> }
    : T

/**
 * @param failed told where something does not fit the contract: then it is not sent
 * @returns tells one window; one that is just closing needs no telling
 */
export const notifier =
  (failed: (problem: Problem) => void) =>
  <G extends keyof Contract, N extends Notifications<G> & string, P extends Payload<Contract[G][N]>>(
    contents: WebContents,
    group: G,
    name: N,
    payload: P & WithoutSecret<P>,
  ): void => {
    if (contents.isDestroyed()) return
    const channel = channelOf(group, name)
    const row = rows.find((each) => each.group === group && each.name === name)?.row
    if (row?.kind !== 'notification')
      return failed({ code: 'internal', message: 'no notification', subject: channel })
    const told = asNamed(row.payload, payload, channel)
    if (told.ok) contents.send(channel, told.value)
    else failed(told.error)
  }
