/**
 * What people share, as this node has it: told by its platform, kept in the cache so that it is there without one, and
 * the last version that could be read where a later one can't be.
 */
import * as v from 'valibot'
import { highestRank, type MarkingScheme, type Rank } from '../../../preload/contract/marking.ts'
import { fail, ok, type Problem, type Result } from '../../../preload/contract/result.ts'
import {
  SharedKeySchema,
  mostSaves,
  mostSharedBytes,
  partsOf,
  type SharedAccess,
  type SharedThing,
  type SharedTold,
  type WaitingSave,
} from '../../../preload/contract/shared.ts'
import { tooLarge } from '../../../preload/contract/shared-text.ts'
import { oneLine } from '../../../preload/contract/text.ts'
import type { Database } from '../cache/database.ts'
import type { Reader } from '../cache/reader.ts'
import { readShared as readKept, writeShared as writeKept, type SharedBucket } from '../cache/shared.ts'
import { openOutbox } from '../cache/outbox.ts'
import type { Publication } from '../intake/intake.ts'
import type { Saved, SharedUpstream, Sharing } from '../intake/sharing.ts'
import { createErasing, type Erase } from './erasing.ts'
import { entryOf, rowOf, type Entry } from './entry.ts'
import { invalid, judge, large, versionOf } from './judge.ts'
import { createRoom, type Bounds } from './room.ts'
import { createSaving, type Saving } from './saving.ts'
import { createTelling } from './telling.ts'

export interface SharedOptions {
  cache: { database: Database; reader: Reader }
  scheme: MarkingScheme
  told: (told: SharedTold) => void
  /** what of this node's is not there yet, or was refused */
  saves: (saves: WaitingSave[]) => void
  /** tells it to the upstream of this intake, as `Intake.publish` does */
  publish: (intake: string, publication: Publication) => Promise<Result<{ sequence: number }>>
  /** the disk does not take it: it holds all the same */
  unwritable: (error: unknown) => void
  bounds?: Bounds
}

export interface Shared {
  /** people share by the first of these intakes from now on, and by no other */
  expect(intakes: readonly string[]): void
  /** null: it is not the one */
  of(intake: string): Sharing | null
  readonly saving: Pick<Saving, 'save' | 'withdraw'>
  /** for everybody, now or not at all; its earlier versions stay */
  readonly erase: Erase
  /** every version that the platform still has, newest first */
  history(key: string): Promise<Result<SharedThing[]>>
  /** resolves when what has changed is written */
  dispose(): Promise<void>
}

/** Of what was turned away, so many are told of: whoever fills the bucket is not to fill the desk. */
const mostTurnedAway = 200

export async function openShared(options: SharedOptions): Promise<Shared> {
  const { cache, scheme, unwritable } = options
  const room = createRoom(options.bounds)
  const entries = new Map<string, Entry>()
  /** without a right name, or without room for them */
  const turnedAway = new Map<string, SharedThing>()
  let access: SharedAccess = 'unknown'
  let upstream: SharedUpstream | null = null
  let own: string | null = null
  /** all of it was told of once by this connection */
  let whole = false
  /** what was known, and was not told of since the bucket is read from its start on */
  let unheard = new Set<string>()

  const known = await readKept(cache.reader)
  const bucket: SharedBucket = known.bucket
  if (bucket.refused) access = 'refused'
  for (const row of known.rows) {
    const entry = entryOf(row, scheme)
    if (room.lacking(entry.key, partsOf(entry.key).kind, entry.size) !== null) continue
    entries.set(entry.key, entry)
  }

  const thingOf = (key: string): SharedThing | null => {
    if (bucket.refused) return null
    const entry = entries.get(key)
    if (!entry) return turnedAway.get(key) ?? null
    if (entry.refused || (entry.document === null && entry.wrong === null)) return null
    const { revision, published, rank, document, wrong } = entry
    return { key, revision, published, rank, document, wrong }
  }
  const telling = createTelling({ thing: thingOf, access: () => access, told: options.told })
  const tellAll = (): void => [...entries.keys(), ...turnedAway.keys()].forEach(telling.changed)
  tellAll()

  // what has changed is written behind, together
  const unwritten = new Set<string>()
  let bucketWritten = true
  let writing: Promise<void> | null = null
  const write = async (): Promise<void> => {
    while (unwritten.size > 0 || !bucketWritten) {
      const keys = [...unwritten]
      unwritten.clear()
      bucketWritten = true
      const there = keys.flatMap((key) => entries.get(key) ?? [])
      const gone = keys.filter((key) => !entries.has(key))
      try {
        await writeKept(cache.database, there.map(rowOf), gone, { ...bucket })
      } catch (error) {
        // the next change, or the next connection, tries again
        unwritable(error)
        for (const key of keys) unwritten.add(key)
        bucketWritten = false
        return
      }
    }
  }
  const keep = (): void => {
    writing ??= Promise.resolve()
      .then(write)
      .finally(() => {
        writing = null
      })
  }
  const changed = (key: string): void => {
    telling.changed(key)
    unwritten.add(key)
    keep()
  }
  const bucketChanged = (): void => {
    bucketWritten = false
    tellAll()
    telling.soon()
    keep()
  }

  const turnAway = (key: string, revision: number, problem: Problem): void => {
    if (!turnedAway.has(key) && turnedAway.size >= mostTurnedAway) return
    const rank = highestRank(scheme)
    turnedAway.set(key, {
      key,
      revision: 0,
      published: 0,
      rank,
      document: null,
      wrong: { revision, problem },
    })
    telling.changed(key)
  }
  /** The last that could be read stays, for no more people than either says. */
  const mark = (entry: Entry, revision: number, problem: Problem, rank: Rank | null): void => {
    entry.heard = revision
    entry.refused = false
    entry.wrong = { revision, problem }
    if (entry.document === null) entry.rank = rank ?? highestRank(scheme)
    else if (rank !== null) entry.rank = Math.max(entry.rank, rank)
    changed(entry.key)
  }

  const take = (key: string, { revision, published, body }: Saved): void => {
    const entry = entries.get(key)
    // it went, or a later one was there before
    if (!entry || (entry.heard ?? 0) > revision) return
    const judged = judge(key, body, scheme)
    if (judged.document === null) return mark(entry, revision, judged.problem, judged.rank)
    const { document, rank } = judged
    Object.assign(entry, { heard: revision, revision, published, rank, size: body.length })
    Object.assign(entry, { document, wrong: null, refused: false })
    changed(key)
  }
  /** One after the other, with other work between: each may take a while to read. */
  let turn: Promise<void> = Promise.resolve()

  const drop = (key: string): void => {
    unheard.delete(key)
    room.forget(key)
    if (turnedAway.delete(key)) telling.changed(key)
    if (entries.delete(key)) changed(key)
  }

  const sharing: Sharing = {
    begin(created, from) {
      upstream = from
      whole = false
      access = 'permitted'
      if (bucket.created !== created) for (const entry of entries.values()) entry.heard = null
      const same = bucket.created === created && !bucket.refused
      Object.assign(bucket, { created, refused: false })
      unheard = new Set([...entries.keys(), ...turnedAway.keys()])
      if (same) telling.soon()
      else bucketChanged()
    },
    wants(key, revision, bytes) {
      unheard.delete(key)
      if (!v.is(SharedKeySchema, key)) {
        const name = oneLine(key, 200)
        const why = 'its key is no <kind>.<owner>.<name> of a kind that this version knows'
        turnAway(name, revision, invalid(name, why))
        return false
      }
      const entry = entries.get(key)
      if (entry?.heard === revision && !entry.refused) return false
      const { kind } = partsOf(key)
      const isTooLarge = bytes > mostSharedBytes
      const lacking = room.lacking(key, kind, isTooLarge ? (entry?.size ?? 0) : bytes)
      const problem = isTooLarge ? large(key, tooLarge(bytes)) : lacking === null ? null : large(key, lacking)
      if (entry === undefined && lacking !== null) {
        turnAway(key, revision, large(key, lacking))
        return false
      }
      if (turnedAway.delete(key)) telling.changed(key)
      const known: Entry = entry ?? {
        ...{ key, heard: null, revision: 0, published: 0, rank: highestRank(scheme), size: 0 },
        ...{ document: null, wrong: null, refused: false },
      }
      entries.set(key, known)
      if (problem !== null) mark(known, revision, problem, null)
      return problem === null
    },
    said(key, saved) {
      turn = turn.then(
        () =>
          new Promise((resolve) => {
            setImmediate(() => {
              take(key, saved)
              resolve()
            })
          }),
      )
      return turn
    },
    gone: drop,
    refused(key) {
      const entry = entries.get(key)
      if (!entry || entry.refused) return
      entry.refused = true
      changed(key)
    },
    complete() {
      for (const key of unheard) drop(key)
      unheard.clear()
      whole = true
      saving.look()
    },
    closed(why) {
      upstream = null
      if (access === why) return
      access = why
      if (why === 'refused') {
        bucket.refused = true
        bucketChanged()
      } else telling.soon()
    },
    ended() {
      upstream = null
    },
  }

  const kept = await openOutbox(cache.database, null, 'shared', mostSaves)
  const publish = (publication: Publication): Promise<Result<{ sequence: number }>> =>
    own === null
      ? Promise.resolve(fail('platform.unreachable', 'there is no platform', 'shared'))
      : options.publish(own, publication)
  const current = (): SharedUpstream | null => (whole ? upstream : null)
  const saving = createSaving({
    kept,
    upstream: current,
    publish,
    told: options.saves,
    unwritable,
  })
  const erase = createErasing({
    ...{ upstream: current, publish },
    gone(key, revision) {
      // whoever hears that it is gone finds it so; another may be there since, or on its way
      const heard = entries.get(key)?.heard ?? Infinity
      if (heard <= revision) drop(key)
    },
  })

  return {
    saving,
    erase,
    expect(intakes) {
      own = intakes[0] ?? null
    },
    of: (intake) => (intake === own ? sharing : null),
    async history(key) {
      if (upstream === null)
        return fail('platform.unreachable', 'earlier versions are on the platform only', key)
      const asked = await upstream.revisions(key)
      if (!asked.ok) return asked
      const things: SharedThing[] = []
      for (const saved of asked.value) {
        await new Promise((resolve) => setImmediate(resolve))
        things.push(versionOf(key, saved, scheme))
      }
      return ok(things)
    },
    async dispose() {
      await saving.dispose()
      await turn
      telling.dispose()
      keep()
      await writing
    },
  }
}
