/** What the provisioning window asks of main about the node's policy, and hears of it. */
import * as v from 'valibot'
import { ProblemSchema, problemCodes } from './result.ts'
import { call, nothing, notification } from './row.ts'

/** A policy as it is written: what the form shows, whatever the schema says of it. */
const ScalarSchema = v.union([v.string(), v.number(), v.boolean(), v.null()])
/** Deeper than any policy is, or of another kind, it is told as nothing: the text itself is shown, and refused. */
const within = (inner: v.GenericSchema): v.GenericSchema =>
  v.fallback(v.union([ScalarSchema, v.array(inner), v.record(v.string(), inner)]), null)
/** A value of YAML's for each key, whatever it is. */
const SaysSchema: v.GenericSchema<Record<string, unknown>> = v.record(
  v.string(),
  within(within(within(within(v.fallback(ScalarSchema, null))))),
)
export type Says = v.InferOutput<typeof SaysSchema>

const PathSchema = v.pipe(
  v.array(
    v.union([
      v.pipe(v.string(), v.maxLength(100)),
      v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(1000)),
    ]),
  ),
  v.maxLength(6),
)

const DifferenceSchema = v.object({
  /** has its words: `policy.rule.…` */
  rule: v.string(),
  of: v.nullable(v.string()),
  was: v.nullable(v.string()),
  is: v.nullable(v.string()),
  direction: v.picklist(['stricter', 'wider', 'other']),
})
export type PolicyDifference = v.InferOutput<typeof DifferenceSchema>

const WrongSchema = v.object({
  path: v.array(v.union([v.string(), v.number()])),
  asked: v.string(),
  limit: v.nullable(v.number()),
  message: v.string(),
})
export type WrongValue = v.InferOutput<typeof WrongSchema>

const InForceSchema = v.object({
  from: v.picklist(['signed', 'vigie', 'unsigned', 'closed']),
  version: v.nullable(v.number()),
  /** who signed it, when (ms since 1970), and the fingerprint of their certificate; null: nobody did */
  signed: v.nullable(
    v.object({ by: v.string(), at: v.number(), fingerprint: v.string(), until: v.number() }),
  ),
  /** ms since 1970; null: it is not known */
  since: v.nullable(v.number()),
  for: v.nullable(v.array(v.string())),
  /** null: it can't be read any more, or there is none */
  says: v.nullable(SaysSchema),
})

const DraftSchema = v.object({
  version: v.nullable(v.number()),
  /** SHA-256 of its text: whoever signs says which one they read */
  digest: v.string(),
  says: SaysSchema,
  wrong: v.array(WrongSchema),
  /** to what is in force, without its number; null: they can't be compared, as something is wrong */
  differences: v.nullable(v.array(DifferenceSchema)),
  /** ms since 1970; null: it is not kept, as nothing was changed yet */
  keptAt: v.nullable(v.number()),
  undo: v.boolean(),
  redo: v.boolean(),
})

/** Each holds, does not, or is only known once the signer's key is open. */
const CheckSchema = v.picklist(['holds', 'fails', 'open'])

const SigningSchema = v.object({
  checks: v.object({ schema: CheckSchema, newer: CheckSchema, node: CheckSchema, signer: CheckSchema }),
  /** with which file somebody signs; null: none is chosen */
  identity: v.nullable(
    v.object({ file: v.string(), subject: v.nullable(v.string()), fingerprint: v.nullable(v.string()) }),
  ),
  /** where this node reads it; null: only in its own profile */
  target: v.nullable(v.string()),
  /** why nothing can be put in force here, whoever signs; null: it can */
  barred: v.nullable(ProblemSchema),
})

export const PoliciesStateSchema = v.object({
  inForce: InForceSchema,
  /** newest first */
  before: v.array(v.object({ version: v.number(), signer: v.string(), since: v.number() })),
  /** newest first */
  refused: v.array(
    v.object({
      at: v.number(),
      code: v.picklist(problemCodes),
      message: v.string(),
      version: v.nullable(v.number()),
      signer: v.nullable(v.string()),
    }),
  ),
  /** null: what is kept as a draft is no YAML, as `problem` says, and nothing is in force to begin with */
  draft: v.nullable(DraftSchema),
  signing: SigningSchema,
  /** what went wrong with the draft itself */
  problem: v.nullable(ProblemSchema),
})
export type PoliciesState = v.InferOutput<typeof PoliciesStateSchema>

/** Somebody was asked by a dialog; false: they chose nothing. */
const Chosen = v.boolean()
const here = ['provisioning'] as const

export const policies = {
  state: call(here, nothing, PoliciesStateSchema),
  stateChanged: notification(here, PoliciesStateSchema),
  /** a value of the draft, as JSON; null: it says nothing of it */
  change: call(
    here,
    v.strictObject({ path: PathSchema, json: v.nullable(v.pipe(v.string(), v.maxLength(50_000))) }),
    nothing,
  ),
  undo: call(here, nothing, nothing),
  redo: call(here, nothing, nothing),
  /** the draft anew, as what is in force says it; it can be undone */
  begin: call(here, nothing, nothing),
  /** the draft as it is written; or the text of a version that is kept here */
  text: call(
    here,
    v.strictObject({
      version: v.nullable(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(1_000_000_000))),
    }),
    v.string(),
  ),
  /** the draft from a file, by main's own dialog */
  open: call(here, nothing, Chosen),
  /** the draft to a file, for whoever signs it elsewhere */
  save: call(here, nothing, Chosen),
  /** whose key signs: a sealed identity or a PKCS#12, by main's own dialog */
  choose: call(here, nothing, Chosen),
  /** signs the draft and puts it in force; said with words of our own, as a schema's may repeat what it was given */
  sign: call(
    here,
    v.strictObject(
      {
        passphrase: v.pipe(
          v.string('a passphrase is text'),
          v.maxLength(1024, 'a passphrase has 1024 characters at most'),
        ),
        /** whoever signs says that somebody else read the rules that become wider; nothing proves it */
        reread: v.boolean('said or not'),
        /** of the draft that is shown: no other is signed */
        digest: v.pipe(v.string('a digest is text'), v.regex(/^[\da-f]{64}$/, 'a digest is SHA-256')),
      },
      'a passphrase is missing',
    ),
    v.object({ version: v.number(), signer: v.string() }),
    ({ reread }) => ({ detail: { reread } }),
  ),
} as const
