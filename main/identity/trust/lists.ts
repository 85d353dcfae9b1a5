/**
 * The lists of revoked certificates that the policy names: read on a schedule, held to who issued them, never exchanged
 * for older ones, and kept for the next start. One that is out of date does for the policy's grace, and says so.
 */
import { createHash } from 'node:crypto'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fail, ok, type Problem, type Result } from '../../../preload/contract/result.ts'
import type { CrlFacts } from '../../../preload/contract/trust.ts'
import type { Certificate } from './certificate.ts'
import { olderThan, readCrl, type Crl } from './crl.ts'
import type { Revocations, TrustPolicy } from './terms.ts'

export interface Lists {
  facts(): CrlFacts[]
  /** null: the policy names none */
  revocations(): Revocations[] | null
  /** who may have issued them. Resolves when what was kept is there; whatever is newer comes later */
  pin(issuers: readonly Certificate[]): Promise<void>
  /** reads all of them again, now */
  refresh(): Promise<void>
  /**
   * A list that somebody brought by hand, where its source can't be reached: judged, and kept, as if it had come from
   * there. @param file for people. @returns the list as it is now
   */
  bring(source: string, bytes: Uint8Array, file: string): Promise<Result<CrlFacts>>
  dispose(): void
}

export interface ListsOptions {
  policy: TrustPolicy
  /** where they are kept; made if it is not there */
  folder: string
  read: (source: string) => Promise<Result<Buffer>>
  /** ms since 1970 */
  now: () => number
  /** facts are others */
  changed: () => void
}

/** Two machines' clocks, at most so far apart, ms. */
const apart = 300_000
/** One that could not be read is tried again after this, ms, if it is not read sooner anyway. */
const again = 60_000
/** It is never slept longer, ms: a machine may be suspended, and a timer takes 24 days at most. */
const longest = 21_600_000

interface Kept {
  source: string
  crl: Crl | null
  read: number | null
  problem: Problem | null
}

export function keepLists({ policy, folder, read, now, changed }: ListsOptions): Lists {
  const lists: Kept[] = policy.crl.map((source) => ({ source, crl: null, read: null, problem: null }))
  let issuers: readonly Certificate[] = []
  let timer: NodeJS.Timeout | undefined
  let disposed = false
  /** one reading after the other */
  let turn: Promise<void> = Promise.resolve()

  const fileOf = (source: string): string =>
    join(folder, `${createHash('sha256').update(source).digest('hex').slice(0, 16)}.crl`)
  const refusedFrom = ({ nextUpdate }: Crl): number => nextUpdate + policy.grace
  const stateOf = (crl: Crl | null): CrlFacts['state'] => {
    if (crl === null) return 'missing'
    if (now() < crl.nextUpdate) return 'fresh'
    return now() < refusedFrom(crl) ? 'stale' : 'over'
  }

  /** @param from where the bytes are from, for people. @returns why they do not take the place of what is there */
  function take(list: Kept, bytes: Uint8Array, from: string): Problem | null {
    const next = readCrl(bytes, issuers, from)
    if (!next.ok) return next.error
    const told = (code: Problem['code'], message: string): Problem => ({ code, message, subject: from })
    if (next.value.thisUpdate > now() + apart)
      return told('crl.unreadable', `it is from the future, ${new Date(next.value.thisUpdate).toISOString()}`)
    const older = list.crl === null ? null : olderThan(next.value, list.crl)
    if (older !== null) return told('crl.older', older)
    list.crl = next.value
    return null
  }

  async function keep(source: string, bytes: Uint8Array): Promise<void> {
    // whole or not at all: a cut-off one would be missing at the next start
    const file = fileOf(source)
    await mkdir(folder, { recursive: true, mode: 0o700 })
    await writeFile(`${file}.new`, bytes, { mode: 0o600 })
    await rename(`${file}.new`, file)
  }

  async function readOne(list: Kept): Promise<void> {
    const bytes = await read(list.source)
    if (disposed) return
    list.problem = bytes.ok ? take(list, bytes.value, list.source) : bytes.error
    if (!bytes.ok || list.problem !== null) return
    list.read = now()
    // a disk that does not take it costs a start without it, not this session
    await keep(list.source, bytes.value).catch(() => undefined)
  }

  const later = (): void => {
    clearTimeout(timer)
    if (disposed || lists.length === 0) return
    const trouble = lists.some(({ problem }) => problem !== null)
    const ends = lists.flatMap(({ crl }) => (crl === null ? [] : [crl.nextUpdate, refusedFrom(crl)]))
    const soonest = ends.map((end) => end - now()).filter((left) => left > 0)
    const wait = Math.min(
      longest,
      policy.every,
      trouble ? again : Infinity,
      ...soonest.map((left) => left + 1),
    )
    timer = setTimeout(() => void refresh(), wait)
  }

  function refresh(): Promise<void> {
    turn = turn.then(async () => {
      if (disposed || issuers.length === 0) return
      await Promise.all(lists.map(readOne))
      if (disposed) return
      changed()
      later()
    })
    return turn
  }

  const factsOf = ({ source, crl, read: at, problem }: Kept): CrlFacts => ({
    source,
    issuer: crl?.issuer.name ?? null,
    number: crl?.number?.toString() ?? null,
    thisUpdate: crl?.thisUpdate ?? null,
    nextUpdate: crl?.nextUpdate ?? null,
    refusedFrom: crl === null ? null : refusedFrom(crl),
    state: stateOf(crl),
    read: at,
    revoked: crl?.serials.length ?? 0,
    problem,
  })

  async function bringNow(source: string, bytes: Uint8Array, file: string): Promise<Result<CrlFacts>> {
    const list = lists.find((each) => each.source === source)
    if (list === undefined) return fail('crl.unnamed', 'the policy names no such list', source)
    const brought = readCrl(bytes, issuers, file)
    if (!brought.ok) return brought
    const { issuer } = list.crl ?? brought.value
    if (issuer.keyDigest !== brought.value.issuer.keyDigest)
      return fail('crl.other-issuer', `${source} is the list of ${issuer.name}`, file)
    const problem = take(list, bytes, file)
    if (problem !== null) return { ok: false, error: problem }
    list.problem = null
    list.read = now()
    try {
      await keep(source, bytes)
    } catch (error) {
      // whoever brought it hears that it would be missing at the next start
      list.problem = { code: 'crl.unwritable', message: String(error), subject: fileOf(source) }
    }
    changed()
    later()
    return ok(factsOf(list))
  }

  return {
    facts: () => lists.map(factsOf),
    revocations: () =>
      lists.length === 0
        ? null
        : lists.flatMap(({ crl }) =>
            crl === null
              ? []
              : [
                  {
                    authority: crl.issuer.keyDigest,
                    issuer: crl.issuer.name,
                    over: stateOf(crl) === 'over',
                    serials: [...crl.serials],
                  },
                ],
          ),
    pin(next) {
      turn = turn.then(async () => {
        if (disposed) return
        issuers = next
        // what another authority had signed is none of ours any more
        for (const list of lists) {
          list.crl = null
          const bytes = await readFile(fileOf(list.source)).catch(() => null)
          if (bytes !== null) take(list, bytes, list.source)
        }
      })
      const kept = turn
      void refresh()
      return kept
    },
    refresh,
    bring(source, bytes, file) {
      const brought = turn.then(() => bringNow(source, bytes, file))
      turn = brought.then(() => undefined)
      return brought
    },
    dispose() {
      disposed = true
      clearTimeout(timer)
    },
  }
}
