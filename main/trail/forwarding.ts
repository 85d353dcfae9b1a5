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
  /** what it was asked of may be another platform than the one that failed */
  let anewWanted = false
  /** it failed, and is left in peace for a while: what is recorded meanwhile goes with the rest */
  let pausing = false
  let timer: NodeJS.Timeout | undefined
  let disposed = false
  let toldRefused = false
  let unanswered = 0
  /** what of the platform's was told: it is found again whenever it is asked */
  let toldOf: string | null = null

  const resume = (): void => {
    clearTimeout(timer)
    pausing = false
  }
  const later = (ms: number): void => {
    clearTimeout(timer)
    if (disposed) return
    pausing = true
    timer = setTimeout(() => {
      pausing = false
      look()
    }, ms)
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

  function tellOf(recorded: Recorded, theirs: string, told: Problem): void {
    if (toldOf !== theirs) record(recorded)
    toldOf = theirs
    problem(told)
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
      const detail = { trail: theirs?.trail ?? null, sequence: theirs?.sequence ?? null }
      tellOf({ kind: 'trail.other', detail }, JSON.stringify(detail), { code: 'trail.other', message })
      return
    }
    if ((await ledger.textOf(theirs.sequence)) === last.body) {
      await ledger.setForwarded(theirs.sequence)
      return
    }
    const { trail, sequence } = theirs
    const detail = { sequence, hash: hashOf(last.body), here: head.sequence }
    tellOf({ kind: 'trail.behind', detail }, JSON.stringify({ trail, sequence }), {
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
    }
    while (!disposed) {
      const texts = await ledger.textsFrom(ledger.forwarded() + 1, atOnce)
      if (texts.length === 0) {
        unanswered = 0
        return
      }
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
      if (last !== undefined) {
        // that it may be read says nothing of whether it may be written
        toldRefused = false
        unanswered = 0
        await ledger.setForwarded(last.sequence)
      }
      place = reached
      if (taken < texts.length)
        return failed({ code: 'platform.closed', message: 'it did not take all of it' })
    }
  }

  function look(): void {
    if (disposed || pausing) return
    wanted = true
    running ??= (async () => {
      while (wanted && !disposed && !pausing) {
        wanted = false
        anewWanted = false
        await forward()
        if (anewWanted) resume()
      }
    })()
      .catch((error: unknown) => failed({ code: 'trail.unwritable', message: String(error) }))
      .finally(() => {
        running = null
        // said after the last look round, and before this
        if (wanted) look()
      })
  }

  return {
    look(anew = false) {
      if (anew) {
        place = null
        anewWanted = true
        resume()
      }
      look()
    },
    async dispose() {
      disposed = true
      clearTimeout(timer)
      await running
    },
  }
}
