/**
 * The trail's way to the platform: its records in their order, each once. The platform says which one it has last, and
 * each is taken only behind the one before it; so nothing is lost and nothing counts twice, whatever dies in between.
 *
 * What the platform has and this profile has not is what an older copy of the profile can't know.
 */
import type { Problem, Result } from '../../preload/contract/result.ts'
import type { Recorded, TrailToForward } from '../../preload/contract/trail.ts'
import type { Ledger } from './ledger.ts'
import { hashOf, readRecord } from './record.ts'

/** The engine, as it reaches the platform. */
export interface TrailOutlet {
  /** the last record that it has of this node, and its place in the stream; null: none */
  last(): Promise<Result<{ place: number; body: string } | null>>
  /**
   * @param after the place of the last one, 0: none
   * @returns how many of them it took, and the place of the last
   */
  append(records: readonly TrailToForward[], after: number): Promise<Result<{ taken: number; place: number }>>
}

export interface Forwarding {
  /** there is something to forward, or a platform to forward it to. @param anew it may be another one than before */
  look(anew?: boolean): void
  dispose(): Promise<void>
}

export interface ForwardingOptions {
  ledger: Pick<Ledger, 'head' | 'textOf' | 'textsFrom' | 'forwarded' | 'setForwarded'>
  /** null: there is no engine yet */
  outlet: () => TrailOutlet | null
  /** of this node, as a token: ids on the platform begin with it */
  token: string
  record(recorded: Recorded): void
  problem(problem: Problem | null): void
  /** it does not let this node write its trail; told once */
  refused(problem: Problem): void
}

const atOnce = 32
/** ms */
/** so often nobody answered before it is told */
const patience = 10
const again = { soon: 2_000, refused: 60_000 }

export function createForwarding(options: ForwardingOptions): Forwarding {
  const { ledger, outlet, token, record, problem, refused } = options
  /** where the platform's last one is; null: it must be asked */
  let place: number | null = null
  let running: Promise<void> | null = null
  let wanted = false
  let timer: NodeJS.Timeout | undefined
  let disposed = false
  let toldRefused = false
  let unanswered = 0

  const later = (ms: number): void => {
    clearTimeout(timer)
    if (!disposed) timer = setTimeout(look, ms)
  }
  const failed = (error: Problem): void => {
    place = null
    unanswered = error.code === 'platform.no-leader' ? unanswered + 1 : 0
    // nobody answers for the stream: it has no leader just now, or there is none
    if (error.code !== 'act.refused' && unanswered < patience) return later(again.soon)
    if (!toldRefused) refused(error)
    toldRefused = true
    later(again.refused)
  }

  /** Where we go on: behind what the platform has last. */
  async function meet(last: { place: number; body: string } | null): Promise<void> {
    place = last?.place ?? 0
    if (last === null) {
      // an empty stream, or one that was lost: all of it is here
      if (ledger.forwarded() > 0) await ledger.setForwarded(0)
      return
    }
    const theirs = readRecord(last.body)
    const head = ledger.head()
    if (theirs === null || theirs.trail !== head.trail) {
      const of = theirs === null ? 'something that is no record' : `trail ${theirs.trail}`
      const message = `the platform’s last record of this node is of another one: ${of}`
      record({
        kind: 'trail.other',
        detail: { trail: theirs?.trail ?? null, sequence: theirs?.sequence ?? null },
      })
      problem({ code: 'trail.other', message })
      return
    }
    if ((await ledger.textOf(theirs.sequence)) === last.body) {
      await ledger.setForwarded(theirs.sequence)
      return
    }
    const { sequence } = theirs
    record({ kind: 'trail.behind', detail: { sequence, hash: hashOf(last.body), here: head.sequence } })
    problem({
      code: 'trail.behind',
      message: `the platform has record ${sequence} of this trail, which this profile does not know: its last is ${head.sequence}`,
    })
  }

  async function forward(): Promise<void> {
    const to = outlet()
    if (to === null) return
    if (place === null) {
      const last = await to.last()
      if (!last.ok) return failed(last.error)
      await meet(last.value)
      toldRefused = false
      unanswered = 0
    }
    while (!disposed) {
      const texts = await ledger.textsFrom(ledger.forwarded() + 1, atOnce)
      if (texts.length === 0) return
      const records = texts.map(({ sequence, body }): TrailToForward => {
        const read = readRecord(body)
        return {
          id: `${token}-${sequence}-${hashOf(body).slice(0, 32)}`,
          at: read?.at ?? 0,
          marking: read?.marking ?? null,
          body,
        }
      })
      const answer = await to.append(records, place ?? 0)
      if (!answer.ok) return failed(answer.error)
      const { taken, place: reached } = answer.value
      const last = texts[taken - 1]
      if (last !== undefined) await ledger.setForwarded(last.sequence)
      place = reached
      if (taken < texts.length)
        return failed({ code: 'platform.closed', message: 'it did not take all of it' })
    }
  }

  function look(): void {
    if (disposed) return
    wanted = true
    running ??= (async () => {
      while (wanted && !disposed) {
        wanted = false
        await forward()
      }
    })()
      .catch((error: unknown) => failed({ code: 'trail.unwritable', message: String(error) }))
      .finally(() => {
        running = null
      })
  }

  return {
    look(anew = false) {
      if (anew) place = null
      look()
    },
    async dispose() {
      disposed = true
      clearTimeout(timer)
      await running
    },
  }
}
