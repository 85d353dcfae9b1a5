/** The identities of the node that is set up: what is told of them, and what may be asked for. */
import * as v from 'valibot'
import { ProblemSchema } from './result.ts'
import { call, nothing, notification } from './row.ts'

/** ms since 1970 */
const Time = v.number()
const Hex = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/, 'a digest is 64 hexadecimal digits'))

export const keyKinds = ['rsa-3072', 'rsa-4096', 'ec-p256', 'ec-p384'] as const
export type KeyKind = (typeof keyKinds)[number]

/**
 * Where its key lies: sealed in this node's store, in a PKCS#12 beside it, on a card, sealed until the certificate comes,
 * or with somebody else, of whom only the certificate or the public key is here.
 */
export const keyPlaces = ['sealed', 'file', 'card', 'request', 'certificate'] as const

export const servings = ['platform', 'signature', 'vault', 'recovery'] as const

/** Nothing in it is secret. */
const IdentityRowSchema = v.object({
  /** its name in the store, or the digest of its public key */
  id: v.string(),
  /** null: it does not lie in this node's store */
  name: v.nullable(v.string()),
  place: v.picklist(keyPlaces),
  state: v.picklist(['ready', 'requested', 'replaced', 'unreadable', 'elsewhere']),
  subject: v.nullable(v.string()),
  issuer: v.nullable(v.string()),
  /** as `EC P-384` */
  key: v.nullable(v.string()),
  notBefore: v.nullable(Time),
  notAfter: v.nullable(Time),
  serves: v.array(v.picklist(servings)),
  /** when it is renewed by itself; null: it is not */
  renewal: v.nullable(Time),
  /** since when another certificate is asked for */
  requested: v.nullable(Time),
  /** since when it is only kept */
  replaced: v.nullable(Time),
  /** as the lists say that are kept here; unasked: there is nothing to ask about */
  revocation: v.picklist(['revoked', 'good', 'unknown', 'unasked']),
  /** the list that says so */
  list: v.nullable(
    v.object({
      number: v.nullable(v.string()),
      thisUpdate: v.nullable(Time),
      state: v.picklist(['fresh', 'stale', 'over', 'missing']),
    }),
  ),
  /** this node signs in with it */
  inUse: v.boolean(),
  /** nothing else opens the vault */
  opensAlone: v.boolean(),
  problem: v.nullable(ProblemSchema),
})
export type IdentityRow = v.InferOutput<typeof IdentityRowSchema>

const VaultSlotSchema = v.object({
  id: v.string(),
  kind: v.picklist(['certificate', 'card', 'recovery', 'keystore']),
  name: v.string(),
  algorithm: v.string(),
  /** open: its key has opened the vault and said so; sealed: it has not yet; refused: it opens nothing */
  state: v.picklist(['open', 'sealed', 'refused']),
  why: v.nullable(v.picklist(['policy', 'forged'])),
  /** since when its key is this one; null: that is not written here */
  since: v.nullable(Time),
})
export type VaultSlot = v.InferOutput<typeof VaultSlotSchema>

const VaultFactsSchema = v.object({
  /** null: there is no vault yet, or it can't be read */
  slots: v.nullable(v.array(VaultSlotSchema)),
  written: v.nullable(Time),
  rotating: v.boolean(),
  problem: v.nullable(ProblemSchema),
})

const PinnedSchema = v.object({ subject: v.string(), fingerprint: Hex, notAfter: Time })
export type Pinned = v.InferOutput<typeof PinnedSchema>

/** The steps of an enrolment, as they follow each other. */
export const enrolmentSteps = ['authority', 'secret', 'key', 'request', 'certificate', 'trial'] as const
export type EnrolmentStep = (typeof enrolmentSteps)[number]

const EnrolmentSchema = v.object({
  name: v.string(),
  subject: v.string(),
  names: v.array(v.string()),
  /** host and port */
  server: v.string(),
  authority: PinnedSchema,
  begun: Time,
  /** the one that it is at; all before it are done */
  step: v.picklist(enrolmentSteps),
  /** as `EC P-384`; null: it is not made yet */
  key: v.nullable(v.string()),
  /** a request of before was taken up again */
  resumed: v.boolean(),
  /** a person has to allow it: since when that is waited for, and when it is asked again */
  waiting: v.nullable(v.object({ since: Time, next: Time })),
  notAfter: v.nullable(Time),
  /** it goes on when the window is closed */
  outlivesWindow: v.boolean(),
  /** untried: all is done, and no platform is known to try it at */
  ended: v.nullable(v.picklist(['done', 'untried', 'failed', 'cancelled'])),
  problem: v.nullable(ProblemSchema),
})
export type Enrolment = v.InferOutput<typeof EnrolmentSchema>

export const trialSteps = [
  'name',
  'tcp',
  'tls',
  'authority',
  'host',
  'trust',
  'dates',
  'certificate',
  'user',
  'jetstream',
] as const
export type TrialStepName = (typeof trialSteps)[number]

const TrialSchema = v.object({
  name: v.nullable(v.string()),
  subject: v.string(),
  begun: Time,
  running: v.boolean(),
  servers: v.array(
    v.object({
      server: v.string(),
      steps: v.array(
        v.object({
          step: v.picklist(trialSteps),
          passed: v.boolean(),
          /** what it found, as it is called everywhere: addresses, a version of TLS, a user */
          found: v.string(),
          ms: v.number(),
        }),
      ),
      problem: v.nullable(ProblemSchema),
    }),
  ),
})
export type Trial = v.InferOutput<typeof TrialSchema>

export const IdentitiesStateSchema = v.object({
  rows: v.array(IdentityRowSchema),
  /** why the store can't be read */
  problem: v.nullable(ProblemSchema),
  vault: VaultFactsSchema,
  /** where this node signs in, and whom it pinned; none: nobody said yet */
  platform: v.object({ servers: v.array(v.string()), authorities: v.array(PinnedSchema) }),
  /** who renews this node's certificate; null: the policy names nobody */
  est: v.nullable(v.string()),
  enrolment: v.nullable(EnrolmentSchema),
  trial: v.nullable(TrialSchema),
})
export type IdentitiesState = v.InferOutput<typeof IdentitiesStateSchema>

/** A file that a person chose in main's own dialog. The page knows what is in it, and not where it lies. */
const ChosenSchema = v.object({
  /** without its folder */
  file: v.string(),
  holds: v.picklist(['answer', 'pkcs12', 'authority']),
  /** names in the store whose key is that of a certificate in it */
  fits: v.array(v.string()),
  authorities: v.array(PinnedSchema),
})
export type Chosen = v.InferOutput<typeof ChosenSchema>

const Name = v.pipe(
  v.string('a name is text'),
  v.regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$/, 'a name is A-Z a-z 0-9 _ -'),
)
/** One of those that are kept, too. */
const AnyName = v.pipe(
  v.string('a name is text'),
  v.regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,62}(\.[1-9][0-9]{0,3})?$/, 'a name is A-Z a-z 0-9 _ -'),
)
/** Said with words of our own, as a schema's may repeat what it was given. */
const secret = (what: string) =>
  v.pipe(
    v.string(`${what} is text`),
    v.minLength(1, `${what} has a character at least`),
    v.maxLength(1024, `${what} has 1024 characters at most`),
  )
const Passphrase = secret('a passphrase')
const KeyKindSchema = v.picklist(keyKinds)
const Subject = v.pipe(v.string(), v.minLength(1), v.maxLength(1024))
const Names = v.pipe(v.array(v.pipe(v.string(), v.minLength(1), v.maxLength(253))), v.maxLength(16))

const here = ['provisioning'] as const

/** No key ever goes through the page; a passphrase goes to main, once, and nothing of it comes back. */
export const identities = {
  state: call(here, nothing, IdentitiesStateSchema),
  stateChanged: notification(here, IdentitiesStateSchema),
  /** main asks for a file and reads it; null: nobody chose one */
  choose: call(here, v.strictObject({ what: v.picklist(['import', 'authority']) }), v.nullable(ChosenSchema)),
  /** a key, sealed, and the request for its certificate */
  create: call(
    here,
    v.strictObject({
      name: Name,
      key: KeyKindSchema,
      subject: Subject,
      names: Names,
      passphrase: Passphrase,
    }),
    nothing,
    ({ name, key, subject }) => ({ subject: name, detail: { key, subject } }),
  ),
  /** the next key of an identity; what it has stays in use until the answer is there */
  askNext: call(
    here,
    v.strictObject({ name: Name, key: KeyKindSchema, passphrase: Passphrase }),
    nothing,
    ({ name, key }) => ({ subject: name, detail: { key } }),
  ),
  /** takes what the chosen file holds; with PKCS#12 what opens it, and what seals its key here */
  bring: call(
    here,
    v.strictObject({
      name: Name,
      opens: v.nullable(Passphrase),
      seals: v.nullable(Passphrase),
      /** in the place of the one of this name */
      over: v.boolean(),
    }),
    nothing,
    ({ name, over }) => ({ subject: name, detail: { over } }),
  ),
  /** a request or a certificate, never a key, where a person says; the file's name without its folder, null: nowhere */
  save: call(
    here,
    v.strictObject({ name: AnyName, what: v.picklist(['request', 'certificate']) }),
    v.nullable(v.string()),
    ({ name, what }) => ({ subject: name, detail: { what } }),
  ),
  remove: call(
    here,
    v.strictObject({ name: AnyName, evenInUse: v.boolean() }),
    nothing,
    ({ name, evenInUse }) => ({ subject: name, detail: { evenInUse } }),
  ),
  /** begins it; how far it is comes with the state */
  enrol: call(
    here,
    v.strictObject({
      ...{ name: Name, subject: Subject, names: Names, key: v.nullable(KeyKindSchema) },
      url: v.pipe(v.string(), v.maxLength(500)),
      /** of the authority that the person compared */
      authority: Hex,
      secret: secret('a secret'),
      passphrase: Passphrase,
    }),
    nothing,
    ({ name, subject, key, url, authority }) => ({ subject: name, detail: { subject, key, url, authority } }),
  ),
  cancelEnrolment: call(here, nothing, nothing, () => ({})),
  /** signs in as this identity would, step by step; how far it is comes with the state */
  tryConnection: call(
    here,
    v.strictObject({
      /** null: the one that this node signs in with, wherever it lies */
      name: v.nullable(Name),
      /** null: as this node was set up */
      platform: v.nullable(v.pipe(v.string(), v.maxLength(300))),
      passphrase: Passphrase,
    }),
    nothing,
    ({ name, platform }) => ({ subject: name ?? 'node', detail: { platform } }),
  ),
  /** what has ended is not shown any more */
  putAway: call(here, v.strictObject({ what: v.picklist(['enrolment', 'trial']) }), nothing),
} as const
