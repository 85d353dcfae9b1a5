/**
 * What this node released, kept as it was signed: sealed with a key of its own, which only the vault's key opens. The
 * names of the files are all that anybody else learns.
 */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { mkdir, readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import * as v from 'valibot'
import { ReportMarkingSchema, SynthesisSchema } from '../../../preload/contract/report.ts'
import { fail, ok, type Result } from '../../../preload/contract/result.ts'
import type { Alone } from '../../identity/vault/rotate.ts'
import { writeWhole } from '../../identity/write-whole.ts'

const Text = v.pipe(v.string(), v.maxLength(1000))
export const KeptSchema = v.strictObject({
  format: v.literal('vigie.kept.1'),
  name: v.pipe(v.string(), v.regex(/^SYN-\d{3,6}-v\d{1,3}$/)),
  synthesis: SynthesisSchema,
  marking: ReportMarkingSchema,
  digest: v.string(),
  recipients: v.array(Text),
  by: v.strictObject({ person: v.nullable(Text), node: Text }),
  /** who signed, as it is printed */
  signed: v.strictObject({
    ...{ name: Text, subject: Text, issuer: Text, serial: Text },
    ...{ until: v.number(), at: v.number(), stamp: v.nullable(Text) },
  }),
  /** the draft that it was */
  draft: v.nullable(v.string()),
  /** it is to go to the platform under this id; null: it is not */
  delivery: v.nullable(v.string()),
  /** that is handed over, and whoever has its draft open is told; until then it is tried again */
  settled: v.boolean(),
})
export type Kept = v.InferOutput<typeof KeptSchema>

export interface KeptReports {
  /** hears when it is opened or closed, and of each that is kept. @returns stops it */
  listen(heard: () => void): () => void
  /** the vault is open. @param keys the first that opens the folder's own counts; cleared by the caller */
  open(keys: readonly Uint8Array[]): Promise<Result<undefined>>
  /** nobody is signed in any more */
  close(): void
  readonly isOpen: boolean
  /** the newest first */
  all(): readonly Kept[]
  keep(kept: Kept, pdf: Uint8Array): Promise<Result<undefined>>
  /** what is known of it is another; its paper is as it was signed */
  note(kept: Kept): Promise<Result<undefined>>
  pdf(name: string): Promise<Result<Buffer>>
}

/** What is derived from the vault's key for it. */
export const keptPurpose = 'Vigie reports'
/** @param profile the folder of the cache */
export const keptFolder = (profile: string): string => join(profile, 'released')

const keyName = 'key.sealed'
const nonceBytes = 12
const tagBytes = 16

/** Bound to the name: what is under another's name does not open. */
function seal(key: Uint8Array, name: string, bytes: Uint8Array): Buffer {
  const nonce = randomBytes(nonceBytes)
  const cipher = createCipheriv('aes-256-gcm', key, nonce)
  cipher.setAAD(Buffer.from(name))
  return Buffer.concat([nonce, cipher.update(bytes), cipher.final(), cipher.getAuthTag()])
}
/** @throws where it was not sealed so */
function unseal(key: Uint8Array, name: string, sealed: Buffer): Buffer {
  const opening = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, nonceBytes), {
    authTagLength: tagBytes,
  })
  opening.setAAD(Buffer.from(name))
  opening.setAuthTag(sealed.subarray(-tagBytes))
  return Buffer.concat([opening.update(sealed.subarray(nonceBytes, -tagBytes)), opening.final()])
}

const isMissing = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ENOENT'

/** @returns the folder's own key; null: none of these opens it */
async function readKey(folder: string, keys: readonly Uint8Array[]): Promise<Buffer | null> {
  const sealed = await readFile(join(folder, keyName))
  for (const key of keys)
    try {
      return unseal(key, keyName, sealed)
    } catch {
      // another's
    }
  return null
}

/**
 * For another key of the vault's: what was released stays as it is sealed, and its own key is sealed anew.
 *
 * @returns null: nothing was released here yet
 */
export async function openKeptAlone(
  folder: string,
  keys: readonly Uint8Array[],
): Promise<Result<Alone | null>> {
  try {
    const read = await readKey(folder, keys)
    if (read === null) return fail('cache.key-refused', 'no key of the vault opens what was released', folder)
    return ok({
      async rekey(key) {
        try {
          await writeWhole(join(folder, keyName), seal(key, keyName, read), { over: true })
          return ok(undefined)
        } catch (error) {
          return fail('cache.unwritable', String(error), folder)
        }
      },
      close() {
        read.fill(0)
        return Promise.resolve()
      },
    })
  } catch (error) {
    return isMissing(error) ? ok(null) : fail('cache.unwritable', String(error), folder)
  }
}

export function keepReports(folder: string, wrong: (problem: string) => void): KeptReports {
  let own: Buffer | null = null
  let all: Kept[] = []
  /** how often it was closed: what is opened while it is closes again */
  let closings = 0
  const listeners = new Set<() => void>()
  const changed = (): void => {
    for (const heard of listeners) heard()
  }
  const file = (name: string, what: 'data' | 'pdf'): string => join(folder, `${name}.${what}`)
  const closed = (): Result<never> => fail('report.signed-out', 'the vault is closed')
  const sort = (): void => void all.sort((a, b) => (b.synthesis.released ?? 0) - (a.synthesis.released ?? 0))

  async function read(key: Buffer, name: string): Promise<Kept | null> {
    try {
      const text = unseal(key, `${name}.data`, await readFile(file(name, 'data'))).toString()
      return v.parse(KeptSchema, JSON.parse(text))
    } catch (error) {
      wrong(`${name}: ${error instanceof Error ? error.message : String(error)}`)
      return null
    }
  }
  const writeData = (key: Buffer, kept: Kept): Promise<void> =>
    writeWhole(file(kept.name, 'data'), seal(key, `${kept.name}.data`, Buffer.from(JSON.stringify(kept))), {
      over: true,
    })

  return {
    listen(heard) {
      listeners.add(heard)
      return () => void listeners.delete(heard)
    },
    get isOpen() {
      return own !== null
    },
    async open(keys) {
      const [first] = keys
      if (first === undefined) return closed()
      const before = closings
      try {
        await mkdir(folder, { recursive: true, mode: 0o700 })
        let key: Buffer
        try {
          const found = await readKey(folder, keys)
          if (found === null)
            return fail('cache.key-refused', 'no key of the vault opens what was released', folder)
          key = found
        } catch (error) {
          if (!isMissing(error)) throw error
          key = randomBytes(32)
          await writeWhole(join(folder, keyName), seal(first, keyName, key), { over: false })
        }
        // another engine began, and it is open already
        if (own?.equals(key) === true) {
          key.fill(0)
          return ok(undefined)
        }
        const names = (await readdir(folder)).flatMap(
          (name) => /^(SYN-\d{3,6}-v\d{1,3})\.data$/.exec(name)?.[1] ?? [],
        )
        const found: Kept[] = []
        for (const name of names) {
          const one = await read(key, name)
          if (one !== null) found.push(one)
        }
        if (closings !== before) {
          key.fill(0)
          return closed()
        }
        own = key
        all = found
        sort()
        changed()
        return ok(undefined)
      } catch (error) {
        return fail('report.unwritable', String(error), folder)
      }
    },
    close() {
      closings++
      own?.fill(0)
      own = null
      all = []
      changed()
    },
    all: () => all,
    async keep(kept, pdf) {
      if (own === null) return closed()
      const { name } = kept
      try {
        // what says that it is there comes last
        await writeWhole(file(name, 'pdf'), seal(own, `${name}.pdf`, pdf), { over: true })
        await writeData(own, kept)
      } catch (error) {
        await rm(file(name, 'pdf'), { force: true })
        return fail('report.unwritable', String(error), folder)
      }
      all = [kept, ...all.filter((each) => each.name !== name)]
      sort()
      changed()
      return ok(undefined)
    },
    async note(kept) {
      if (own === null) return closed()
      try {
        await writeData(own, kept)
      } catch (error) {
        return fail('report.unwritable', String(error), folder)
      }
      all = all.map((each) => (each.name === kept.name ? kept : each))
      changed()
      return ok(undefined)
    },
    async pdf(name) {
      if (own === null) return closed()
      try {
        return ok(unseal(own, `${name}.pdf`, await readFile(file(name, 'pdf'))))
      } catch (error) {
        return fail('report.unreadable', String(error), name)
      }
    },
  }
}
