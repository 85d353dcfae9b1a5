/** On what terms a platform is trusted: as the policy says it, and as a connection is held to it. */
import type { SecureContextOptions } from 'node:tls'
import * as v from 'valibot'
import { DurationSchema, durationMs } from '../../../preload/contract/product.ts'

const minute = 60_000
const week = 604_800_000

/** An absolute path, or a URL; without a user or a password in it, and never one that Node would not fetch. */
const SourceSchema = v.pipe(
  v.string(),
  v.maxLength(1000),
  v.check((text) => /^\/[^\0]+$/.test(text) || isUrl(text), 'an absolute path, or a URL of http or https'),
)

function isUrl(text: string): boolean {
  if (!URL.canParse(text)) return false
  const { protocol, username, password } = new URL(text)
  return /^https?:$/.test(protocol) && username === '' && password === ''
}

/** More is a mistake: a chain has few authorities. */
const mostLists = 16

/** `trust` in the policy; absent, all as closed as it can be without knowing the platform. */
export const TrustPolicySchema = v.pipe(
  v.strictObject({
    /** TLS 1.2 too, with AEAD suites only */
    tls12: v.optional(v.boolean(), false),
    /** lists of revoked certificates; where one is named, no certificate is taken whose authority has none here */
    crl: v.optional(v.pipe(v.array(SourceSchema), v.maxLength(mostLists)), []),
    /** how often they are read, at least */
    every: v.optional(DurationSchema, 'PT1H'),
    /** how long one that is out of date still does, with a warning */
    grace: v.optional(DurationSchema, 'P1D'),
    /** what a server says of its own certificate (OCSP): looked at where it says it, required, or not asked for */
    ocsp: v.optional(v.picklist(['staple', 'require', 'off']), 'staple'),
  }),
  v.transform(({ every, grace, ...rest }) => ({
    ...rest,
    every: durationMs(every),
    grace: durationMs(grace),
  })),
  v.check(({ every }) => every >= minute, 'a list is read every minute at most'),
  v.check(({ every }) => every <= week, 'a list is read every seven days at least'),
)
export type TrustPolicy = v.InferOutput<typeof TrustPolicySchema>

/** What `trust` is where the policy says nothing. */
export const closedTrust: TrustPolicy = v.parse(TrustPolicySchema, {})

/** What a list revokes; its signature was checked where it was read. */
const RevocationsSchema = v.strictObject({
  /** SHA-256 of the public key of the authority whose certificates it is about, in hexadecimal digits */
  authority: v.string(),
  /** as people know the authority */
  issuer: v.string(),
  /** its grace is over: nothing of this authority is taken any more */
  over: v.boolean(),
  /** serial numbers, hexadecimal digits without leading zeros */
  serials: v.array(v.string()),
})
export type Revocations = v.InferOutput<typeof RevocationsSchema>

export const TrustTermsSchema = v.strictObject({
  tls12: v.boolean(),
  ocsp: v.picklist(['staple', 'require', 'off']),
  /** null: the policy names no list */
  revocations: v.nullable(v.array(RevocationsSchema)),
})
export type TrustTerms = v.InferOutput<typeof TrustTermsSchema>

/** Where nobody said otherwise. */
export const closedTerms: TrustTerms = { tls12: false, ocsp: closedTrust.ocsp, revocations: null }

/** Of TLS 1.2 what authenticates what it encrypts, and whose keys are made for each connection (RFC 9325 §4.2). */
const aead12 = [
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-RSA-AES256-GCM-SHA384',
  'ECDHE-ECDSA-CHACHA20-POLY1305',
  'ECDHE-RSA-CHACHA20-POLY1305',
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-RSA-AES128-GCM-SHA256',
]
const tls13 = ['TLS_AES_256_GCM_SHA384', 'TLS_CHACHA20_POLY1305_SHA256', 'TLS_AES_128_GCM_SHA256']

/** Which TLS is spoken with whom the policy names. */
export const versionsOf = (tls12: boolean): Pick<SecureContextOptions, 'minVersion' | 'ciphers'> => ({
  minVersion: tls12 ? 'TLSv1.2' : 'TLSv1.3',
  ciphers: [...tls13, ...(tls12 ? aead12 : [])].join(':'),
})
