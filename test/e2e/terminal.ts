/** What an app says on its terminal, from its first line on: Playwright hands the process over only once it is up. */
import type { ChildProcess } from 'node:child_process'
import { createRequire } from 'node:module'

// the object that Playwright calls `spawn` on, not a copy of it
const processes = createRequire(import.meta.url)('node:child_process') as {
  spawn: (...args: unknown[]) => ChildProcess
}

/** @returns what `start` returns, and all that processes said which it started */
export async function overhear<T>(start: () => Promise<T>): Promise<{ started: T; said: () => string }> {
  const { spawn } = processes
  let output = ''
  processes.spawn = (...args) => {
    const child = spawn(...args)
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (chunk: Buffer) => (output += chunk.toString('utf8')))
    return child
  }
  try {
    return { started: await start(), said: () => output }
  } finally {
    processes.spawn = spawn
  }
}
