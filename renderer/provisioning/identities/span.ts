/** How long something is waited for. */
import { ageInMinutes, ageInWords } from '../../speech/time.ts'
import type { Say } from '../../speech/words.ts'

/** Seconds as long as they matter: what is looked at second by second must not jump by minutes. */
export const spanInMinutes = (ms: number, say: Say): string =>
  ms < 120_000 ? ageInWords(ms, say) : ageInMinutes(ms, say)
