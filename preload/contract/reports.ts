/**
 * Syntheses at the desk: what is drafted and shared, read, mended, looked at and released. A draft is one of the things
 * that people share (`shared.ts`, kind `report`): kept encrypted here, saved against the revision that was read, and
 * merged by section where two people wrote at once.
 */
import * as v from 'valibot'
import {
  InstantSchema,
  ReportMarkingSchema,
  ReportTemplateSchema,
  SynthesisSchema,
  mostInReport,
} from './report.ts'
import { ProblemSchema } from './result.ts'
import { call, nothing, notification } from './row.ts'
import { LanguageSchema } from './words.ts'

const Name = (most: number) => v.pipe(v.string(), v.maxLength(most))
const Text = (most: number) => v.pipe(v.string(), v.minLength(1), v.maxLength(most))
const Id = v.pipe(v.string(), v.regex(/^[a-z0-9-]{1,64}$/))
const Sequence = v.pipe(v.number(), v.safeInteger(), v.minValue(0))
const Digest = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/))
const list = <S extends v.GenericSchema>(of: S, most: number) => v.pipe(v.array(of), v.maxLength(most))

/** What a draft is written in: `brief`, `events`, `domain.security`. The annex of sources follows from them. */
export const fixedSections = [
  ...(['head', 'brief', 'events', 'decisions', 'figures', 'resources', 'engaged', 'outlook'] as const),
] as const
export const SectionSchema = v.pipe(
  v.string(),
  v.regex(new RegExp(`^(?:${fixedSections.join('|')}|domain\\.[a-z0-9-]{1,64})$`)),
)
export type Section = v.InferOutput<typeof SectionSchema>
export const domainSection = (domain: string): Section => `domain.${domain}`

const Person = v.strictObject({ person: v.nullable(Name(200)), node: Name(100) })

const CommentSchema = v.strictObject({
  id: Id,
  section: SectionSchema,
  /** the statement's key; null: of the whole section */
  statement: v.nullable(Name(500)),
  by: Person,
  at: InstantSchema,
  text: Text(mostInReport.text),
  resolved: v.nullable(v.strictObject({ by: Person, at: InstantSchema })),
})
export type ReportComment = v.InferOutput<typeof CommentSchema>

/** `drafted`: by rules, nobody has read it. `written`: somebody changed it. `reviewed`: somebody says that it is right. */
export const sectionStates = ['drafted', 'written', 'reviewed'] as const

/** A synthesis as people work on it. */
export const DraftedSchema = v.strictObject({
  format: v.literal('vigie.draft.1'),
  synthesis: v.pipe(
    SynthesisSchema,
    v.check(({ number }) => number === null, 'a draft has no number'),
  ),
  /** the released one that it starts from, and differs from; null: none */
  previous: v.nullable(
    v.strictObject({
      number: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(999_999)),
      version: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(999)),
      released: InstantSchema,
      digest: Digest,
      /** it is the next version of it, not the next one */
      replaces: v.boolean(),
    }),
  ),
  recipients: list(Text(200), 60),
  sections: v.record(
    SectionSchema,
    v.strictObject({ state: v.picklist(sectionStates), by: v.nullable(Person), at: InstantSchema }),
  ),
  /** keys of statements and figures that people wrote or froze: drafted again, they stay as they are */
  frozen: list(Name(500), 1000),
  /** keys of those that people took out: drafted again, they stay away */
  struck: list(Name(500), 1000),
  comments: list(CommentSchema, 200),
  /** its period ends when it was drafted last: drafted again, it ends later */
  ongoing: v.boolean(),
})
export type Drafted = v.InferOutput<typeof DraftedSchema>

/** One of the list, the newest first. */
const ListedReportSchema = v.object({
  /** of a draft what it is shared under; of one that was released `SYN-012-v1` */
  key: v.string(),
  state: v.picklist(['draft', 'released']),
  number: v.nullable(v.number()),
  version: v.number(),
  title: v.string(),
  template: ReportTemplateSchema,
  period: v.object({ from: InstantSchema, to: InstantSchema }),
  marking: ReportMarkingSchema,
  /** who saved or released it last, and when */
  by: Person,
  at: InstantSchema,
  /** it is not on the platform yet */
  waits: v.boolean(),
  /** others who have it open now */
  others: v.array(Person),
  /** why it can't be used; null: it can */
  problem: v.nullable(ProblemSchema),
})
export type ListedReport = v.InferOutput<typeof ListedReportSchema>

export const ReportsSchema = v.object({
  /** why nothing can be released here; null: it can */
  mayNot: v.nullable(ProblemSchema),
  /**
   * how whoever signs proves it: the certificate's passphrase, or its card's PIN; `node`: it opens without a person, who
   * says yes in a dialog of the system instead
   */
  signs: v.nullable(
    v.object({
      by: v.picklist(['passphrase', 'pin', 'node']),
      subject: v.string(),
      issuer: v.string(),
      until: InstantSchema,
    }),
  ),
  /** a second person must have approved what is released */
  fourEyes: v.boolean(),
  stamped: v.boolean(),
  /** what may be done with what was made: policy */
  mayExport: v.boolean(),
  mayPrint: v.boolean(),
  reports: v.array(ListedReportSchema),
})
export type Reports = v.InferOutput<typeof ReportsSchema>

export const checkIds = [
  ...([
    'markings',
    'sources',
    'feeds',
    'numbering',
    'live',
    'comments',
    'review',
    'paper',
    'second',
  ] as const),
] as const
/** `note`: to be known. `stop`: it can't be released so. */
const CheckSchema = v.object({
  check: v.picklist(checkIds),
  state: v.picklist(['sound', 'note', 'stop']),
  /** numbers and names for its words */
  values: v.record(v.string(), v.union([v.string(), v.number()])),
  /** what it is about, one by one: feeds, statements, comments */
  details: list(v.object({ text: v.string(), section: v.nullable(SectionSchema) }), 100),
})
export type ReportCheck = v.InferOutput<typeof CheckSchema>

const PreviewSchema = v.object({
  /** of the text that is shown: what is released and approved is this or nothing */
  digest: Digest,
  /** pages as SVG, which a window shows as pictures */
  pages: v.array(v.string()),
  /** bytes of the PDF as it would be before it is signed */
  bytes: v.number(),
  checks: v.array(CheckSchema),
  /** second persons who approved this digest */
  approved: v.array(v.object({ by: Person, at: InstantSchema })),
})
export type ReportPreview = v.InferOutput<typeof PreviewSchema>

const SavedSchema = v.object({
  revision: Sequence,
  draft: DraftedSchema,
  /** sections that others wrote meanwhile: theirs are in it */
  merged: v.array(SectionSchema),
  /** sections that both wrote: ours is in it, theirs is here to be compared */
  conflicts: v.array(v.object({ section: SectionSchema, by: Person, draft: DraftedSchema })),
  waits: v.boolean(),
})
export type SavedReport = v.InferOutput<typeof SavedSchema>

export const releaseSteps = ['freeze', 'sign', 'record', 'publish'] as const
/** As a window may ask for them. */
export const exportForms = ['pdf', 'docx', 'edxl', 'json'] as const

/** of a draft, among what people share: nothing else is written by these calls */
const Key = {
  key: v.pipe(v.string(), v.regex(/^report\.[a-z0-9-]{1,64}\.[a-z0-9-]{1,64}$/)),
}
/** a released one's name: only what was signed leaves the desk */
const ReleasedKey = { key: v.pipe(v.string(), v.maxLength(200)) }
const Stated = { title: Name(200), template: ReportTemplateSchema, language: LanguageSchema }

export const reports = {
  state: call(['desk'], nothing, ReportsSchema),
  stateChanged: notification(['desk'], ReportsSchema),
  /** drafted from what this node has kept, as a thing that people share; from the last released one where there is one */
  begin: call(
    ['desk'],
    v.strictObject({
      ...Stated,
      period: v.strictObject({ from: InstantSchema, to: InstantSchema }),
      marking: v.nullable(Id),
      domains: v.nullable(list(Id, mostInReport.domains)),
      /** a released one that this is the next version of; null: the next one */
      replaces: v.nullable(Name(200)),
    }),
    v.object(Key),
    ({ template, period }) => ({ detail: { template, from: period.from, to: period.to } }),
  ),
  /** opened: others see who has it open until it is closed */
  open: call(['desk'], v.strictObject(Key), SavedSchema, ({ key }) => ({ subject: key })),
  close: call(['desk'], v.strictObject(Key), nothing),
  /** what is on the platform now of one that is open, merged with nothing */
  changed: notification(['desk'], v.object({ ...Key, revision: Sequence, by: Person })),
  /** @param base the revision that it was read at */
  save: call(['desk'], v.strictObject({ ...Key, base: Sequence, draft: DraftedSchema }), SavedSchema),
  /** what nobody wrote is drafted again, of what is known by now */
  refresh: call(
    ['desk'],
    v.strictObject({ ...Key, base: Sequence, draft: DraftedSchema }),
    v.object({ draft: DraftedSchema }),
    ({ key }) => ({ subject: key }),
  ),
  preview: call(['desk'], v.strictObject(Key), PreviewSchema),
  /** another person has read it as it is: it may be released */
  approve: call(['desk'], v.strictObject({ ...Key, digest: Digest }), nothing, ({ key, digest }) => ({
    subject: key,
    detail: { digest },
  })),
  /** somebody approved one that is open here: whether what has this digest may go, and by whom */
  approved: notification(
    ['desk'],
    v.object({ ...Key, digest: Digest, approved: PreviewSchema.entries.approved, second: CheckSchema }),
  ),
  /** numbered, frozen, signed, published and recorded; `digest` as its preview said */
  release: call(
    ['desk'],
    v.strictObject({
      ...Key,
      digest: Digest,
      /** null: nothing is typed */
      secret: v.nullable(v.pipe(v.string('a secret is text'), v.minLength(1), v.maxLength(1024))),
      publish: v.boolean(),
    }),
    v.object({ ...ReleasedKey, number: v.number(), version: v.number() }),
    ({ key, digest, publish }) => ({ subject: key, detail: { digest, publish } }),
  ),
  /** how far a release is */
  releasing: notification(['desk'], v.object({ ...Key, step: v.picklist(releaseSteps) })),
  /** what goes on (drafting, a preview, a release not signed yet) is left */
  cancel: call(['desk'], nothing, nothing),
  /** the pages of one that was released, as they were signed */
  pages: call(['desk'], v.strictObject(ReleasedKey), v.object({ pages: v.array(v.string()) }), ({ key }) => ({
    subject: key,
  })),
  /** to a file that a person chooses. false: none was chosen */
  export: call(
    ['desk'],
    v.strictObject({ ...ReleasedKey, as: v.picklist(exportForms) }),
    v.boolean(),
    ({ key, as }) => ({ subject: key, detail: { as } }),
  ),
  print: call(['desk'], v.strictObject(ReleasedKey), v.boolean(), ({ key }) => ({ subject: key })),
  /** a draft, for everybody; what was released stays */
  discard: call(['desk'], v.strictObject(Key), nothing, ({ key }) => ({ subject: key })),
  /** a file that a person chooses, against this node's authorities; null: none was chosen */
  verify: call(
    ['desk'],
    nothing,
    v.nullable(
      v.object({
        file: v.string(),
        wrong: v.nullable(v.string()),
        signer: v.nullable(v.string()),
        signedAt: v.nullable(InstantSchema),
        stampedAt: v.nullable(InstantSchema),
        name: v.nullable(v.string()),
      }),
    ),
  ),
} as const
