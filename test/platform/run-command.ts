/** The administrator's program as it is shipped, as somebody types it, in a process of its own. */
import { execFile } from 'node:child_process'
import { program } from './built.ts'

export interface Ran {
  code: number
  stdout: string
  stderr: string
}

/** @param env beside this process's own */
export const vigieIn =
  (env: () => NodeJS.ProcessEnv) =>
  (...args: string[]): Promise<Ran> =>
    new Promise((resolve) => {
      execFile(
        process.execPath,
        [program('vigie'), ...args],
        { env: { ...process.env, ...env() } },
        (error, stdout, stderr) =>
          resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr }),
      )
    })

export const vigie = vigieIn(() => ({}))
