/**
 * What is done to a node by another process than its own, a command of the administrator's: a file each, whole before it
 * has its name, sealed as the spool is. The trail takes them when it is opened next, whether the node ran meanwhile or not.
 */
import { randomUUID } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fail, ok, type Result } from '../../preload/contract/result.ts'
import type { Recorded } from '../../preload/contract/trail.ts'
import { trailFile } from './ledger.ts'
import { entryOf } from './record.ts'
import { openSpool, readSpoolKey } from './spool.ts'

const besideFolder = (folder: string): string => join(folder, 'trail.beside')
/** by their names in the order in which they were written */
const form = /^\d{15}-[0-9a-f-]{36}\.spool$/
/** The others are taken the next time. */
const mostFiles = 1_000
/** The node's own, as the trail that takes it knows it. */
export const besideNode = '-'

/** @returns false: there is no trail yet, as nobody ever signed in; that there is one it can’t be added to is a failure */
export function recordBeside(folder: string, recorded: Recorded, now: number): Result<boolean> {
  const key = readSpoolKey(folder)
  if (key === null)
    return existsSync(trailFile(folder))
      ? fail('trail.unwritable', 'the key with which it would be sealed can’t be read: sign in once', folder)
      : ok(false)
  const place = besideFolder(folder)
  const file = join(place, `${String(Math.round(now)).padStart(15, '0')}-${randomUUID()}.spool`)
  try {
    mkdirSync(place, { recursive: true, mode: 0o700 })
    const spool = openSpool(`${file}.part`, key)
    try {
      const added = spool.add(JSON.stringify(entryOf(recorded, besideNode, now)))
      if (!added.ok) return added
      const synced = spool.sync()
      if (!synced.ok) return synced
    } finally {
      spool.close()
    }
    renameSync(`${file}.part`, file)
    return ok(true)
  } catch (error) {
    return fail('trail.unwritable', String(error), place)
  }
}

/** The oldest first. */
export function filesBeside(folder: string): string[] {
  try {
    const names = readdirSync(besideFolder(folder)).filter((name) => form.test(name))
    return names
      .sort()
      .slice(0, mostFiles)
      .map((name) => join(besideFolder(folder), name))
  } catch {
    return []
  }
}

/** They are in the chain. */
export const letGoBeside = (files: readonly string[]): void => {
  for (const file of files) rmSync(file, { force: true })
}
