/**
 * New versions of what people share, from the outbox to the platform: each against the revision that its author had read,
 * so that nobody's is overwritten unseen. Whose was overtaken is kept until its author has settled it.
 */
import type { OutboxEntry } from '../../../preload/contract/outbox.ts'
import { fail, ok, type Problem, type Result } from '../../../preload/contract/result.ts'
import { type SaveOutcome, type SharedSave, type WaitingSave } from '../../../preload/contract/shared.ts'
import { readShared } from '../../../preload/contract/shared-text.ts'
import type { Entry, Outbox } from '../cache/outbox.ts'
import type { Publication } from '../intake/intake.ts'
import type { SharedUpstream } from '../intake/sharing.ts'

export type Kept = Pick<
  Outbox,
  'entries' | 'full' | 'has' | 'keep' | 'trying' | 'refused' | 'withdraw' | 'release'
>

export interface SavingOptions {
  kept: Kept
  /** null: there is no connection, or what is there was not told of yet */
  upstream: () => SharedUpstream | null
  publish: (publication: Publication) => Promise<Result<{ sequence: number }>>
  told: (saves: WaitingSave[]) => void
  unwritable: (error: unknown) => void
}

export interface Saving {
  /** once, however often it is said. @returns what became of it so far */
  save(save: SharedSave): Promise<Result<SaveOutcome>>
  /** it is not to be saved any more. @returns false: it may be there already */
  withdraw(id: string): Promise<boolean>
  /** looks what can be sent now */
  look(): void
  dispose(): Promise<void>
}

/** ms after which whoever saved is told that it waits */
const answerWithin = 4000
const firstRetry = 500
const longestRetry = 15_000

const utf8 = new TextEncoder()
const same = (body: Uint8Array, text: string): boolean => Buffer.from(body).equals(utf8.encode(text))

const stateOf = ({ tried, problem }: Entry): OutboxEntry['state'] =>
  problem !== null ? 'refused' : tried ? 'sent' : 'waiting'

export function createSaving({ kept, upstream, publish, told, unwritable }: SavingOptions): Saving {
  /** by key, one after the other */
  const sending = new Map<string, Promise<void>>()
  const troubles = new Map<string, Problem>()
  /** what became of those that have left, for whoever waits */
  const waiting = new Map<string, (outcome: SaveOutcome) => void>()
  /** of each key the last version that was saved here, and the revision that it was saved against */
  const chain = new Map<string, { id: string; after: number; revision: number }>()
  /** by id, the saves that are in it: over those alone it goes. Not kept: after a start it goes over none, and is told */
  const within = new Map<string, ReadonlySet<string>>()
  let failures = 0
  let timer: NodeJS.Timeout | null = null
  let disposed = false

  const tell = (): void => {
    if (disposed) return
    told(
      kept.entries.flatMap((entry) => {
        const { id, address: key, body, at, after, problem } = entry
        const read = readShared(key, body)
        const trouble = problem ?? troubles.get(id) ?? null
        const state = stateOf(entry)
        return read.ok
          ? [{ id, key, document: read.value, after: after ?? 0, at, state, problem: trouble }]
          : []
      }),
    )
  }

  const settled = (entry: Entry, outcome: SaveOutcome): void => {
    troubles.delete(entry.id)
    within.delete(entry.id)
    // whoever hears what became of it finds it so at the desk
    tell()
    waiting.get(entry.id)?.(outcome)
  }
  const confirm = async (entry: Entry, revision: number): Promise<void> => {
    failures = 0
    chain.set(entry.address, { id: entry.id, after: entry.after ?? 0, revision })
    await kept.release([entry])
    settled(entry, { outcome: 'confirmed', revision })
  }
  const refuse = async (entry: Entry, problem: Problem): Promise<void> => {
    await kept.refused(entry, problem)
    const overtaken = problem.code === 'shared.overtaken'
    settled(entry, { outcome: overtaken ? 'overtaken' : 'refused', id: entry.id, problem })
  }

  const send = ({ id, address, body, at }: Entry, expected: number): Promise<Result<{ sequence: number }>> =>
    publish({
      to: { shared: address },
      type: '',
      source: '/vigie',
      expires: null,
      ...{ id, time: at, body: utf8.encode(body), expected },
    })

  /** Somebody saved one meanwhile, or it was this one, and nobody heard that it came there. */
  const overtaken = async (entry: Entry, from: SharedUpstream): Promise<void> => {
    const { address: key, body } = entry
    const after = entry.after ?? 0
    const last = await from.last(key)
    if (!last.ok) return failed(entry, last.error)
    const { revision, isThere } = last.value
    if (!isThere && after === 0) {
      // there was none when it was read, and there is none: only what says so is in the way
      const again = await send(entry, revision)
      if (again.ok) return confirm(entry, again.value.sequence)
      if (again.error.code !== 'act.overtaken') return judge(entry, again.error, from)
    }
    const revisions = await from.revisions(key)
    if (!revisions.ok) return failed(entry, revisions.error)
    const own = revisions.value.find((each) => each.revision > after && same(each.body, body))
    if (own) return confirm(entry, own.revision)
    const message = isThere ? `it is at revision ${revision}, not at ${after}` : 'it was deleted'
    await refuse(entry, { code: 'shared.overtaken', message, subject: key })
  }
  const judge = async (entry: Entry, problem: Problem, from: SharedUpstream): Promise<void> => {
    if (problem.code === 'act.overtaken') await overtaken(entry, from)
    else if (problem.code === 'act.refused') await refuse(entry, problem)
    else failed(entry, problem)
  }
  const failed = (entry: Entry, problem: Problem): void => {
    troubles.set(entry.id, problem)
    failures++
    if (timer !== null || disposed) return
    timer = setTimeout(
      () => {
        timer = null
        look()
      },
      Math.min(longestRetry, firstRetry * 2 ** Math.min(failures, 10)),
    )
  }

  const sendOne = async (entry: Entry, from: SharedUpstream): Promise<void> => {
    await kept.trying(entry)
    if (disposed || !kept.has(entry)) return
    tell()
    const after = entry.after ?? 0
    const before = chain.get(entry.address)
    const isNext = before?.after === after && within.get(entry.id)?.has(before.id) === true
    const result = await send(entry, isNext ? before.revision : after)
    if (!kept.has(entry)) return
    if (result.ok) await confirm(entry, result.value.sequence)
    else await judge(entry, result.error, from)
  }

  function look(): void {
    const from = upstream()
    if (disposed || from === null || timer !== null) return
    for (const entry of kept.entries) {
      const { address: key, problem } = entry
      if (problem !== null || sending.has(key)) continue
      const under = sendOne(entry, from)
        .catch((error: unknown) => {
          unwritable(error)
          failed(entry, { code: 'cache.unwritable', message: String(error), subject: key })
        })
        .then(() => {
          sending.delete(key)
          tell()
          if (!troubles.has(entry.id)) look()
        })
      sending.set(key, under)
    }
  }
  tell()

  return {
    async save({ id, key, text, after, at, over = [] }) {
      const said = kept.entries.some((entry) => entry.id === id)
      if (!said) within.set(id, new Set(over))
      // what waits, was never sent and is in this one is replaced; another's goes before it, and this one not over that
      const replaced = kept.entries.filter(
        ({ id: other, address, problem, tried }) =>
          address === key && other !== id && problem === null && !tried && over.includes(other),
      )
      const makeRoom = async (): Promise<void> => {
        for (const before of replaced.splice(0))
          if (await kept.withdraw(before.id)) troubles.delete(before.id)
      }
      try {
        // first this one, that a kill between the two loses neither
        if (kept.full) await makeRoom()
        const entry = { id, kind: 'shared' as const, address: key, body: text, at, after, guarded: true }
        const keeping = await kept.keep(entry)
        if (!keeping.ok) {
          if (!said) within.delete(id)
          return keeping
        }
        await makeRoom()
      } catch (error) {
        unwritable(error)
        return fail('cache.unwritable', String(error), key)
      }
      tell()
      if (!kept.entries.some((entry) => entry.id === id)) {
        within.delete(id)
        return ok({ outcome: 'waits', id, problem: null })
      }
      const outcome = new Promise<SaveOutcome>((resolve) => {
        const late = setTimeout(
          () => resolve({ outcome: 'waits', id, problem: troubles.get(id) ?? null }),
          upstream() === null ? 0 : answerWithin,
        )
        waiting.set(id, (outcome) => {
          clearTimeout(late)
          resolve(outcome)
        })
      })
      look()
      try {
        return ok(await outcome)
      } finally {
        waiting.delete(id)
      }
    },
    async withdraw(id) {
      try {
        const gone = await kept.withdraw(id)
        troubles.delete(id)
        if (gone) within.delete(id)
        tell()
        return gone
      } catch (error) {
        unwritable(error)
        return false
      }
    },
    look,
    async dispose() {
      disposed = true
      if (timer !== null) clearTimeout(timer)
      await Promise.all(sending.values())
    },
  }
}
