import { closeSync, fsyncSync, openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import Store from 'electron-store'
import * as v from 'valibot'
import { OutgoingSchema } from '../../preload/contract/outbox.ts'
import type { Problem } from '../../preload/contract/result.ts'
import { LanguageSchema, type Language } from '../../preload/contract/words.ts'
import type { Bounds } from '../../preload/contract/display.ts'

const BoundsSchema = v.object({ x: v.number(), y: v.number(), width: v.number(), height: v.number() })
/** Why the wall is blank, so that only who knew of it gives the picture back. */
const BlankSchema = v.object({
  /** it was done here and is not settled yet; `kept`: the outbox has it */
  own: v.nullable(v.object({ out: OutgoingSchema, kept: v.boolean() })),
  /** the last that the platform was known to have of it, and whether this node did it */
  known: v.nullable(v.object({ sequence: v.number(), published: v.number(), mine: v.boolean() })),
  /** no platform has it */
  holds: v.boolean(),
  /** ids of what was done here since, and takes that back */
  lifts: v.optional(v.array(v.string()), []),
})
export type Blank = v.InferOutput<typeof BlankSchema>

const SettingsSchema = v.object({
  language: v.fallback(v.optional(LanguageSchema), undefined),
  /** scene per screen number */
  scenes: v.fallback(v.record(v.string(), v.string()), {}),
  /** the desk's window */
  desk: v.fallback(v.optional(BoundsSchema), undefined),
  /** somebody was in the room who must not see; what can't be read counts as that */
  blanked: v.optional(v.boolean(), false),
  /** what can't be read is one that only the desk here takes back */
  blank: v.fallback(v.optional(BlankSchema), undefined),
  /** ids of the displays that are this wall's; absent before the first start, and what can't be read is nobody */
  displays: v.fallback(v.optional(v.array(v.number())), []),
})
type Kept = v.InferOutput<typeof SettingsSchema>

/** What a person set and the node remembers in clear: never anything of the platform's. */
export interface Settings {
  language: Language | undefined
  /** whether the wall was blanked when this node ended, however it ended */
  blanked: boolean
  /** … and why; null: it was not, or nobody knows */
  blank: Blank | null
  /** why nobody knows whether it was; null where that is known */
  problem: Problem | null
  /** scene per screen number */
  scenes(): Map<number, string>
  /** the desk's window as it was left, if that is still on a display; else most of this area */
  desk(area: Bounds, displays: readonly { bounds: Bounds }[]): Bounds
  setLanguage(language: Language): void
  setScenes(scenes: ReadonlyMap<number, string>): void
  setDesk(bounds: Bounds): void
  /** on the disk when it returns. @param blank null: it is not */
  setBlank(blank: Blank | null): void
  /** false: another display than those that were there at the first start or that the desk accepted since */
  isOurs(display: number): boolean
  /** these are this wall's from now on, beside those that were before */
  addDisplays(displays: readonly number[]): void
}

/** More displays than any node has in its life. */
const mostDisplays = 256

/** Enough of the title bar to take hold of. */
const isOn = (display: Bounds, window: Bounds | undefined): boolean =>
  window !== undefined &&
  window.x + window.width / 2 > display.x &&
  window.x + window.width / 2 < display.x + display.width &&
  window.y >= display.y - 20 &&
  window.y < display.y + display.height - 80

const within = ({ x, y, width, height }: Bounds): Bounds => {
  const size = { width: Math.min(width, 1680), height: Math.min(height, 960) }
  return {
    ...size,
    x: x + Math.round((width - size.width) / 2),
    y: y + Math.round((height - size.height) / 2),
  }
}

const nothingSet: Kept = {
  language: undefined,
  scenes: {},
  desk: undefined,
  blanked: false,
  blank: undefined,
  displays: undefined,
}
const textOf = (blanked: boolean, blank: Blank | null): string => JSON.stringify([blanked, blank])
const wordsOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/** Read before the store opens, which would take a damaged file for an empty one: for blanking that fails open. */
function readKept(file: string): { kept: Kept; problem: Problem | null } {
  const damaged = (why: string) => ({
    kept: { ...nothingSet, blanked: true },
    problem: { code: 'settings.damaged', message: `the settings: ${why}`, subject: file } as const,
  })
  try {
    const text: unknown = JSON.parse(readFileSync(file, 'utf8'))
    if (Array.isArray(text)) return damaged('they are a list')
    const read = v.safeParse(SettingsSchema, text)
    return read.success ? { kept: read.output, problem: null } : damaged(read.issues[0].message)
  } catch (error) {
    // nobody ever set anything here
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT')
      return { kept: nothingSet, problem: null }
    return damaged(wordsOf(error))
  }
}

/** The store replaces its file in one step; that step too must be on the disk (fsync(2), rename(2)). */
function syncFolder(folder: string): void {
  const opened = openSync(folder, 'r')
  try {
    fsyncSync(opened)
  } finally {
    closeSync(opened)
  }
}

/** @param told after each change: why it would not last through a restart, or null */
export function openSettings(profile: string, told: (problem: Problem | null) => void): Settings {
  const file = join(profile, 'settings.json')
  const { kept, problem } = readKept(file)
  let unknown = problem
  let { blanked } = kept
  let blank = kept.blanked ? (kept.blank ?? null) : null
  /** null: the file is damaged, or the last change may have been lost */
  let onDisk = problem === null ? textOf(blanked, blank) : null
  let store: Store | null = null

  const write = (changed: Partial<Kept>): void => {
    try {
      store ??= new Store({ cwd: profile, name: 'settings', clearInvalidConfig: true })
      // first, as a damaged file becomes a sound one with its first change, which must not give the picture back
      if (onDisk !== textOf(blanked, blank)) {
        // in this order: whenever it ends, what is read is no less blank than what was meant
        if (blanked) store.set('blanked', true)
        store.set('blank', blank ?? {})
        if (!blanked) store.set('blanked', false)
      }
      for (const [key, value] of Object.entries(changed)) store.set(key, value)
      if (process.platform !== 'win32') syncFolder(profile)
      onDisk = textOf(blanked, blank)
    } catch (error) {
      onDisk = null
      told({ code: 'settings.unwritable', message: `the settings: ${wordsOf(error)}`, subject: file })
      return
    }
    told(unknown)
  }

  return {
    language: kept.language,
    blanked: kept.blanked,
    blank,
    problem,
    scenes: () => new Map(Object.entries(kept.scenes).map(([screen, scene]) => [Number(screen), scene])),
    desk: (area, displays) =>
      kept.desk && displays.some(({ bounds }) => isOn(bounds, kept.desk)) ? kept.desk : within(area),
    setLanguage: (language) => write({ language }),
    setScenes: (scenes) => write({ scenes: Object.fromEntries(scenes) }),
    setDesk: (bounds) => write({ desk: bounds }),
    isOurs: (display) => kept.displays?.includes(display) ?? true,
    addDisplays(displays) {
      const known = kept.displays ?? []
      if (displays.every((display) => known.includes(display))) return
      kept.displays = [...new Set([...known, ...displays])].slice(-mostDisplays)
      write({ displays: kept.displays })
    },
    setBlank(wanted) {
      blanked = wanted !== null
      blank = wanted
      unknown = null
      if (onDisk !== textOf(blanked, blank)) write({})
    },
  }
}
