import type { RecordTrail } from '../preload/contract/trail.ts'

/** ms: whoever types asks with each letter, and meant the last */
const rest = 1_500

/** What is searched for at the desk, once it is typed. @param level that of the desk: a search names what it looks for */
export function recordSearches(record: RecordTrail, level: () => string, node: string) {
  let last = ''
  let timer: NodeJS.Timeout | undefined
  return (text: string): void => {
    clearTimeout(timer)
    if (text.trim() === '' || text === last) return
    timer = setTimeout(() => {
      last = text
      record({ kind: 'search', node, subject: text, marking: level() })
    }, rest)
  }
}
