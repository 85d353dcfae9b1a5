/** What a revision of a thing says, if it says anything: judged once, where it comes in. */
import { highestRank, rankOf, type MarkingScheme, type Rank } from '../../../preload/contract/marking.ts'
import type { Problem } from '../../../preload/contract/result.ts'
import { mostSharedBytes, type SharedDocument, type SharedThing } from '../../../preload/contract/shared.ts'
import { markingIn, readShared, tooLarge } from '../../../preload/contract/shared-text.ts'
import type { Saved } from '../intake/sharing.ts'

export const invalid = (key: string, message: string): Problem => ({
  code: 'shared.invalid',
  message,
  subject: key,
})
export const large = (key: string, message: string): Problem => ({
  code: 'shared.too-large',
  message,
  subject: key,
})

const utf8 = new TextDecoder('utf-8', { fatal: true })
/** @returns null: it is none */
function textOf(body: Uint8Array): string | null {
  try {
    return utf8.decode(body)
  } catch {
    return null
  }
}

/** `rank` null: it says nothing of who may see it. */
export type Judged =
  { document: SharedDocument; rank: Rank } | { document: null; problem: Problem; rank: Rank | null }

export function judge(key: string, body: Uint8Array, scheme: MarkingScheme): Judged {
  if (body.length > mostSharedBytes)
    return { document: null, problem: large(key, tooLarge(body.length)), rank: null }
  const text = textOf(body)
  if (text === null) return { document: null, problem: invalid(key, 'it is no UTF-8 text'), rank: null }
  const read = readShared(key, text)
  if (read.ok) return { document: read.value, rank: rankOf(scheme, read.value.marking) }
  const marking = markingIn(key, text)
  return { document: null, problem: read.error, rank: marking === null ? null : rankOf(scheme, marking) }
}

/** One version by itself. */
export function versionOf(
  key: string,
  { revision, published, body }: Saved,
  scheme: MarkingScheme,
): SharedThing {
  const judged = judge(key, body, scheme)
  return {
    ...{ key, revision, published, document: judged.document },
    rank: judged.rank ?? highestRank(scheme),
    wrong: judged.document === null ? { revision, problem: judged.problem } : null,
  }
}
