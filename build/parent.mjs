// @ts-check
// npm passes a signal to the shell between it and us, and not on; killed, it passes none. So we look whether it is
// still there.
import { readFileSync } from 'node:fs'

const EVERY_MS = 500
/** npm, a shell, and what a person may have between them. */
const MOST_BETWEEN = 4

/** @param {number} pid @returns {{ name: string, parent: number } | undefined} undefined without /proc, too */
function processOf(pid) {
  try {
    // proc_pid_stat(5): the name may hold blanks and brackets, the last bracket ends it
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const end = stat.lastIndexOf(')')
    return { name: stat.slice(stat.indexOf('(') + 1, end), parent: Number(stat.slice(end + 2).split(' ')[1]) }
  } catch {
    return undefined
  }
}

/** @returns {number[]} from our parent up to npm; our parent alone where no npm is found */
function ancestors() {
  const chain = [process.ppid]
  for (let pid = process.ppid; chain.length <= MOST_BETWEEN;) {
    const found = processOf(pid)
    if (found === undefined) break
    if (found.name.startsWith('npm')) return chain
    pid = found.parent
    chain.push(pid)
  }
  return chain.slice(0, 1)
}

/**
 * Watches whoever started us, where that was npm: a start from a shell may outlive its shell, if somebody wants it to.
 *
 * @param {() => void} gone called once, when npm or what is between it and us has ended
 * @returns {() => void} stops watching
 */
export function watchNpm(gone) {
  if (process.env.npm_lifecycle_event === undefined) return () => undefined
  const chain = ancestors()
  const timer = setInterval(() => {
    // each is still the child of the next: an orphan has another parent
    const there = chain.every((pid, at) =>
      at === 0 ? process.ppid === pid : processOf(chain[at - 1] ?? 0)?.parent === pid,
    )
    if (there) return
    clearInterval(timer)
    gone()
  }, EVERY_MS)
  timer.unref()
  return () => clearInterval(timer)
}
