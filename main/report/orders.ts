/** What main and the process that drafts and sets syntheses say to each other. */
import * as v from 'valibot'
import { MarkingSchemeSchema } from '../../preload/contract/marking.ts'
import { mostInReport, ReportTemplateSchema, SynthesisSchema } from '../../preload/contract/report.ts'
import { exportForms } from '../../preload/contract/reports.ts'
import { resultOf } from '../../preload/contract/result.ts'
import { LanguageSchema } from '../../preload/contract/words.ts'
import { VaultMarkSchema } from '../engine/cache/vault-mark.ts'

const Id = v.pipe(v.number(), v.safeInteger(), v.minValue(1))
const Instant = v.pipe(v.number(), v.integer(), v.minValue(0))
const Ceiling = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(63))
const Text = v.pipe(v.string(), v.maxLength(1000))
const Key = v.pipe(
  v.instance(Uint8Array<ArrayBuffer>),
  v.check(({ length }) => length === 32, 'a cache’s key has 32 bytes'),
)
const Pem = v.pipe(v.string(), v.maxLength(100_000))
const Authorities = v.nullable(v.pipe(v.array(Pem), v.maxLength(50)))

/** Who will sign it, as it is printed. */
const SignedBySchema = v.strictObject({
  name: Text,
  subject: Text,
  issuer: Text,
  serial: Text,
  until: v.number(),
  at: v.number(),
  stamp: v.nullable(Text),
})

export const ReportOrderSchema = v.variant('order', [
  /** from what the cache of this folder holds, which is read and nothing else */
  v.strictObject({
    order: v.literal('draft'),
    id: Id,
    cache: v.string(),
    cacheKey: Key,
    nextKey: v.optional(Key),
    vault: VaultMarkSchema,
    asked: v.strictObject({
      period: v.strictObject({ from: Instant, to: Instant }),
      template: ReportTemplateSchema,
      language: LanguageSchema,
      timeZone: v.pipe(v.string(), v.maxLength(60)),
      organisation: Text,
      node: Text,
      exercise: v.boolean(),
      scheme: MarkingSchemeSchema,
      ceiling: Ceiling,
    }),
  }),
  /** @param folder `report` of the resources */
  v.strictObject({
    order: v.literal('set'),
    id: Id,
    folder: v.string(),
    synthesis: SynthesisSchema,
    signed: v.nullable(SignedBySchema),
    /** with room for a signature, made at that time; null: it is not going to be signed */
    room: v.nullable(v.number()),
  }),
  /** as others read it */
  v.strictObject({
    order: v.literal('write'),
    id: Id,
    folder: v.string(),
    synthesis: SynthesisSchema,
    form: v.picklist(exportForms),
    scheme: MarkingSchemeSchema,
    ceiling: Ceiling,
  }),
  v.strictObject({
    order: v.literal('verify'),
    id: Id,
    file: v.string(),
    authorities: Authorities,
    stampAuthorities: Authorities,
    now: v.number(),
  }),
  v.strictObject({ order: v.literal('beat') }),
  v.strictObject({ order: v.literal('stop') }),
])
export type ReportOrder = v.InferOutput<typeof ReportOrderSchema>

const SetSchema = v.object({
  pdf: v.instance(Uint8Array<ArrayBuffer>),
  pages: v.pipe(v.array(v.string()), v.maxLength(mostInReport.sources)),
})
export type SetPaper = v.InferOutput<typeof SetSchema>

const VerdictSchema = v.object({
  wrong: v.nullable(v.string()),
  signer: v.nullable(v.string()),
  signedAt: v.nullable(v.number()),
  stampedAt: v.nullable(v.number()),
  stamped: v.boolean(),
  /** what it is, by its own data: `SYN-012-v1`; null: nobody vouches for it */
  name: v.nullable(v.string()),
})
export type NamedVerdict = v.InferOutput<typeof VerdictSchema>

export const ReportAnswerSchema = v.variant('answer', [
  v.object({ answer: v.literal('drafted'), id: Id, result: resultOf(SynthesisSchema) }),
  v.object({ answer: v.literal('set'), id: Id, result: resultOf(SetSchema) }),
  v.object({ answer: v.literal('written'), id: Id, result: resultOf(v.instance(Uint8Array<ArrayBuffer>)) }),
  v.object({ answer: v.literal('verified'), id: Id, result: resultOf(VerdictSchema) }),
  v.object({ answer: v.literal('beat') }),
])
export type ReportAnswer = v.InferOutput<typeof ReportAnswerSchema>
