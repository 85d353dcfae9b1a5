/**
 * Which way leads from a certificate up to an authority that is trusted. It is walked from the authority down, so that
 * what whoever sent the others made up is never reached: no ring, no copy and no order of theirs has a say in it.
 */
import type { X509Certificate } from 'node:crypto'
import type { BasicConstraints } from 'pkijs'
import { lineOf } from './certificate-facts.ts'
import { issued } from './certificates-in.ts'
import { readCertificate } from './trust/certificate.ts'

const mostSteps = 8
/** Each is tried under each authority: an honest chain brings a few. */
const mostOthers = 32

const oid = { basicConstraints: '2.5.29.19', keyUsage: '2.5.29.15', nameConstraints: '2.5.29.30' } as const
/** keyCertSign, in the first byte of keyUsage */
const signsCertificates = 0x04

/**
 * What may be called critical, as it is judged: here, or by whoever asks. certificatePolicies too: nobody here demands
 * one of them (RFC 5280 §6.1.1).
 */
const known = new Set([
  oid.basicConstraints,
  oid.keyUsage,
  '2.5.29.37', // extKeyUsage
  '2.5.29.17', // subjectAltName
  '2.5.29.14', // subjectKeyIdentifier
  '2.5.29.35', // authorityKeyIdentifier
  '2.5.29.32', // certificatePolicies
])

interface Place {
  /** `own`: what the way begins at; `trusted`: what it ends at */
  at: 'own' | 'between' | 'trusted'
  /** ms since 1970 */
  times: readonly number[]
}

const nameOf = ({ subject }: X509Certificate): string => lineOf(subject).slice(0, 200)
const day = (time: number): string => `${new Date(time).toISOString().slice(0, 16).replace('T', ' ')} UTC`

/** @returns why it is no part of a way; null: nothing stands against it */
function flawOf(one: X509Certificate, { at, times }: Place): string | null {
  const [from, to] = [Date.parse(one.validFrom), Date.parse(one.validTo)]
  // dates that can't be read are none
  const outside = times.find((time) => !(from <= time && time <= to))
  if (outside !== undefined) return `is not valid on ${day(outside)}`
  const read = readCertificate(one.raw)
  if (read === null) return 'can’t be read'
  // nobody relies on what an authority says of itself: it is pinned
  if (at !== 'trusted' && read.weakSignature !== null) return `has ${read.weakSignature}`
  if (at !== 'trusted' && read.weakKey !== null) return `has ${read.weakKey}`
  const extensions = read.parsed.extensions ?? []
  const strange = extensions.find(({ extnID, critical }) => critical && !known.has(extnID))
  if (strange !== undefined) return `demands what is not known here (extension ${strange.extnID})`
  if (at === 'own') return null
  if (!one.ca) return 'is no authority’s'
  if (extensions.some(({ extnID }) => extnID === oid.nameConstraints))
    return 'is for certain names alone (nameConstraints)'
  const usage = extensions.find(({ extnID }) => extnID === oid.keyUsage)?.parsedValue as
    { valueBlock: { valueHexView: Uint8Array } } | undefined
  if (usage !== undefined && ((usage.valueBlock.valueHexView[0] ?? 0) & signsCertificates) === 0)
    return 'may not sign certificates (keyUsage)'
  return null
}

/** How many authorities may stand below this one. */
function roomBelow(one: X509Certificate): number {
  const { extensions = [] } = readCertificate(one.raw)?.parsed ?? {}
  const value = extensions.find(({ extnID }) => extnID === oid.basicConstraints)?.parsedValue as
    BasicConstraints | undefined
  const said = value?.pathLenConstraint
  if (said === undefined) return mostSteps
  return typeof said === 'number' ? Math.max(0, said) : 0
}

/** From a certificate up to a trusted one. */
interface Way {
  path: readonly [X509Certificate, ...X509Certificate[]]
  room: number
}

/**
 * Each issued the one before it, a trusted one the last; each was valid at all the times. Nothing is asked of
 * revocation here.
 *
 * @param others that came with it, in whatever order; they are worth nothing by themselves
 * @param times ms since 1970
 * @returns the whole way, or why there is none, for people
 */
export function wayUp(
  own: X509Certificate,
  others: readonly X509Certificate[],
  trusted: readonly X509Certificate[],
  times: readonly number[],
): readonly X509Certificate[] | string {
  if (others.length > mostOthers) return `more than ${mostOthers} certificates came with it`
  const wrong = flawOf(own, { at: 'own', times })
  if (wrong !== null) return `its own certificate ${wrong}`
  let flaw: string | null = null
  /** What is wrong with one that a trusted one vouches for is worth a word; with any other it is not. */
  const isSound = (one: X509Certificate, at: Place['at']): boolean => {
    const found = flawOf(one, { at, times })
    if (found !== null) flaw ??= `the certificate of ${nameOf(one)} ${found}`
    return found === null
  }
  const left = new Map(others.map((one) => [one.fingerprint256, one]))
  for (const { fingerprint256 } of [own, ...trusted]) left.delete(fingerprint256)
  let reached: Way[] = trusted
    .filter((one) => isSound(one, 'trusted'))
    .map((one) => ({ path: [one], room: roomBelow(one) }))
  for (let steps = 0; steps < mostSteps && reached.length > 0; steps++) {
    const last = reached.find(({ path: [issuer] }) => issued(own, issuer))
    if (last !== undefined) return [own, ...last.path]
    const next: Way[] = []
    for (const { path, room } of reached)
      for (const [key, one] of left) {
        if (!issued(one, path[0])) continue
        if (room === 0) {
          flaw ??= `the certificate of ${nameOf(path[0])} lets no authority stand below it`
          continue
        }
        left.delete(key)
        if (isSound(one, 'between'))
          next.push({ path: [one, ...path], room: Math.min(room - 1, roomBelow(one)) })
      }
    reached = next
  }
  return flaw ?? 'none of them issued it'
}
