/** What people share, as the engine told it last. */
import {
  partsOf,
  type SharedAccess,
  type SharedKind,
  type SharedThing,
  type SharedTold,
  type WaitingSave,
} from '../../preload/contract/shared.ts'

export interface HeldShared {
  readonly access: SharedAccess
  readonly things: ReadonlyMap<string, SharedThing>
  told(told: SharedTold): void
  /** what this node saved and is not there yet, or was refused */
  readonly saves: readonly WaitingSave[]
  saved(saves: readonly WaitingSave[]): void
}

/** @param changed told of which kinds something is other than before; of none: only what may be had at all */
export function holdShared(changed: (kinds: ReadonlySet<SharedKind>) => void): HeldShared {
  const things = new Map<string, SharedThing>()
  let access: SharedAccess = 'unknown'
  let saves: readonly WaitingSave[] = []
  return {
    get access() {
      return access
    },
    things,
    get saves() {
      return saves
    },
    saved(now) {
      saves = now
      changed(new Set())
    },
    told(told) {
      const keys = [...told.things.map(({ key }) => key), ...told.gone.filter((key) => things.has(key))]
      if (told.anew) {
        keys.push(...things.keys())
        things.clear()
      }
      for (const thing of told.things) things.set(thing.key, thing)
      for (const key of told.gone) things.delete(key)
      const kinds = new Set(keys.map((key) => partsOf(key).kind))
      if (kinds.size === 0 && access === told.access) return
      access = told.access
      changed(kinds)
    },
  }
}
