import * as v from 'valibot'
import { WordsSchema } from './words.ts'

/**
 * A protective marking scheme is data: levels from the lowest to the highest, and caveats.
 * The default follows the French one for restricted information (II 901).
 */
export const MarkingSchemeSchema = v.object({
  levels: v.pipe(
    v.array(
      v.object({
        id: v.pipe(v.string(), v.regex(/^[a-z0-9-]{1,32}$/)),
        name: WordsSchema,
        /** what a banner shows, e.g. DIFFUSION RESTREINTE */
        banner: WordsSchema,
        /** what little room shows, e.g. DR */
        short: v.string(),
        colour: v.pipe(v.string(), v.regex(/^#[0-9a-f]{6}$/)),
      }),
    ),
    v.minLength(1),
    v.maxLength(16),
  ),
  caveats: v.array(v.object({ id: v.pipe(v.string(), v.regex(/^[a-z0-9-]{1,32}$/)), name: WordsSchema })),
})
export type MarkingScheme = v.InferOutput<typeof MarkingSchemeSchema>

/** A level's place in its scheme, 0 the lowest. What is compared, stored and sent is the rank. */
export type Rank = number

export const defaultScheme: MarkingScheme = {
  levels: [
    {
      id: 'np',
      name: { fr: 'Non protégé', en: 'Not protectively marked' },
      banner: { fr: 'NON PROTÉGÉ', en: 'NOT PROTECTIVELY MARKED' },
      short: 'NP',
      colour: '#2f6b4f',
    },
    {
      id: 'dr',
      name: { fr: 'Diffusion Restreinte', en: 'Diffusion Restreinte' },
      banner: { fr: 'DIFFUSION RESTREINTE', en: 'DIFFUSION RESTREINTE' },
      short: 'DR',
      colour: '#2b55b5',
    },
  ],
  caveats: [{ id: 'sf', name: { fr: 'Spécial France', en: 'Spécial France' } }],
}

export const highestRank = (scheme: MarkingScheme): Rank => scheme.levels.length - 1

/** The rank of a level that somebody else named. Unknown is the highest, never the lowest. */
export function rankOf(scheme: MarkingScheme, level: string): Rank {
  const rank = scheme.levels.findIndex((known) => known.id === level)
  return rank < 0 ? highestRank(scheme) : rank
}

/** The rank up to which a screen may show. An unknown ceiling lets nothing but the lowest pass. */
export function ceilingOf(scheme: MarkingScheme, level: string): Rank {
  return Math.max(
    0,
    scheme.levels.findIndex((known) => known.id === level),
  )
}
