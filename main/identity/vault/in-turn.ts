/**
 * Who changes a vault reads it first: two at once, of this process or of a command beside it, and the slot that one of them
 * added would be gone. So they take turns by a file that only one can make. One whose maker is no more counts for nothing.
 */
import { open, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fail, type Result } from '../../../preload/contract/result.ts'

/** ms: a card may ask for its PIN meanwhile */
const patience = 10_000
const every = 25

/** After a restart of the machine numbers of processes begin anew. */
const bootOf = (): Promise<string> =>
  readFile('/proc/sys/kernel/random/boot_id', 'utf8').then(
    (text) => text.trim(),
    () => 'unknown',
  )

const runs = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

async function isLeft(file: string, boot: string): Promise<boolean> {
  const text = await readFile(file, 'utf8').catch(() => null)
  // gone meanwhile, or just being made
  if (text === null || text === '') return false
  const [made = '', pid = ''] = text.split(' ')
  return made !== boot || !/^\d+$/.test(pid) || !runs(Number(pid))
}

async function take(file: string, boot: string): Promise<boolean> {
  try {
    const handle = await open(file, 'wx', 0o600)
    try {
      await handle.writeFile(`${boot} ${process.pid}`)
    } finally {
      await handle.close()
    }
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false
    throw error
  }
}

/** @returns `vault.in-use` where somebody else changes it for too long */
export async function inTurn<T>(profile: string, act: () => Promise<Result<T>>): Promise<Result<T>> {
  const file = join(profile, 'vault.lock')
  try {
    const boot = await bootOf()
    for (let waited = 0; !(await take(file, boot)); waited += every) {
      if (waited >= patience) return fail('vault.in-use', 'somebody else changes the vault', file)
      if (await isLeft(file, boot)) await rm(file, { force: true })
      else await sleep(every)
    }
  } catch (error) {
    return fail('cache.unwritable', String(error), profile)
  }
  try {
    return await act()
  } finally {
    await rm(file, { force: true })
  }
}
