/** The trail as the window has it: opened by a passphrase where no wall runs, else as the wall has it open. */
import { access } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import type { TrailStanding, TrailVerdict } from '../../preload/contract/provisioned.ts'
import { fail, ok, type Result } from '../../preload/contract/result.ts'
import type { TrailAnswer, TrailQuestion } from '../../preload/contract/trail.ts'
import { openIdentity, readIdentity } from '../identity/open-identity.ts'
import { readPassphrase, type PassphraseSource } from '../identity/passphrase.ts'
import type { Secret } from '../identity/secret.ts'
import { pauseAfter } from '../identity/sign-in.ts'
import { readCertificates } from '../identity/trust/certificate.ts'
import { trailFile, type Ledger } from '../trail/ledger.ts'
import type { Trail } from '../trail/trail.ts'
import { subjectOf, verifyTrail, type Row } from '../trail/verify.ts'
import type { Choose } from './choose.ts'
import { exportTrail, openTrailOf } from './read-trail.ts'

/** What is read of a trail that is open. */
interface Open {
  find: Trail['find']
  rows(): AsyncIterable<Row>
  count(): number
  /** ids of the markings that may leave; null: whoever opened it may take all of it */
  leaves: readonly string[] | null
  /** PEM; whose trail it is */
  certificate: string | null
}

export interface ProvisionedTrail {
  profile: string
  /** the trail of the wall that runs; null: none does, and the profile's is read */
  wall: Pick<Trail, 'find' | 'reading'> | null
  /** ids of the markings that this window may show */
  seen(): readonly string[]
  /** PEM: who issues this node's certificates, and whose stamps count; null: not known */
  authorities(): Promise<string | null>
  stampAuthorities(): readonly string[] | null
  /** who is signed in at the wall; PEM */
  signedIn(): string | null
  /** the identity with which this profile was provisioned */
  identity(): Promise<{ file: string; passphrase: PassphraseSource } | null>
  choose: Choose
  /** the day, for a file's name */
  now(): number
  node(): string
}

export interface TrailDesk {
  standing(): Promise<TrailStanding>
  chooseIdentity(): Promise<string | null>
  /** @param typed null: as the node finds it when it starts */
  unlock(typed: Secret | null): Promise<Result<undefined>>
  find(question: TrailQuestion): Promise<Result<TrailAnswer>>
  verify(): Promise<Result<TrailVerdict | null>>
  export(): Promise<Result<{ file: string; records: number } | null>>
  stop(): void
  /** the key that it was opened with goes; whoever wants to read on types the passphrase again */
  close(): Promise<void>
  dispose(): Promise<void>
}

/** ms between two tellings of how far it is */
const tellEvery = 200

/** @param changed how it stands is another */
export function openTrailDesk(given: ProvisionedTrail, changed: () => void): TrailDesk {
  const { profile, wall, seen, choose } = given
  let ledger: { of: Ledger; certificate: string } | null = null
  let chosen: string | null = null
  let running: { what: 'verify' | 'export'; records: number; of: number; stop: AbortController } | null = null
  let failures = 0
  let unlocking = false
  let disposed = false

  const closed = <T>(): Result<T> => fail('trail.closed', 'nobody has signed in yet')

  async function findIn(of: Ledger, question: TrailQuestion): Promise<Result<TrailAnswer>> {
    try {
      const found = await of.find(question, seen())
      const { sequence: count } = of.head()
      return ok({ ...found, count, sealed: (await of.unsealed()) - 1, forwarded: of.forwarded() })
    } catch (error) {
      return fail('trail.damaged', String(error), trailFile(profile))
    }
  }

  function open(): Open | null {
    if (wall !== null) {
      const reading = wall.reading()
      if (reading === null) return null
      return {
        ...{ ...reading, leaves: seen(), certificate: given.signedIn() },
        find: (question, markings) => wall.find(question, markings),
      }
    }
    if (ledger === null) return null
    const { of, certificate } = ledger
    return {
      ...{ leaves: null, certificate, rows: () => of.rows(), count: () => of.head().sequence },
      find: (question) => findIn(of, question),
    }
  }

  const identity = async () => {
    if (chosen !== null) return { file: chosen, passphrase: { from: 'prompt' } as const }
    return given.identity()
  }

  /** Whatever takes its time: one at a time, told how far it is, and stopped when somebody wants. */
  async function run<T>(
    what: 'verify' | 'export',
    { count, rows }: Open,
    work: (rows: AsyncIterable<Row>, signal: AbortSignal) => Promise<Result<T>>,
  ): Promise<Result<T | null>> {
    if (running !== null) return fail('ipc.refused', 'another one runs already')
    const mine = { what, records: 0, of: count(), stop: new AbortController() }
    running = mine
    let told = performance.now()
    async function* counted() {
      for await (const row of rows()) {
        if (mine.stop.signal.aborted) throw new Error('stopped')
        mine.records++
        if (performance.now() - told > tellEvery) {
          told = performance.now()
          changed()
          // whoever wants to stop it is heard in between
          await sleep(0)
        }
        yield row
      }
    }
    changed()
    try {
      const done = await work(counted(), mine.stop.signal)
      return mine.stop.signal.aborted ? ok(null) : done
    } catch (error) {
      return mine.stop.signal.aborted ? ok(null) : fail('trail.damaged', String(error), trailFile(profile))
    } finally {
      running = null
      changed()
    }
  }

  async function unlockWith(typed: Secret | null): Promise<Result<undefined>> {
    const found = await identity()
    if (found === null) return fail('identity.unknown', 'no identity is named here', profile)
    const { file, passphrase: source } = found
    if (typed === null && source.from === 'prompt')
      return fail('identity.passphrase-wanted', 'nobody typed the passphrase', file)
    const passphrase: Result<Secret> =
      typed !== null ? ok(typed) : source.from === 'prompt' ? closed() : await readPassphrase(source)
    if (!passphrase.ok) return passphrase
    try {
      const bytes = await readIdentity(file)
      if (!bytes.ok) return bytes
      const opened = openIdentity(bytes.value, passphrase.value, file)
      if (!opened.ok) return opened
      const { certificate } = opened.value
      const read = await openTrailOf(profile, opened.value)
      if (!read.ok) return read
      if (disposed) {
        await read.value.close()
        return closed()
      }
      ledger = { of: read.value, certificate }
      return ok(undefined)
    } finally {
      passphrase.value.erase()
    }
  }

  async function close(): Promise<void> {
    running?.stop.abort()
    const own = ledger
    ledger = null
    await own?.of.close()
  }

  return {
    async standing() {
      const found = wall === null ? await identity() : null
      const there = await access(trailFile(profile)).then(
        () => true,
        () => false,
      )
      return {
        open: open() !== null,
        identity: found && {
          file: found.file,
          passphrase: found.passphrase.from === 'prompt' ? 'typed' : 'found',
        },
        empty: wall === null && !there,
        running: running && { what: running.what, records: running.records, of: running.of },
      }
    },
    async chooseIdentity() {
      const file = await choose.file(['p12', 'pfx', 'json'])
      if (file !== null) chosen = file
      changed()
      return file
    },
    async unlock(typed) {
      if (wall !== null || ledger !== null || unlocking) {
        typed?.erase()
        return fail('ipc.refused', 'no passphrase is asked for now')
      }
      unlocking = true
      try {
        const answer = await unlockWith(typed)
        failures = answer.ok ? 0 : failures + 1
        if (!answer.ok) await sleep(pauseAfter(failures))
        changed()
        return answer
      } finally {
        unlocking = false
      }
    },
    find(question) {
      return open()?.find(question, seen()) ?? Promise.resolve(closed())
    },
    async verify() {
      const from = open()
      if (from === null) return closed()
      const pem = await given.authorities()
      const authorities = pem === null ? null : readCertificates(pem).map(({ x509 }) => x509.toString())
      const stampAuthorities = given.stampAuthorities()
      const subjects = from.certificate === null ? null : [subjectOf(from.certificate)]
      const judged = { seals: authorities !== null, stamps: stampAuthorities !== null }
      return run('verify', from, async (rows) =>
        ok({ ...(await verifyTrail(rows, { authorities, stampAuthorities, subjects })), judged }),
      )
    },
    async export() {
      const from = open()
      if (from === null) return closed()
      const day = new Date(given.now()).toISOString().slice(0, 10)
      const file = await choose.place(`${given.node().replace(/[^A-Za-z0-9_-]+/g, '-')}-${day}.jsonl`)
      if (file === null) return ok(null)
      return run('export', from, async (rows, signal) => {
        const written = await exportTrail(rows, file, { seen: from.leaves, signal })
        return written.ok ? ok({ file, records: written.value }) : written
      })
    },
    stop: () => running?.stop.abort(),
    close,
    dispose() {
      disposed = true
      return close()
    },
  }
}
