import Store from 'electron-store'
import * as v from 'valibot'
import { LanguageSchema, type Language } from '../../preload/contract/words.ts'
import type { Bounds } from './displays.ts'

const BoundsSchema = v.object({ x: v.number(), y: v.number(), width: v.number(), height: v.number() })
const SettingsSchema = v.object({
  language: v.fallback(v.optional(LanguageSchema), undefined),
  /** scene per screen number */
  scenes: v.fallback(v.record(v.string(), v.string()), {}),
  /** the desk's window */
  desk: v.fallback(v.optional(BoundsSchema), undefined),
})

/** What a person set and the node remembers in clear: never anything of the platform's. */
export interface Settings {
  language: Language | undefined
  /** scene per screen number */
  scenes(): Map<number, string>
  /** the desk's window as it was left, if that is still on a display; else most of this area */
  desk(area: Bounds, displays: readonly { bounds: Bounds }[]): Bounds
  setLanguage(language: Language): void
  setScene(screen: number, scene: string): void
  setDesk(bounds: Bounds): void
}

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

export function openSettings(profile: string): Settings {
  const store = new Store<Record<string, unknown>>({
    cwd: profile,
    name: 'settings',
    clearInvalidConfig: true,
  })
  const parsed = v.safeParse(SettingsSchema, store.store)
  const settings = parsed.success ? parsed.output : { language: undefined, scenes: {}, desk: undefined }
  return {
    language: settings.language,
    scenes: () => new Map(Object.entries(settings.scenes).map(([screen, scene]) => [Number(screen), scene])),
    desk: (area, displays) =>
      settings.desk && displays.some(({ bounds }) => isOn(bounds, settings.desk))
        ? settings.desk
        : within(area),
    setLanguage: (language) => store.set('language', language),
    setScene(screen, scene) {
      settings.scenes[String(screen)] = scene
      store.set('scenes', settings.scenes)
    },
    setDesk: (bounds) => store.set('desk', bounds),
  }
}
