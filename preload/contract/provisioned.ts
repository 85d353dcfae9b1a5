/** What the provisioning window asks about trust, health and the trail of the node that it sets up. */
import * as v from 'valibot'
import { HealthFactsSchema } from './health.ts'
import { ProblemSchema } from './result.ts'
import { call, nothing, notification } from './row.ts'
import { TrailAnswerSchema, TrailQuestionSchema } from './trail.ts'
import { CrlFactsSchema, TrustFactsSchema } from './trust.ts'

const here = ['provisioning'] as const
/** ms since 1970 */
const Time = v.number()
const Count = v.pipe(v.number(), v.integer(), v.minValue(0))

const AuthorityFactsSchema = v.strictObject({
  subject: v.string(),
  issuer: v.string(),
  /** SHA-256 of the certificate, hexadecimal digits */
  fingerprint: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
  /** e.g. EC P-256 */
  key: v.string(),
  notBefore: Time,
  notAfter: Time,
})
export type AuthorityFacts = v.InferOutput<typeof AuthorityFactsSchema>

/** Whose certificates count, and why nobody can say so; none and no problem: nobody was pinned yet. */
const PinnedAuthoritiesSchema = v.strictObject({
  authorities: v.array(AuthorityFactsSchema),
  /** where they are read from, for people; null: from no file */
  file: v.nullable(v.string()),
  problem: v.nullable(ProblemSchema),
})
export type PinnedAuthorities = v.InferOutput<typeof PinnedAuthoritiesSchema>

export const TrustToldSchema = v.strictObject({
  at: Time,
  /** the platform's */
  platform: PinnedAuthoritiesSchema,
  /** the policies' */
  policy: PinnedAuthoritiesSchema,
  /** as the policy has them */
  terms: v.strictObject({
    tls12: v.boolean(),
    ocsp: v.picklist(['staple', 'require', 'off']),
    /** ms: how often lists are read, and how long one that is out of date does */
    every: v.number(),
    grace: v.number(),
  }),
  facts: TrustFactsSchema,
  /** whose certificate is held against the lists; null: it is not known yet, or still closed */
  own: v.nullable(v.string()),
  /** of the platform's servers */
  addresses: v.array(v.string()),
})
export type TrustTold = v.InferOutput<typeof TrustToldSchema>

/** Where the passphrase of the identity that opens the trail is found. */
const TrailIdentitySchema = v.strictObject({
  file: v.string(),
  /** people type it; or it lies where this node finds it when it starts */
  passphrase: v.picklist(['typed', 'found']),
})
export const TrailStandingSchema = v.strictObject({
  open: v.boolean(),
  /** what opens it; null: no identity is known here, somebody has to name its file. A wall opens it itself */
  identity: v.nullable(TrailIdentitySchema),
  /** there is none in this profile yet */
  empty: v.boolean(),
  /** an examination or an export runs, and how far it is; null: none does */
  running: v.nullable(v.strictObject({ what: v.picklist(['verify', 'export']), records: Count, of: Count })),
})
export type TrailStanding = v.InferOutput<typeof TrailStandingSchema>

const BadRecordSchema = v.nullable(v.strictObject({ record: Count, why: v.string() }))
export const TrailVerdictSchema = v.strictObject({
  records: Count,
  first: Count,
  last: Count,
  /** the text's of the last one */
  head: v.string(),
  /** up to this record a signature covers them */
  sealed: Count,
  seals: Count,
  stamps: Count,
  subjects: v.array(v.string()),
  outside: v.strictObject({ seals: Count, first: v.nullable(Count) }),
  lag: v.nullable(v.number()),
  late: Count,
  bad: BadRecordSchema,
  altered: BadRecordSchema,
  /** whose certificates and whose stamps these are was judged by an authority */
  judged: v.strictObject({ seals: v.boolean(), stamps: v.boolean() }),
})
export type TrailVerdict = v.InferOutput<typeof TrailVerdictSchema>

/** A text of this window, for other programs. */
const Copied = v.strictObject({ text: v.pipe(v.string(), v.maxLength(20_000)) })

export const provisioned = {
  health: {
    facts: call(here, nothing, HealthFactsSchema),
    /** where policy lets it be copied */
    copy: call(here, Copied, nothing, ({ text }) => ({ detail: { characters: text.length } })),
  },
  trust: {
    facts: call(here, nothing, TrustToldSchema),
    /** reads the lists again, now */
    refresh: call(here, nothing, nothing),
    /** a file that somebody chooses in a dialog of main's, as if it had come from there; null: none was chosen */
    importList: call(
      here,
      v.strictObject({ source: v.pipe(v.string(), v.maxLength(1000)) }),
      v.nullable(CrlFactsSchema),
      ({ source }) => ({ subject: source }),
    ),
  },
  trail: {
    standing: call(here, nothing, TrailStandingSchema),
    standingChanged: notification(here, TrailStandingSchema),
    /** the file of an identity that somebody chooses in a dialog of main's; null: none was chosen */
    chooseIdentity: call(here, nothing, v.nullable(v.string()), () => ({})),
    /** what a person typed; null: as this node finds it when it starts. In words of our own, as a schema's may repeat it */
    unlock: call(
      here,
      v.object(
        {
          passphrase: v.nullable(
            v.pipe(
              v.string('a passphrase is text'),
              v.minLength(1, 'a passphrase has a character at least'),
              v.maxLength(1024, 'a passphrase has 1024 characters at most'),
            ),
          ),
        },
        'a passphrase is missing',
      ),
      nothing,
      () => ({}),
    ),
    /** what it has, within the desk's ceiling */
    find: call(here, TrailQuestionSchema, TrailAnswerSchema),
    /** whether it is as it was written; null: it was stopped */
    verify: call(here, nothing, v.nullable(TrailVerdictSchema), () => ({})),
    /** every record in clear, to a file that somebody names in a dialog of main's; null: none was named, or it was stopped */
    export: call(here, nothing, v.nullable(v.strictObject({ file: v.string(), records: Count })), () => ({})),
    /** ends the examination or the export that runs */
    stop: call(here, nothing, nothing),
  },
} as const
