import type { Author } from '../preload/contract/author.ts'
import type { RecordTrail } from '../preload/contract/trail.ts'

/** ms: whoever types asks with each letter, and meant the last */
const rest = 1_500

interface Search {
  text: string
  /** whoever typed it: another may sit there once it is recorded */
  by: Author
}

/**
 * What is searched for at the desk, once it is typed.
 *
 * @param level that of the desk: a search names what it looks for
 * @param author who sits there
 */
export function recordSearches(record: RecordTrail, level: () => string, author: () => Author) {
  let last: Search | null = null
  let typed: Search | null = null
  let timer: NodeJS.Timeout | undefined
  /** What is typed and not recorded yet is now. */
  const flush = (): void => {
    clearTimeout(timer)
    if (typed === null) return
    const { text, by } = (last = typed)
    typed = null
    record({ kind: 'search', ...by, subject: text, marking: level() })
  }
  return {
    searched(text: string): void {
      const by = author()
      if (typed !== null && typed.by.person !== by.person) flush()
      clearTimeout(timer)
      typed = null
      if (text.trim() === '' || (text === last?.text && by.person === last.by.person)) return
      typed = { text, by }
      timer = setTimeout(flush, rest)
    },
    flush,
  }
}
