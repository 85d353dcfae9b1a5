/** How far the platform can be trusted now: its lists of revoked certificates, and what its server proved of itself. */
import * as v from 'valibot'
import { ProblemSchema } from './result.ts'

/** ms since 1970 */
const Time = v.number()
const Count = v.pipe(v.number(), v.integer(), v.minValue(0))

/** A list of revoked certificates (CRL, RFC 5280 §5) that the policy names. */
export const CrlFactsSchema = v.strictObject({
  /** the file or the URL, as the policy has it */
  source: v.string(),
  /** whose certificates it is about; null: none was read yet */
  issuer: v.nullable(v.string()),
  /** decimal; null: it has none */
  number: v.nullable(v.string()),
  /** when it was made, and when the next is due at the latest; null: none was read yet */
  thisUpdate: v.nullable(Time),
  nextUpdate: v.nullable(Time),
  /** when its grace ends, and the platform is refused without a newer one */
  refusedFrom: v.nullable(Time),
  /** fresh: before `nextUpdate`; stale: within the grace; over: behind it; missing: none was read yet */
  state: v.picklist(['fresh', 'stale', 'over', 'missing']),
  /** when a list was last read from its source whole, or brought by hand; null: never since the start */
  read: v.nullable(Time),
  /** how many certificates it revokes */
  revoked: Count,
  /** why the last try to read a newer one was in vain; null: it was not */
  problem: v.nullable(ProblemSchema),
})
export type CrlFacts = v.InferOutput<typeof CrlFactsSchema>

/** What the server that we are, or last were, connected to proved of itself. */
export const ServerFactsSchema = v.strictObject({
  /** as people know it: host and port */
  server: v.string(),
  /** e.g. TLSv1.3, and the cipher suite's name */
  tls: v.string(),
  cipher: v.string(),
  subject: v.string(),
  issuer: v.string(),
  notAfter: Time,
  /** what its staple says (OCSP, RFC 6960); none: it gave none; unasked: the policy does not ask */
  ocsp: v.picklist(['good', 'none', 'unasked']),
  /** how long the staple holds; null: there is none, or it does not say */
  ocspUntil: v.nullable(Time),
  /** when it was judged */
  at: Time,
})
export type ServerFacts = v.InferOutput<typeof ServerFactsSchema>

export const TrustFactsSchema = v.strictObject({
  crls: v.array(CrlFactsSchema),
  /** a list says that our own certificate is revoked */
  revoked: v.boolean(),
  /** null: no server has been connected to since the start */
  server: v.nullable(ServerFactsSchema),
})
export type TrustFacts = v.InferOutput<typeof TrustFactsSchema>

export const nothingTrusted: TrustFacts = { crls: [], revoked: false, server: null }
