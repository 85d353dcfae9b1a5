/**
 * Files of the platform that were read here, by their digest: so that they are there without a network. What is not whole
 * is nobody's to read, and goes at the next start; of what is, those that nobody read for longest make room.
 */
import type { Database } from './database.ts'
import { partBytes } from './delivered-files.ts'

export interface Documents {
  /** of all that is kept */
  readonly bytes: number
  /** null: it is not there */
  sizeOf(digest: string): number | null
  /** somebody reads it: it stays longer than others */
  use(digest: string, at: number): Promise<void>
  /** its bytes from there on, so many at most; null: it is not there */
  part(digest: string, from: number, most: number): Promise<Uint8Array<ArrayBuffer> | null>
  /** @returns where its parts go, in order; null: it is larger than all that is kept */
  begin(digest: string, size: number, at: number): Promise<Writing | null>
}

export interface Writing {
  add(part: Uint8Array): Promise<void>
  /** all of it came, and it is what it should be */
  end(): Promise<void>
  /** it is not */
  drop(): Promise<void>
}

interface Kept {
  id: number
  size: number
  used: number
}

/** ms between two times that it is written that somebody reads one */
const seldom = 60_000
/** parts that go in one turn */
const atOnce = 16

/** @param most bytes of all that is kept */
export async function openDocuments(database: Database, most: number): Promise<Documents> {
  const kept = new Map<string, Kept>()
  let next = 1
  let begun = 0
  for (const { digest, whole, ...one } of await database.all<Kept & { digest: string; whole: number }>(
    'SELECT id, digest, size, used, whole FROM document ORDER BY id',
  )) {
    next = one.id + 1
    if (whole === 1) kept.set(digest, one)
    else await drop(one.id, one.size)
  }

  async function drop(id: number, size: number): Promise<void> {
    for (let gone = 0; gone <= Math.ceil(size / partBytes); gone += atOnce)
      await database.single(
        'DELETE FROM document_part WHERE rowid IN (SELECT rowid FROM document_part WHERE document = ? LIMIT ?)',
        [id, atOnce],
      )
    await database.single('DELETE FROM document WHERE id = ?', [id])
  }
  const bytes = (): number => [...kept.values()].reduce((sum, { size }) => sum + size, 0)

  const makeRoom = async (size: number): Promise<void> => {
    const oldest = [...kept].sort(([, a], [, b]) => a.used - b.used)
    for (const [digest, { id, size: gone }] of oldest) {
      if (bytes() + begun + size <= most) return
      kept.delete(digest)
      await drop(id, gone)
    }
  }

  return {
    get bytes() {
      return bytes()
    },
    sizeOf: (digest) => kept.get(digest)?.size ?? null,
    async use(digest, at) {
      const one = kept.get(digest)
      // whoever looks asks several times a second: it is written now and then
      if (!one || Math.abs(at - one.used) < seldom) return
      one.used = at
      await database.single('UPDATE document SET used = ? WHERE id = ?', [at, one.id])
    },
    async part(digest, from, atMost) {
      const one = kept.get(digest)
      if (!one) return null
      const [first, last] = [from, Math.min(from + atMost, one.size) - 1].map((at) =>
        Math.floor(at / partBytes),
      )
      const rows = await database.all<{ body: Uint8Array }>(
        'SELECT body FROM document_part WHERE document = ? AND part BETWEEN ? AND ? ORDER BY part',
        [one.id, first ?? 0, last ?? 0],
      )
      const all = Buffer.concat(rows.map(({ body }) => body))
      const at = from % partBytes
      // a copy of its own: it is handed on, and nothing else lies beside it
      return new Uint8Array(all.subarray(at, at + atMost))
    },
    async begin(digest, size, at) {
      if (size > most) return null
      begun += size
      const id = next++
      try {
        await makeRoom(0)
        // one that could not be ended: its parts go with it
        for (const left of await database.all<Pick<Kept, 'id' | 'size'>>(
          'SELECT id, size FROM document WHERE digest = ?',
          [digest],
        ))
          await drop(left.id, left.size)
        await database.single('INSERT INTO document (id, digest, size, used, whole) VALUES (?, ?, ?, ?, 0)', [
          ...[id, digest],
          ...[size, at],
        ])
      } catch (error) {
        begun -= size
        throw error
      }
      let gathered: Uint8Array[] = []
      let waiting = 0
      let parts = 0
      const write = async (body: Uint8Array): Promise<void> => {
        await database.single('INSERT INTO document_part VALUES (?, ?, ?)', [id, parts++, Buffer.from(body)])
      }
      const flush = async (all: boolean): Promise<void> => {
        if (waiting === 0 || (!all && waiting < partBytes)) return
        const whole = Buffer.concat(gathered)
        let from = 0
        for (; whole.length - from >= partBytes; from += partBytes)
          await write(whole.subarray(from, from + partBytes))
        if (all && from < whole.length) await write(whole.subarray(from))
        gathered = all ? [] : [whole.subarray(from)]
        waiting = all ? 0 : whole.length - from
      }
      return {
        async add(part) {
          gathered.push(part)
          waiting += part.length
          await flush(false)
        },
        async end() {
          try {
            await flush(true)
            await database.single('UPDATE document SET whole = 1 WHERE id = ?', [id])
          } finally {
            begun -= size
          }
          kept.set(digest, { id, size, used: at })
        },
        async drop() {
          begun -= size
          await drop(id, size)
        },
      }
    },
  }
}
