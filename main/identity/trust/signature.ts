/**
 * Signatures of X.509's kind (RFC 5280 §4.1.1.2) under a certificate, a list or an answer: which algorithm, whether it
 * still means anything, and whether it holds. Only Node's own code judges it.
 */
import { constants, verify, type KeyObject } from 'node:crypto'
import { RSASSAPSSParams, type AlgorithmIdentifier } from 'pkijs'

interface Scheme {
  /** null: the key's kind has its own */
  hash: string | null
  pss: boolean
  salt?: number
}

const plain = (hash: string | null): Scheme => ({ hash, pss: false })

const schemes: Record<string, Scheme> = {
  '1.2.840.113549.1.1.2': plain('md2'),
  '1.2.840.113549.1.1.4': plain('md5'),
  '1.2.840.113549.1.1.5': plain('sha1'),
  '1.2.840.113549.1.1.14': plain('sha224'),
  '1.2.840.113549.1.1.11': plain('sha256'),
  '1.2.840.113549.1.1.12': plain('sha384'),
  '1.2.840.113549.1.1.13': plain('sha512'),
  '1.2.840.10045.4.1': plain('sha1'),
  '1.2.840.10045.4.3.1': plain('sha224'),
  '1.2.840.10045.4.3.2': plain('sha256'),
  '1.2.840.10045.4.3.3': plain('sha384'),
  '1.2.840.10045.4.3.4': plain('sha512'),
  '1.3.101.112': plain(null),
}
const pss = '1.2.840.113549.1.1.10'

const hashes: Record<string, string> = {
  '1.3.14.3.2.26': 'sha1',
  '2.16.840.1.101.3.4.2.1': 'sha256',
  '2.16.840.1.101.3.4.2.2': 'sha384',
  '2.16.840.1.101.3.4.2.3': 'sha512',
}
const strong = new Set(['sha256', 'sha384', 'sha512', null])

function schemeOf({ algorithmId, algorithmParams }: AlgorithmIdentifier): Scheme | null {
  if (algorithmId !== pss) return schemes[algorithmId] ?? null
  // RFC 4055 §3.1: what is not said is SHA-1
  const said = new RSASSAPSSParams({ schema: algorithmParams as unknown })
  const hash = hashes[said.hashAlgorithm.algorithmId]
  return hash === undefined ? null : { hash, pss: true, salt: said.saltLength }
}

/** @returns what is weak in it, for people; null: nothing */
export function weaknessOf(algorithm: AlgorithmIdentifier): string | null {
  const scheme = schemeOf(algorithm)
  if (scheme === null) return `the signature algorithm ${algorithm.algorithmId}`
  return strong.has(scheme.hash) ? null : `a signature with ${String(scheme.hash).toUpperCase()}`
}

/** Whether `key` signed `data`, with nothing weak. */
export function holds(
  data: Uint8Array,
  signature: Uint8Array,
  algorithm: AlgorithmIdentifier,
  key: KeyObject,
): boolean {
  const scheme = schemeOf(algorithm)
  if (scheme === null || !strong.has(scheme.hash)) return false
  try {
    return verify(
      scheme.hash,
      data,
      scheme.pss
        ? { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: scheme.salt }
        : { key, dsaEncoding: 'der' },
      signature,
    )
  } catch {
    // a key of another kind than the algorithm's
    return false
  }
}
