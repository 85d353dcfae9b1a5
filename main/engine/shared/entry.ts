/** One thing that people share, and the row that it is kept as. */
import { highestRank, type MarkingScheme, type Rank } from '../../../preload/contract/marking.ts'
import { type SharedDocument, type SharedThing } from '../../../preload/contract/shared.ts'
import { rereadShared } from '../../../preload/contract/shared-text.ts'
import type { SharedRow } from '../cache/shared.ts'

export interface Entry {
  key: string
  /** the last revision that was heard of and judged; null: none, or of another bucket */
  heard: number | null
  /** of the document, 0: there is none */
  revision: number
  published: number
  rank: Rank
  /** bytes that it was written in */
  size: number
  document: SharedDocument | null
  wrong: SharedThing['wrong']
  refused: boolean
}

export const rowOf = ({ document, wrong, ...entry }: Entry): SharedRow => ({
  ...entry,
  document: document === null ? null : JSON.stringify(document),
  wrong: wrong === null ? null : JSON.stringify(wrong),
})

function parsed(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    return undefined
  }
}

/** What this version reads no more is as one that never could be read, until the platform says it again. */
export function entryOf({ document, wrong, ...row }: SharedRow, scheme: MarkingScheme): Entry {
  const read = document === null ? null : rereadShared(row.key, parsed(document))
  const told = wrong === null ? null : (parsed(wrong) as Entry['wrong'])
  if (read === null || read.ok) return { ...row, document: read === null ? null : read.value, wrong: told }
  return {
    ...{ ...row, heard: null, revision: 0, rank: Math.max(row.rank, highestRank(scheme)), document: null },
    wrong: { revision: row.revision, problem: read.error },
  }
}
