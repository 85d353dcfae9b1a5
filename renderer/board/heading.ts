import type { Speech } from '../speech/speech.ts'

/** A part that is told of some domains only says of which: nobody may take it for all. */
export const headingOf = (words: string, domains: readonly string[] | undefined, speech: Speech): string =>
  [words, ...(domains ?? []).map((domain) => speech.domain(domain))].join(', ')
