/** What this node knew of an entity at an instant: by when the platform published it, which is when anybody could know it. */
import type { Record } from '../../../preload/contract/picture.ts'

export interface Known {
  /** as it stood then; null: nobody had said anything of it */
  then: Record | null
  /** what was said of it since, the newest; null: nothing */
  since: Record | null
  /** more was said since than was looked through: how it stood then is not kept here */
  beyond: boolean
}

/** @param versions newest first. @param asked how many were asked for at most */
export function knownAt(versions: readonly Record[], at: number, asked: number): Known {
  const then = versions.find(({ published }) => published <= at) ?? null
  const newest = versions[0] ?? null
  return {
    then,
    since: newest === null || newest === then ? null : newest,
    beyond: then === null && versions.length >= asked,
  }
}
