/** Certificates of every kind of key that Vigie uses, made by openssl: what a vault's slots are for. */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { Keys } from './unlocked.ts'

const algorithms = {
  'RSA 3072': ['rsa', 'rsa_keygen_bits:3072'],
  'P-256': ['ec', 'ec_paramgen_curve:P-256'],
  'P-384': ['ec', 'ec_paramgen_curve:P-384'],
} as const
export type KeyKind = keyof typeof algorithms
export const keyKinds = Object.keys(algorithms) as KeyKind[]

export async function selfSigned(kind: KeyKind, name = 'wall-01'): Promise<Keys> {
  const [algorithm, option] = algorithms[kind]
  const { stdout } = await promisify(execFile)('openssl', [
    ...['req', '-x509', '-newkey', algorithm, '-pkeyopt', option, '-noenc'],
    ...['-keyout', '-', '-subj', `/CN=${name}`, '-days', '2'],
  ])
  const block = (type: string): string =>
    new RegExp(`-----BEGIN ${type}-----[^]+?-----END ${type}-----\n`).exec(stdout)?.[0] ?? ''
  return { certificate: block('CERTIFICATE'), key: block('PRIVATE KEY') }
}
