/**
 * How many things that people share a node takes, and how large they are together: a bucket may hold anything. No kind
 * takes more than half of what the others leave, so whoever fills theirs keeps nobody out.
 */
import type { SharedKind } from '../../../preload/contract/shared.ts'

export interface Bounds {
  things: number
  /** as they are written; in memory they take up to ten times that */
  bytes: number
}
export const sharedBounds: Bounds = { things: 5000, bytes: 32 * 2 ** 20 }

export interface Room {
  /** @returns of what there is no room for it; null: there is, and it counts from now on */
  lacking(key: string, kind: SharedKind, bytes: number): string | null
  forget(key: string): void
}

export function createRoom(bounds: Bounds = sharedBounds): Room {
  const taken = new Map<string, { kind: SharedKind; bytes: number }>()
  const kinds = new Map<SharedKind, Bounds>()
  const all: Bounds = { things: 0, bytes: 0 }

  const count = (kind: SharedKind, things: number, bytes: number): void => {
    const own = kinds.get(kind) ?? { things: 0, bytes: 0 }
    kinds.set(kind, own)
    for (const each of [own, all]) {
      each.things += things
      each.bytes += bytes
    }
  }
  const isRoom = (kind: SharedKind, of: keyof Bounds, more: number): boolean => {
    const own = kinds.get(kind)?.[of] ?? 0
    return more <= 0 || own + more <= (bounds[of] - (all[of] - own)) / 2
  }
  return {
    lacking(key, kind, bytes) {
      const before = taken.get(key)
      if (!isRoom(kind, 'things', before ? 0 : 1))
        return `the part of ${bounds.things} things that its kind may have is used up`
      if (!isRoom(kind, 'bytes', bytes - (before?.bytes ?? 0)))
        return `the part of ${bounds.bytes / 2 ** 20} MiB that its kind may have is used up`
      count(kind, before ? 0 : 1, bytes - (before?.bytes ?? 0))
      taken.set(key, { kind, bytes })
      return null
    },
    forget(key) {
      const before = taken.get(key)
      if (!before) return
      taken.delete(key)
      count(before.kind, -1, -before.bytes)
    },
  }
}
