/** A draft as it is shared: read, written, and what is left under its key once it is over. */
import { createHash } from 'node:crypto'
import * as v from 'valibot'
import {
  canonicalForm,
  InstantSchema,
  PeriodSchema,
  ReportMarkingSchema,
  ReportTemplateSchema,
  type Synthesis,
} from '../../../preload/contract/report.ts'
import { DraftedSchema, type Drafted } from '../../../preload/contract/reports.ts'
import { fail, ok, type Result } from '../../../preload/contract/result.ts'
import type { SharedDocument } from '../../../preload/contract/shared.ts'
import { wantedOf } from '../../../preload/contract/text.ts'
import { inReadingOrder } from '../draft.ts'
import { markedWhole } from './sections.ts'

/** What is written over a draft that was released or taken away: it is over for everybody. */
const OverSchema = v.strictObject({
  format: v.literal('vigie.draft.over.1'),
  /** null: somebody took it away */
  released: v.nullable(
    v.strictObject({
      name: v.pipe(v.string(), v.regex(/^SYN-\d{3,6}-v\d{1,3}$/)),
      number: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(999_999)),
      version: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(999)),
      title: v.pipe(v.string(), v.maxLength(200)),
      template: ReportTemplateSchema,
      period: PeriodSchema,
      marking: ReportMarkingSchema,
      digest: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
      at: InstantSchema,
    }),
  ),
})
export type Over = v.InferOutput<typeof OverSchema>

/** A draft while a node releases it: nobody else does. Its own mark, so that it is never mistaken for a change of the text. */
const ClaimedSchema = v.strictObject({
  ...DraftedSchema.entries,
  releasing: v.exactOptional(v.strictObject({ node: v.pipe(v.string(), v.maxLength(100)) })),
})
type Claimed = v.InferOutput<typeof ClaimedSchema>

export type Shared = { draft: Drafted; releasing: string | null } | { over: Over }

/** No organisation releases more between two that a node hears of. */
const mostBetween = 1000

/**
 * The last number that counts: others' are heard, not proven, so that one far off moves nobody.
 *
 * @param here the last that was given here; 0: none was
 */
export function lastHeard(here: number, heard: readonly number[]): number {
  const all = heard.filter((number) => number > here).sort((a, b) => a - b)
  let last = here === 0 ? (all[0] ?? 0) : here
  for (const number of all) {
    if (number - last > mostBetween) break
    last = number
  }
  return last
}

/** by what was told: each revision is read once */
const read = new WeakMap<SharedDocument['content'], Result<Shared>>()

export function readShared({ content }: Pick<SharedDocument, 'content'>, key: string): Result<Shared> {
  const known = read.get(content) ?? readContent(content, key)
  read.set(content, known)
  return known
}

function readContent(content: SharedDocument['content'], key: string): Result<Shared> {
  const over = v.safeParse(OverSchema, content)
  if (over.success) return ok({ over: over.output })
  const claimed = v.safeParse(ClaimedSchema, content)
  if (claimed.success) {
    const { releasing, ...draft } = claimed.output
    return ok({ draft, releasing: releasing?.node ?? null })
  }
  const [issue] = claimed.issues
  return fail('shared.invalid', `${v.getDotPath(issue) ?? 'it'}: ${wantedOf(issue)}`, key)
}

/** @returns what a draft says of itself as what people share; its marking covers all that is in it */
export const documentOf = (
  { synthesis }: Drafted,
  content: Drafted | Claimed | Over,
): Pick<SharedDocument, 'marking' | 'title' | 'content'> => ({
  marking: synthesis.marking.level,
  title: synthesis.title,
  content,
})

/** As it is previewed, approved and released: marked as it must be, its sources in the order of the page. */
export const finalForm = ({ synthesis, recipients }: Drafted): Synthesis =>
  markedWhole(inReadingOrder({ ...synthesis, recipients }))

/** Of all that somebody reads who approves it: what it says, to whom, and which it follows. */
export const digestOfDraft = (draft: Drafted): string =>
  createHash('sha256')
    .update(JSON.stringify([canonicalForm(finalForm(draft)), draft.previous]))
    .digest('hex')
