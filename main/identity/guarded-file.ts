/** Files that decide whom this node trusts and what it may show: nobody but root and who runs it may change them. */
import { constants, type Stats } from 'node:fs'
import { lstat, open, readlink } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { fail, ok, type Problem, type ProblemCode, type Result } from '../../preload/contract/result.ts'

/**
 * Who may do what with it: `public` may be read by all, `secret` by its owner alone, `handed` is a secret in a folder
 * that systemd made for this process. systemd lets a service's user read through an ACL, whose mask stands where the
 * group's rights are otherwise (acl(5)), so there the group's right to read says nothing.
 */
export type Guard = 'public' | 'secret' | 'handed'

/** What of a file's status is judged. */
export type Owned = Pick<Stats, 'uid' | 'gid' | 'mode'>

const mostLinks = 40
const sticky = 0o1000
const kindOf = (mode: number) => mode & constants.S_IFMT

/** As a shell takes it. */
const quoted = (path: string): string =>
  /^[\w./@:+,-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`

/**
 * Why a file, a folder or a link is not safe from others.
 *
 * @param me the user who runs this process
 */
export function exposureOf(path: string, owned: Owned, me: number, guard: Guard): Problem | null {
  const { uid, gid, mode } = owned
  const told = (code: ProblemCode, what: string, mend: string): Problem => ({
    code,
    message: `${quoted(path)} ${what}: ${mend} ${quoted(path)}`,
    subject: path,
  })
  const shown = (mode & 0o7777).toString(8).padStart(4, '0')
  if (uid !== me && uid !== 0)
    return told('file.belongs-to-another', `belongs to user ${uid}`, 'sudo chown "$(id -un)"')
  // a link's own mode means nothing (symlink(7))
  if (kindOf(mode) === constants.S_IFLNK) return null
  // Debian gives every person a group of their own, of the same number, and some a umask of 002
  const others = gid === uid ? 0o002 : 0o022
  // in a folder as /tmp nobody takes away or renames what is another's (its sticky bit)
  const kept = kindOf(mode) === constants.S_IFDIR && (mode & sticky) !== 0
  if ((mode & others) !== 0 && !kept)
    return told('file.writable-by-others', `may be changed by others (mode ${shown})`, 'chmod go-w')
  const readers = { public: 0, secret: 0o077, handed: 0o007 }[guard]
  if (kindOf(mode) !== constants.S_IFDIR && (mode & readers) !== 0)
    return told('file.readable-by-others', `may be read by others (mode ${shown})`, 'chmod 600')
  return null
}

/**
 * Follows a path from the root, link by link, as the system does: whoever may change a folder or a link on the way
 * decides which file is found at its end.
 *
 * @returns the path without links
 */
async function walk(path: string, me: number | null): Promise<Result<string>> {
  const left = resolve(path).split('/').filter(Boolean)
  let at = '/'
  let links = 0
  for (;;) {
    if (me !== null) {
      const exposed = exposureOf(at, await lstat(at), me, 'public')
      if (exposed !== null) return { ok: false, error: exposed }
    }
    const name = left.shift()
    if (name === undefined) return ok(at)
    if (name === '..') {
      at = dirname(at)
      continue
    }
    const next = join(at, name)
    const found = await lstat(next)
    if (!found.isSymbolicLink()) {
      at = next
      continue
    }
    const exposed = me === null ? null : exposureOf(next, found, me, 'public')
    if (exposed !== null) return { ok: false, error: exposed }
    if (++links > mostLinks) return fail('internal', 'too many links', path)
    const target = await readlink(next)
    if (target.startsWith('/')) at = '/'
    left.unshift(...target.split('/').filter((part) => part !== '' && part !== '.'))
  }
}

/** What the system says, without the path it repeats. */
export const reason = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : String(error)

export interface GuardedRead {
  guard: Guard
  /** bytes at most */
  most: number
  /** for a file that is missing, is none or is too large */
  unreadable: ProblemCode
  /** as in “the policy could not be read” */
  what: string
}

/** Where the system has no owners as POSIX does, nothing is judged. */
const whoAmI = (): number | null => process.getuid?.() ?? null

/** @returns its bytes, or who else may change or read it and the line that mends it */
export async function readGuarded(
  file: string,
  { guard, most, unreadable, what }: GuardedRead,
): Promise<Result<Buffer>> {
  const unread = (why: string) => fail<Buffer>(unreadable, `${what} could not be read: ${why}`, file)
  try {
    const me = whoAmI()
    const walked = await walk(file, me)
    if (!walked.ok) return walked
    // a pipe without a writer would be waited for; a link that came since the walk is not followed
    const handle = await open(walked.value, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW)
    try {
      const status = await handle.stat()
      const exposed = me === null ? null : exposureOf(walked.value, status, me, guard)
      if (exposed !== null) return { ok: false, error: exposed }
      if (!status.isFile()) return unread('it is no plain file')
      if (status.size > most) return unread(`it is larger than ${most} bytes`)
      // what has grown since is refused too, not cut
      const bytes = Buffer.alloc(most + 1)
      let length = 0
      for (;;) {
        const { bytesRead } = await handle.read(bytes, length, bytes.length - length, null)
        if (bytesRead === 0) break
        length += bytesRead
      }
      return length > most ? unread(`it is larger than ${most} bytes`) : ok(bytes.subarray(0, length))
    } finally {
      await handle.close()
    }
  } catch (error) {
    return unread(reason(error))
  }
}

/** @returns why what lies in this folder is not safe from others; null: it is, or it can't be read at all */
export async function folderExposure(folder: string): Promise<Problem | null> {
  try {
    const walked = await walk(folder, whoAmI())
    return walked.ok ? null : walked.error
  } catch {
    return null
  }
}
