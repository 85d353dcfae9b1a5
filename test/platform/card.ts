/** Smart cards for tests: SoftHSM2, a real PKCS#11 module that keeps its tokens in a folder. Debian: softhsm2 opensc. */
import { execFile } from 'node:child_process'
import { createPrivateKey, X509Certificate } from 'node:crypto'
import { mkdir, mkdtemp, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

export const cardModule = '/usr/lib/softhsm/libsofthsm2.so'

/** A certificate and its key, PEM. */
export interface Pair {
  certificate: string
  key: string
}

export interface CardReader {
  /** for whoever loads the module */
  env: { SOFTHSM2_CONF: string }
  folder: string
  /** a card that is in the reader from now on. @returns its serial number */
  addCard(label: string, pin: string, pairs: readonly (Pair & { label: string })[]): Promise<string>
  /** all that are in the reader */
  pull(): Promise<void>
  putBack(): Promise<void>
  /** as after too many wrong PINs, which SoftHSM itself does not count */
  lock(label: string): Promise<void>
  dispose(): Promise<void>
}

const run = promisify(execFile)
/** the flags of a token in SoftHSM's file: vendor's attribute, a number, big-endian */
const flagsAttribute = Buffer.from('000000008000534b0000000000000002', 'hex')
const userPinLocked = 0x40000

export async function startReader(): Promise<CardReader> {
  const folder = await mkdtemp(join(tmpdir(), 'vigie-reader-'))
  const inside = join(folder, 'tokens')
  const outside = join(folder, 'pulled')
  await mkdir(inside)
  await mkdir(outside)
  const config = join(folder, 'softhsm2.conf')
  await writeFile(config, `directories.tokendir = ${inside}\nobjectstore.backend = file\nlog.level = ERROR\n`)
  const env = { SOFTHSM2_CONF: config }
  const softhsm = (...args: string[]) => run('softhsm2-util', args, { env: { ...process.env, ...env } })

  const moveAll = async (from: string, to: string) => {
    for (const name of await readdir(from)) await rename(join(from, name), join(to, name))
  }

  return {
    env,
    folder,
    async addCard(label, pin, pairs) {
      const said = await softhsm(
        '--init-token',
        '--free',
        '--label',
        label,
        '--so-pin',
        '12345678',
        '--pin',
        pin,
      )
      for (const [at, { label: name, certificate, key }] of pairs.entries()) {
        const id = String(at + 1).padStart(2, '0')
        const keyFile = join(folder, 'key.p8')
        const certificateFile = join(folder, 'certificate.der')
        await writeFile(keyFile, createPrivateKey(key).export({ type: 'pkcs8', format: 'pem' }), {
          mode: 0o600,
        })
        await writeFile(certificateFile, new X509Certificate(certificate).raw)
        const rsa = new X509Certificate(certificate).publicKey.asymmetricKeyType === 'rsa'
        const tool = (...what: string[]) =>
          run(
            'pkcs11-tool',
            [
              ...['--module', cardModule, '--token-label', label, '--login', '--pin', pin],
              ...['--id', id, '--label', name, '--write-object', ...what],
            ],
            { env: { ...process.env, ...env } },
          )
        await tool(keyFile, '--type', 'privkey', '--usage-sign', rsa ? '--usage-decrypt' : '--usage-derive')
        await tool(certificateFile, '--type', 'cert')
        await rm(keyFile)
      }
      const [, slot = ''] = /reassigned to slot (\d+)/.exec(said.stdout) ?? []
      const shown = await softhsm('--show-slots')
      const part = shown.stdout.split(/^Slot /m).find((text) => text.startsWith(slot)) ?? ''
      return /Serial number:\s*(\S+)/.exec(part)?.[1] ?? ''
    },
    pull: () => moveAll(inside, outside),
    putBack: () => moveAll(outside, inside),
    async lock(label) {
      for (const name of await readdir(inside)) {
        const file = join(inside, name, 'token.object')
        const bytes = await readFile(file)
        if (!bytes.includes(label.padEnd(32))) continue
        const at = bytes.indexOf(flagsAttribute) + flagsAttribute.length
        bytes.writeBigUInt64BE(bytes.readBigUInt64BE(at) | BigInt(userPinLocked), at)
        await writeFile(file, bytes)
      }
    },
    dispose: () => rm(folder, { recursive: true, force: true }),
  }
}
