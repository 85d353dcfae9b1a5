/**
 * This node's trail. What is recorded is in the spool before `record` returns, in the chain as soon as the vault is open,
 * sealed every so often, stamped where an authority is named, and forwarded. Nothing of it ever keeps the wall from its
 * work: what can't be kept is told.
 */
import { X509Certificate } from 'node:crypto'
import { mkdirSync, statSync, unlinkSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { fail, ok, type Problem, type Result } from '../../preload/contract/result.ts'
import {
  type Recorded,
  type RecordTrail,
  type TrailAnswer,
  type TrailEntry,
  type TrailQuestion,
} from '../../preload/contract/trail.ts'
import { fingerprintOf } from '../identity/certificate-facts.ts'
import type { Signer } from '../identity/signer.ts'
import { filesBeside, letGoBeside } from './beside.ts'
import { createForwarding, type Forwarding, type TrailOutlet } from './forwarding.ts'
import { openLedger, setAside, trailFile, type Appended, type Ledger } from './ledger.ts'
import { entryOf } from './record.ts'
import { sealUp } from './seal.ts'
import { openSpool, readSpoolKey, spoolFile, spoolKeyFile, type Spool } from './spool.ts'
import { spooledIn } from './spooled.ts'
import type { StampAuthority } from './stamp.ts'
import { createStamping } from './stamping.ts'
import type { Row } from './verify.ts'

export interface TrailSigner extends Pick<Signer, 'certificate' | 'sign'> {
  /** PEM: who issued the certificate, and so on */
  chain: readonly string[]
}

export interface TrailOptions {
  /** where it lies; made if it is not there */
  folder: string
  /** what was there before is thrown away with the folder before it is opened: nothing is spooled until then */
  fresh?: boolean
  node: string
  token: string
  /** ms since 1970 */
  now(): number
  /** what keeps it from being whole; null: nothing does any more */
  problem(problem: Problem | null): void
  log(line: string): void
  /** whose stamps the seals get; null: none */
  stamp: () => StampAuthority | null
  outlet: () => TrailOutlet | null
  /** a seal after so many records, and after so many ms */
  sealAfter?: { records: number; ms: number }
}

export interface Trail {
  record: RecordTrail
  /** resolves once all that was recorded is durable, or after so many ms. @returns whether it is */
  settled(within: number): Promise<boolean>
  /**
   * The vault is open. Again with another signer where the certificate is another.
   * @param keys the first that it answers to counts; with a rotation under way there are two. Cleared by the caller
   */
  open(keys: readonly Uint8Array[], signer: TrailSigner): Promise<Result<undefined>>
  /** closes the block */
  seal(): Promise<void>
  /** nobody is signed in any more: nothing of it can be read until it is opened again; what is recorded waits for that */
  close(): Promise<void>
  /** the node ends: the last block that is sealed, as the keys go before all else has ended */
  end(): Promise<void>
  /** the platform answers, perhaps another than before */
  connected(): void
  /** @param seen ids of the markings that may be seen; null: all */
  find(question: TrailQuestion, seen: readonly string[] | null): Promise<Result<TrailAnswer>>
  /** all records, in order, and how many there are now; null: it is closed */
  reading(): { rows(): AsyncIterable<Row>; count(): number } | null
  dispose(): Promise<void>
}

const usual = { records: 1_000, ms: 300_000 }
/** Beyond it what is recorded is counted, not kept: before anybody ever signed in, or while the disk takes nothing. */
const mostWaiting = 10_000
const retryAfter = 5_000
const mostInTransaction = 500
/** bytes of the spool from which on it begins anew when it may */
const longSpool = 64 * 1024

export function createTrail(options: TrailOptions): Trail {
  const { folder, node, token, now, log } = options
  const sealAfter = options.sealAfter ?? usual
  let spool: Spool | null = null
  let ledger: Ledger | null = null
  let signer: TrailSigner | null = null
  /** the certificate that the trail knows */
  let named: string | null = null
  let forwarding: Forwarding | null = null
  let opening = false
  let ended = false
  let disposed = false
  /** what is not in the chain yet; before it is open, only what is in no spool either */
  let waiting: Appended[] = []
  let lost = 0
  /** what commands left, and is in the chain or waits for it */
  let beside: string[] = []
  let draining: Promise<void> | null = null
  const settling = new Set<(settled: boolean) => void>()
  let sealDue = false
  let since = 0
  let sealTimer: NodeJS.Timeout | undefined
  let retryTimer: NodeJS.Timeout | undefined

  const problems = new Map<string, Problem>()
  const tell = (which: string, problem: Problem | null): void => {
    if (problem === null && !problems.has(which)) return
    if (problem === null) problems.delete(which)
    else problems.set(which, problem)
    options.problem([...problems.values()][0] ?? null)
  }

  function beginSpool(publicKey: string): void {
    try {
      spool?.close()
      spool = null
      spool = openSpool(spoolFile(folder), publicKey)
    } catch (error) {
      tell('spool', { code: 'trail.unwritable', message: String(error), subject: spoolFile(folder) })
    }
  }

  function keep(entry: TrailEntry): void {
    const spooled = spool?.add(JSON.stringify(entry)) ?? null
    // people's acts are few, and must not be done and their record lost; the rest outlives this process, not the power
    const synced = spooled?.ok === true && entry.kind.startsWith('act.') ? spool?.sync() : undefined
    const spoolFailed = [spooled, synced].find((each) => each?.ok === false)
    if (spooled !== null) tell('spool', spoolFailed?.ok === false ? spoolFailed.error : null)
    const place = spooled?.ok ? spooled.value : null
    // the spool has it, and is read when the trail opens
    if (place !== null && ledger === null && !opening) return
    if (waiting.length >= mostWaiting) lost++
    else waiting.push({ entry, place })
    drain()
  }

  const own = (recorded: Recorded): void => {
    waiting.push({ entry: entryOf(recorded, node, now()), place: null })
    drain()
  }

  /** In the chain from here on. One at a time: a seal is of the head that it follows. */
  async function drainAll(to: Ledger): Promise<void> {
    while (waiting.length > 0 || sealDue || lost > 0) {
      if (lost > 0 && waiting.length < mostWaiting) {
        const count = lost
        lost = 0
        own({ kind: 'trail.lost', detail: { count } })
      }
      const batch = waiting.slice(0, mostInTransaction)
      if (batch.length > 0) {
        await to.append(batch)
        waiting = waiting.slice(batch.length)
        const worth = batch.filter(({ entry }) => entry.kind !== 'trail.stamp').length
        if (worth > 0 && since === 0) sealSoon()
        since += worth
      }
      if (since >= sealAfter.records) sealDue = true
      if (sealDue && waiting.length === 0) await sealNow(to)
    }
    tell('ledger', null)
    emptySpool(to)
    forwarding?.look()
  }

  async function sealNow(to: Ledger): Promise<void> {
    sealDue = false
    if (signer === null || since === 0) return
    const { trail, sequence: last, hash: head } = to.head()
    const sealed = await sealUp(signer, { trail, first: await to.unsealed(), last, head })
    if (!sealed.ok) {
      tell('seal', sealed.error)
      sealSoon()
      return
    }
    tell('seal', null)
    await to.append([{ entry: entryOf(sealed.value, node, now()), place: null }])
    since = 0
    clearTimeout(sealTimer)
    stamping.soon(0)
  }

  function sealSoon(): void {
    clearTimeout(sealTimer)
    if (disposed) return
    sealTimer = setTimeout(() => {
      sealDue = true
      drain()
    }, sealAfter.ms)
  }

  /** Nothing of it is to be read again. */
  function emptySpool(to: Ledger): void {
    if (spool === null || waiting.length > 0) return
    try {
      if (statSync(spoolFile(folder)).size < longSpool) return
      spool.empty()
      to.forgetSpooled(spool.run).catch(() => undefined)
    } catch {
      // it is only longer than it need be
    }
  }

  function settleAll(settled: boolean): void {
    for (const resolve of settling) resolve(settled)
    settling.clear()
  }

  function drain(): void {
    const to = ledger
    // a disk that took nothing is left in peace until it is tried again
    if (to === null || draining !== null || retryTimer !== undefined) return
    draining = drainAll(to)
      .then(
        () => {
          if (waiting.length === 0) settleAll(true)
        },
        (error: unknown) => {
          tell('ledger', { code: 'trail.unwritable', message: String(error), subject: trailFile(folder) })
          if (!disposed) retryTimer = setTimeout(tryAgain, retryAfter)
        },
      )
      .finally(() => {
        draining = null
        if ((waiting.length > 0 || sealDue) && !problems.has('ledger')) drain()
      })
  }

  function tryAgain(): void {
    clearTimeout(retryTimer)
    retryTimer = undefined
    drain()
  }

  /** All that is to be done is, or the disk does not take it. */
  async function drained(): Promise<void> {
    do {
      drain()
      await draining
    } while (ledger !== null && (waiting.length > 0 || sealDue) && !problems.has('ledger'))
  }

  const stamping = createStamping({
    authority: options.stamp,
    ledger: () => ledger,
    async record(recorded) {
      own(recorded)
      await drained()
      return !problems.has('ledger')
    },
    problem: (problem) => tell('stamp', problem),
  })

  async function openAnew(keys: readonly Uint8Array[]): Promise<Result<Ledger>> {
    try {
      mkdirSync(folder, { recursive: true, mode: 0o700 })
    } catch (error) {
      return fail('trail.unwritable', String(error), folder)
    }
    let opened: Result<Ledger> = fail('trail.damaged', 'there is no key to open it with', trailFile(folder))
    for (const key of keys) {
      opened = await openLedger(folder, key)
      if (opened.ok || opened.error.code !== 'trail.damaged') return opened
    }
    const [key] = keys
    if (opened.ok || key === undefined) return opened
    const name = await setAside(folder, now())
    const message = `${opened.error.message}; it is kept as ${name}, and a new one begins`
    tell('damaged', { code: 'trail.damaged', message, subject: trailFile(folder) })
    const anew = await openLedger(folder, key)
    if (anew.ok) own({ kind: 'trail.begun', detail: { damaged: name, why: opened.error.message } })
    return anew
  }

  /** it opens and closes in turn */
  let turn: Promise<unknown> = Promise.resolve()
  const inTurn = <T>(step: () => Promise<T>): Promise<T> => {
    const mine = turn.then(step)
    turn = mine.catch(() => undefined)
    return mine
  }

  async function close(): Promise<void> {
    const closing = ledger
    if (closing === null) return
    await forwarding?.dispose()
    forwarding = null
    do await drained()
    while (draining !== null)
    ledger = null
    signer = null
    clearTimeout(sealTimer)
    stamping.pause()
    clearTimeout(retryTimer)
    // what the spool has is read from there
    waiting = waiting.filter(({ place }) => place === null)
    await closing.close()
  }

  async function open(keys: readonly Uint8Array[], by: TrailSigner): Promise<Result<undefined>> {
    signer = by
    const certificate = (): void => {
      const { certificate: pem, chain } = by
      if (named === pem) return
      named = pem
      own({
        kind: 'trail.certificate',
        subject: fingerprintOf(new X509Certificate(pem)),
        detail: { certificate: pem, chain: [...chain] },
      })
    }
    if (ledger !== null) {
      certificate()
      return ok(undefined)
    }
    const opened = await openAnew(keys)
    if (!opened.ok) {
      tell('ledger', opened.error)
      return opened
    }
    const to = opened.value
    const { publicKey } = to.spoolKey
    try {
      since = to.head().sequence + 1 - (await to.unsealed())
      const done = await to.spooled()
      opening = true
      beside = filesBeside(folder)
      const spooled = spooledIn([spoolFile(folder), ...beside], done, to.spoolKey.privateKey, { node, now })
      // what was recorded while nothing could be spooled came after what earlier processes left
      waiting = [...spooled, ...waiting]
    } catch (error) {
      const problem = fail<undefined>('trail.unwritable', String(error), trailFile(folder))
      opening = false
      // what the spool has is read with it the next time
      waiting = waiting.filter(({ place }) => place === null)
      if (!problem.ok) tell('ledger', problem.error)
      await to.close().catch(() => undefined)
      return problem
    }
    if (since > 0) sealSoon()
    ledger = to
    forwarding = createForwarding({
      ledger: to,
      outlet: options.outlet,
      token,
      record: own,
      problem: (problem) => tell('platform', problem),
      refused(error) {
        log(`the platform does not take this node’s trail: ${error.message}`)
        own({ kind: 'trail.not-forwarded', refused: error.code, detail: { message: error.message } })
      },
    })
    certificate()
    drain()
    await draining
    await beginAnew(to, publicKey)
    opening = false
    forwarding.look(true)
    stamping.soon(0)
    return ok(undefined)
  }

  /** From now on it is sealed to the key that the database has, whatever lay in the folder. */
  async function beginAnew(to: Ledger, publicKey: string): Promise<void> {
    if (problems.has('ledger')) return
    try {
      if (readSpoolKey(folder) !== publicKey) {
        await writeFile(spoolKeyFile(folder), `${publicKey}\n`, { mode: 0o600 })
        beginSpool(publicKey)
      } else if (spool === null) beginSpool(publicKey)
      if (waiting.length === 0) {
        spool?.empty()
        letGoBeside(beside)
        beside = []
        await to.forgetSpooled(spool?.run ?? null)
      }
    } catch (error) {
      tell('spool', { code: 'trail.unwritable', message: String(error), subject: spoolFile(folder) })
    }
  }

  const key = options.fresh === true ? null : readSpoolKey(folder)
  if (key !== null) beginSpool(key)

  const settled = (within: number): Promise<boolean> => {
    if (waiting.length === 0 && draining === null) return Promise.resolve(ledger !== null)
    return new Promise((resolve) => {
      const settle = (done: boolean): void => {
        clearTimeout(timer)
        settling.delete(settle)
        resolve(done)
      }
      const timer = setTimeout(() => settle(false), within)
      settling.add(settle)
    })
  }

  const seal = async (): Promise<void> => {
    sealDue = true
    await drained()
  }

  const record = (recorded: Recorded): void => {
    if (disposed) return
    try {
      keep(entryOf(recorded, node, now()))
    } catch (error) {
      tell('spool', { code: 'trail.unwritable', message: String(error) })
    }
  }

  return {
    record,
    settled,
    open: (keys, by) => inTurn(() => open(keys, by)),
    close: () => inTurn(close),
    seal,
    async end() {
      if (ended) return
      record({ kind: 'end' })
      await seal()
      ended = true
    },
    connected: () => forwarding?.look(true),
    async find(question, seen) {
      const from = ledger
      if (from === null) return fail('trail.closed', 'nobody has signed in yet')
      try {
        const found = await from.find(question, seen)
        const { sequence: count } = from.head()
        return ok({
          ...found,
          count,
          sealed: (await from.unsealed()) - 1,
          forwarded: from.forwarded(),
        })
      } catch (error) {
        return fail('trail.damaged', String(error), trailFile(folder))
      }
    },
    reading() {
      const from = ledger
      return from && { rows: () => from.rows(), count: () => from.head().sequence }
    },
    async dispose() {
      if (disposed) return
      await turn
      clearTimeout(sealTimer)
      const stamped = stamping.dispose()
      await forwarding?.dispose()
      await stamped
      sealDue = ledger !== null && !ended
      clearTimeout(retryTimer)
      retryTimer = undefined
      await drained()
      disposed = true
      clearTimeout(retryTimer)
      settleAll(false)
      const closed = ledger
      ledger = null
      const isWhole = waiting.length === 0 && closed !== null
      spool?.close()
      spool = null
      if (isWhole) {
        try {
          unlinkSync(spoolFile(folder))
          await closed.forgetSpooled(null)
        } catch {
          // there is none, or what is in it is known to be in the chain
        }
      }
      await closed?.close()
    },
  }
}
