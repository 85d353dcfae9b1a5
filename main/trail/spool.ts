/**
 * What is recorded is in this file before `add` returns, whatever ends the process then: a person's act must not be done
 * and its record lost. It is sealed to a public key whose private half lies in the trail's own database, so it can be
 * written before anybody has signed in, and read by nobody who has not. From here it goes into the chain.
 *
 * Until it is there it is as safe as the folder: whoever may write to that can take lines out, or put some in. What comes
 * to the chain from here is marked as such.
 */
import {
  createCipheriv,
  createDecipheriv,
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  hkdfSync,
  type KeyObject,
} from 'node:crypto'
import {
  closeSync,
  fchmodSync,
  fdatasyncSync,
  ftruncateSync,
  openSync,
  readFileSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { fail, ok, type Result } from '../../preload/contract/result.ts'

export const spoolFile = (folder: string): string => join(folder, 'trail.spool')
export const spoolKeyFile = (folder: string): string => join(folder, 'trail.spool.key')

/** One writing of it: a process has one, and counts within it. */
export interface SpoolPlace {
  run: string
  n: number
}

export interface Spool {
  readonly run: string
  /** in the file when it returns. @returns its place, or why it is not there */
  add(text: string): Result<SpoolPlace>
  /** what was added outlives a power cut too, when it returns; a few ms. @returns why that can't be said */
  sync(): Result<undefined>
  /** all that was added is in the chain: it begins anew */
  empty(): void
  close(): void
}

const cipher = 'aes-256-gcm'
const tagBytes = 16
const spki = { type: 'spki', format: 'der' } as const
const pkcs8 = { type: 'pkcs8', format: 'der' } as const

export interface SpoolKey {
  /** DER, base64 */
  publicKey: string
  /** DER */
  privateKey: Buffer
}

export function makeSpoolKey(): SpoolKey {
  const { publicKey, privateKey } = generateKeyPairSync('x25519')
  return { publicKey: publicKey.export(spki).toString('base64'), privateKey: privateKey.export(pkcs8) }
}

const publicKeyOf = (base64: string): KeyObject =>
  createPublicKey({ key: Buffer.from(base64, 'base64'), ...spki })

const sharedKey = (privateKey: KeyObject, publicKey: KeyObject, run: string): Buffer =>
  Buffer.from(hkdfSync('sha256', diffieHellman({ privateKey, publicKey }), run, 'Vigie trail spool', 32))

/** A key is used for one run, and each number in it once. */
function nonceOf(n: number): Buffer {
  const nonce = Buffer.alloc(12)
  nonce.writeUInt32BE(n, 8)
  return nonce
}

/** @returns null: there is none, so nothing can be sealed yet */
export function readSpoolKey(folder: string): string | null {
  try {
    const text = readFileSync(spoolKeyFile(folder), 'utf8').trim()
    publicKeyOf(text)
    return text
  } catch {
    return null
  }
}

/** @param publicKey whom it is sealed to. @throws where the file can't be opened */
export function openSpool(path: string, publicKey: string): Spool {
  const own = generateKeyPairSync('x25519')
  const run = own.publicKey.export(spki).toString('base64')
  const key = sharedKey(own.privateKey, publicKeyOf(publicKey), run)
  const file = openSync(path, 'a', 0o600)
  fchmodSync(file, 0o600)
  // a line that somebody's end cut short ends here
  const begin = (): void => void writeSync(file, `\nrun ${run}\n`)
  let begun = false
  let n = 0
  return {
    run,
    add(text) {
      try {
        if (!begun) begin()
        begun = true
        const sealing = createCipheriv(cipher, key, nonceOf(n + 1), { authTagLength: tagBytes })
        const sealed = Buffer.concat([sealing.update(text, 'utf8'), sealing.final(), sealing.getAuthTag()])
        const line = `${n + 1} ${sealed.toString('base64')}\n`
        // a part of it, on a full disk, is no line
        if (writeSync(file, line) < Buffer.byteLength(line)) {
          begun = false
          n++
          return fail('trail.unwritable', 'the disk is full', path)
        }
        n++
        return ok({ run, n })
      } catch (error) {
        begun = false
        n++
        return fail('trail.unwritable', String(error), path)
      }
    },
    sync() {
      try {
        fdatasyncSync(file)
        return ok(undefined)
      } catch (error) {
        return fail('trail.unwritable', String(error), path)
      }
    },
    empty() {
      ftruncateSync(file)
      begun = false
    },
    close() {
      key.fill(0)
      closeSync(file)
    },
  }
}

/**
 * What a file of this key holds, in the order in which it was written.
 * @returns `unread`: lines that nobody can read, or that are missing between others
 */
export function readSpool(
  path: string,
  privateKey: Uint8Array,
): { found: { place: SpoolPlace; text: string }[]; unread: number } {
  let lines: string[]
  try {
    lines = readFileSync(path, 'utf8').split('\n')
  } catch {
    return { found: [], unread: 0 }
  }
  const own = createPrivateKey({ key: Buffer.from(privateKey), ...pkcs8 })
  const found: { place: SpoolPlace; text: string }[] = []
  let unread = 0
  let run: { name: string; key: Buffer } | null = null
  for (const line of lines) {
    if (line === '') continue
    const [first = '', second = ''] = line.split(' ')
    try {
      if (first === 'run') {
        run = { name: second, key: sharedKey(own, publicKeyOf(second), second) }
        continue
      }
      const n = Number(first)
      if (run === null || !Number.isInteger(n)) throw new Error('no line of a run')
      const bytes = Buffer.from(second, 'base64')
      const opening = createDecipheriv(cipher, run.key, nonceOf(n), { authTagLength: tagBytes })
      opening.setAuthTag(bytes.subarray(bytes.length - tagBytes))
      const text = Buffer.concat([opening.update(bytes.subarray(0, -tagBytes)), opening.final()])
      found.push({ place: { run: run.name, n }, text: text.toString('utf8') })
    } catch {
      unread++
    }
  }
  return { found, unread }
}
