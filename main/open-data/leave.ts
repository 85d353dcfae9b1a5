/**
 * A product as a file for other programs: whether it may leave, and as what. Rows come some at a time and leave so: none of
 * it is ever in memory as a whole.
 */
import { rankOf, type MarkingScheme, type Rank } from '../../preload/contract/marking.ts'
import type { Record } from '../../preload/contract/picture.ts'
import {
  mayLeave,
  type Descriptor,
  type ProductForm,
  type ProductName,
} from '../../preload/contract/product.ts'
import { fail, ok, type Result } from '../../preload/contract/result.ts'
import { inLanguage, type Language } from '../../preload/contract/words.ts'
import { entryOf } from './dcat.ts'
import { features } from './geojson.ts'
import { table } from './table.ts'

export type Described = Omit<Descriptor, 'dataschema'>

/** What this node lets out. */
export interface Rules {
  scheme: MarkingScheme
  /** nothing above it leaves */
  ceiling: Rank
  /** policy lets files leave */
  files: boolean
}

/** What is said of it in the file itself. */
export interface Said {
  product: ProductName
  descriptor: Described
  rank: Rank
  scheme: MarkingScheme
  language: Language
  /** its marking, and that it is an exercise, as a banner says it */
  banner: string
  /** whose node made it */
  by: string
  /** ms since 1970 */
  at: number
}

/**
 * What is open and marked as low as anything is public: it leaves without asking the policy. Anything else leaves where
 * that lets files, up to the ceiling.
 *
 * @returns the rank that the file has: its product's. @throws never
 */
export function mayGo(
  product: ProductName,
  descriptor: Described,
  form: ProductForm,
  { scheme, ceiling, files }: Rules,
): Result<Rank> {
  const rank = rankOf(scheme, descriptor.marking)
  // what may not be seen here is not there
  if (rank > ceiling) return fail('entity.unknown', 'no such product here', product)
  if (form === 'jsonld' && descriptor.open === undefined)
    return fail('export.not-open', 'its owner does not say that it is open data', product)
  if (!mayLeave(descriptor.kind))
    return fail('export.no-rows', `there are no rows of a product of the kind ${descriptor.kind}`, product)
  const isPublic = descriptor.open !== undefined && rank === 0
  // such an entry says that anybody may have it, and has no place for a marking
  if (form === 'jsonld' && !isPublic)
    return fail('export.not-open', 'it is marked above what is open to anybody', product)
  if (!files && !isPublic) return fail('policy.export-forbidden', 'the policy lets no file leave', product)
  return ok(rank)
}

/** Of a row that is marked above its file, or bears a caveat where anybody may have the file, nothing leaves. */
export const leaves = (record: Record, { rank, descriptor }: Pick<Said, 'rank' | 'descriptor'>): boolean =>
  record.marking <= rank && (descriptor.open === undefined || record.caveats.length === 0)

export const levelOf = ({ scheme, rank }: Pick<Said, 'scheme' | 'rank'>) => scheme.levels[rank]

/** @param short of its marking @returns a name for the file, which says it */
export const fileNameOf = (product: ProductName, short: string, at: number, form: ProductForm): string => {
  const stamp = new Date(at).toISOString().slice(0, 16).replaceAll(/[-:]/g, '').replace('T', '-')
  return `${product}_${short}_${stamp}Z.${form}`.replaceAll(/[^\p{L}\p{N}._-]/gu, '-')
}

export const bannerOf = (
  { scheme, rank }: Pick<Said, 'scheme' | 'rank'>,
  language: Language,
  exercise: boolean,
): string => {
  const level = levelOf({ scheme, rank })
  const banner = level === undefined ? '' : inLanguage(level.banner, language)
  return exercise ? `${language === 'fr' ? 'EXERCICE' : 'EXERCISE'} · ${banner}` : banner
}

/** The file's text, as its rows come. */
export async function* textOf(
  form: ProductForm,
  said: Said,
  rows: AsyncIterable<readonly Record[]>,
): AsyncGenerator<string, void, undefined> {
  if (form === 'jsonld') yield `${JSON.stringify(entryOf(said), null, 2)}\n`
  else yield* form === 'csv' ? table(said, rows) : features(said, rows)
}
