/**
 * Who changes a vault reads it first: two at once, of this process or of a command beside it, and the slot that one of them
 * added would be gone. So they take turns by a file that only one can make. One whose maker is no more counts for nothing.
 */
import { randomUUID } from 'node:crypto'
import { link, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fail, type Result } from '../../../preload/contract/result.ts'

/** ms: a card may ask for its PIN meanwhile */
const patience = 10_000
const every = 25
/** ms: nobody writes so long at one that does not say whose it is */
const unsaid = 5_000
/** ms: nobody's turn is so long, where a process's start can't be known */
const longest = 600_000

/** After a restart of the machine numbers of processes begin anew. */
const bootOf = (): Promise<string> =>
  readFile('/proc/sys/kernel/random/boot_id', 'utf8').then(
    (text) => text.trim(),
    () => 'unknown',
  )

/** … and are given again before. In ticks since the machine's start; null: it can't be known here (proc(5), field 22). */
const startOf = (pid: number): Promise<string | null> =>
  readFile(`/proc/${pid}/stat`, 'utf8').then(
    // what stands before may have spaces and brackets of its own
    (text) => text.slice(text.lastIndexOf(')') + 2).split(' ')[19] ?? null,
    () => null,
  )

const runs = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

const isCode = (error: unknown, code: string): boolean =>
  error instanceof Error && 'code' in error && error.code === code

interface Seen {
  /** no other has had it, nor will */
  id: string
  /** null: it does not say whose it is */
  maker: { boot: string; pid: number; start: string } | null
  /** ms */
  age: number
}

/** @returns null: there is none */
async function see(file: string): Promise<Seen | null> {
  // in this order: what is read is that one or one that came after it
  const at = await stat(file).catch(() => null)
  const text = await readFile(file, 'utf8').catch((error: unknown) => (isCode(error, 'ENOENT') ? null : ''))
  if (at === null || text === null) return null
  const age = Date.now() - at.mtimeMs
  const [, boot, pid, start, id] = /^(\S+) (\d+)(?: (\d+|-) ([\w-]{1,60}))?$/.exec(text) ?? []
  return {
    id: id ?? `${at.ino}-${Math.trunc(at.mtimeMs)}`,
    maker: boot === undefined ? null : { boot, pid: Number(pid), start: start ?? '-' },
    age,
  }
}

async function isLeft({ maker, age }: Seen, boot: string): Promise<boolean> {
  if (maker === null) return age > unsaid
  if (maker.boot !== boot || !runs(maker.pid)) return true
  const start = await startOf(maker.pid)
  return start === null || maker.start === '-' ? age > longest : start !== maker.start
}

/**
 * @param draft of ours, whole: it is given the name at once, or not at all
 * @returns false: somebody else has it
 */
async function take(file: string, lock: string, draft: string, boot: string): Promise<boolean> {
  try {
    await link(draft, file)
    return true
  } catch (error) {
    if (!isCode(error, 'EEXIST')) throw error
  }
  const seen = await see(file)
  if (seen === null || !(await isLeft(seen, boot))) return false
  // whoever takes the place of this one is one alone, and leaves no moment in which there is none
  const over = `${lock}.over-${seen.id}`
  if (!(await take(over, lock, draft, boot))) return false
  if ((await see(file))?.id === seen.id) {
    await rename(over, file)
    return true
  }
  // somebody took it before that: what we judged is there no more
  await rm(over, { force: true })
  return false
}

/** @returns `vault.in-use` where somebody else changes it for too long */
export async function inTurn<T>(profile: string, act: () => Promise<Result<T>>): Promise<Result<T>> {
  const file = join(profile, 'vault.lock')
  const id = randomUUID()
  const draft = `${file}.${id}`
  try {
    const boot = await bootOf()
    await writeFile(draft, `${boot} ${process.pid} ${(await startOf(process.pid)) ?? '-'} ${id}`, {
      flag: 'wx',
      mode: 0o600,
    })
    for (let waited = 0; !(await take(file, file, draft, boot)); waited += every) {
      if (waited >= patience) return fail('vault.in-use', 'somebody else changes the vault', file)
      await sleep(every)
    }
  } catch (error) {
    return fail('cache.unwritable', String(error), profile)
  } finally {
    await rm(draft, { force: true })
  }
  try {
    return await act()
  } finally {
    if ((await see(file))?.id === id) await rm(file, { force: true })
  }
}
