/**
 * The files of what waits in the outbox, in parts as they are sent. They are written before their entry, so that an entry
 * has them all, and let go after it has left: what a kill leaves of them without an entry goes at the next start. A part at
 * a time, so that commits of what streams in come between them.
 */
import { fail, ok, type Result } from '../../../preload/contract/result.ts'
import type { Database } from './database.ts'

export interface FileToKeep {
  object: string
  mediaType: string
  digest: string
  bytes: Uint8Array
}

export interface KeptFile {
  object: string
  mediaType: string
  digest: string
  size: number
  /** its bytes from there on, as far as one part goes */
  part(from: number): Promise<Uint8Array>
}

export interface DeliveredFiles {
  /** of all that waits */
  readonly bytes: number
  /** once, however often it is said. Fails where there is no more room */
  keep(delivery: string, files: readonly FileToKeep[]): Promise<Result<null>>
  of(delivery: string): readonly KeptFile[]
  /** of these, what is not there any more takes no room */
  letGo(deliveries: readonly string[], isThere: (delivery: string) => boolean): Promise<void>
}

/** As large as a message of a platform may be by default, and one eighth of it. */
export const partBytes = 128 * 1024

interface Row {
  delivery: string
  file: number
  object: string
  media_type: string
  size: number
  digest: string
}

/** parts that go in one turn */
const atOnce = 16

const withoutEntry = `delivery NOT IN (SELECT id FROM outbox WHERE body IS NOT NULL)`

/** @param most bytes of all that waits */
export async function openDeliveredFiles(database: Database, most: number): Promise<DeliveredFiles> {
  await database.transaction(async () => {
    await database.run(`DELETE FROM delivered_part WHERE ${withoutEntry}`)
    await database.run(`DELETE FROM delivered_file WHERE ${withoutEntry}`)
  })
  const partOf =
    (delivery: string, file: number) =>
    async (from: number): Promise<Uint8Array> => {
      const [row] = await database.all<{ body: Uint8Array }>(
        'SELECT body FROM delivered_part WHERE delivery = ? AND file = ? AND part = ?',
        [delivery, file, Math.floor(from / partBytes)],
      )
      return row?.body.subarray(from % partBytes) ?? new Uint8Array()
    }
  const all = new Map<string, KeptFile[]>()
  for (const row of await database.all<Row>('SELECT * FROM delivered_file ORDER BY delivery, file')) {
    const { delivery, file, object, media_type: mediaType, size, digest } = row
    const kept = all.get(delivery) ?? []
    kept.push({ object, mediaType, size, digest, part: partOf(delivery, file) })
    all.set(delivery, kept)
  }
  /** on their way to the disk */
  let keeping = 0
  const waiting = (): number => [...all.values()].flat().reduce((sum, { size }) => sum + size, 0) + keeping

  const drop = async (delivery: string): Promise<void> => {
    const parts = (all.get(delivery) ?? []).reduce((sum, { size }) => sum + Math.ceil(size / partBytes), 0)
    all.delete(delivery)
    for (let gone = 0; gone < parts; gone += atOnce)
      await database.single(
        'DELETE FROM delivered_part WHERE rowid IN (SELECT rowid FROM delivered_part WHERE delivery = ? LIMIT ?)',
        [delivery, atOnce],
      )
    await database.single('DELETE FROM delivered_file WHERE delivery = ?', [delivery])
  }

  const turns = new Map<string, Promise<unknown>>()
  /** Of each delivery one after the other: what is let go is gone before it is kept again. */
  const inTurn = <T>(delivery: string, work: () => Promise<T>): Promise<T> => {
    const now = (turns.get(delivery) ?? Promise.resolve()).then(work, work)
    turns.set(delivery, now)
    const over = (): void => {
      if (turns.get(delivery) === now) turns.delete(delivery)
    }
    now.then(over, over)
    return now
  }

  const keep = async (delivery: string, files: readonly FileToKeep[]): Promise<Result<null>> => {
    if (all.has(delivery)) return ok(null)
    const size = files.reduce((sum, { bytes }) => sum + bytes.length, 0)
    if (waiting() + size > most)
      return fail('delivery.full', `${Math.round(most / 2 ** 20)} MB of files wait already`, delivery)
    keeping += size
    try {
      for (const [file, { object, mediaType, digest, bytes }] of files.entries()) {
        for (let from = 0; from < bytes.length; from += partBytes)
          await database.single('INSERT OR REPLACE INTO delivered_part VALUES (?, ?, ?, ?)', [
            delivery,
            file,
            from / partBytes,
            Buffer.from(bytes.buffer, bytes.byteOffset + from, Math.min(partBytes, bytes.length - from)),
          ])
        await database.single('INSERT OR REPLACE INTO delivered_file VALUES (?, ?, ?, ?, ?, ?)', [
          ...[delivery, file, object, mediaType],
          ...[bytes.length, digest],
        ])
      }
      all.set(
        delivery,
        files.map(({ object, mediaType, digest, bytes }, file) => ({
          ...{ object, mediaType, digest, size: bytes.length },
          part: partOf(delivery, file),
        })),
      )
      return ok(null)
    } finally {
      keeping -= size
    }
  }

  return {
    get bytes() {
      return waiting()
    },
    keep: (delivery, files) => inTurn(delivery, () => keep(delivery, files)),
    of: (delivery) => all.get(delivery) ?? [],
    async letGo(deliveries, isThere) {
      for (const delivery of deliveries)
        await inTurn(delivery, async () => {
          if (!isThere(delivery)) await drop(delivery)
        })
    },
  }
}
