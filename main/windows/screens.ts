import type { WebContents } from 'electron'
import { openSession } from '../trust/hardening.ts'
import type { Bundle } from '../trust/app-protocol.ts'
import type { PlannedScreen } from '../../preload/contract/display.ts'
import { fillDisplay, openWallWindow, type Opened } from './wall-window.ts'

export interface ScreensOptions {
  bundle: Bundle
  preload: string
  contentProtection(): boolean
  developing: boolean
}

/** Told when a screen’s page is gone, and why. */
type Gone = (screen: number, why: string) => void

export interface WallScreen extends Opened {
  screen: number
}

/** The wall's windows, one per attached display. */
export function openScreens(options: ScreensOptions) {
  const open = new Map<number, WallScreen & { planned: PlannedScreen; place: string; on: string }>()
  const listeners = new Set<Gone>()

  /** Another display is another window: what the one before it holds is not for this one. */
  const onDisplay = ({ display, known }: PlannedScreen): string => JSON.stringify([display, known])

  const openScreen = (planned: PlannedScreen) => {
    const { screen, bounds } = planned
    const opened = openWallWindow(screen, {
      ...options,
      contentProtection: options.contentProtection(),
      bounds,
      session: openSession(`wall-${screen}`, options.bundle),
      gone(why) {
        for (const gone of listeners) gone(screen, why)
      },
    })
    opened.window.once('closed', () => {
      if (open.get(screen)?.window === opened.window) open.delete(screen)
    })
    open.set(screen, { ...opened, screen, planned, place: JSON.stringify(bounds), on: onDisplay(planned) })
  }

  return {
    /** opens, moves and closes windows until they are as planned */
    follow(plan: readonly PlannedScreen[]) {
      for (const planned of plan) {
        const opened = open.get(planned.screen)
        if (!planned.attached) {
          opened?.dispose()
          open.delete(planned.screen)
        } else if (opened === undefined) {
          openScreen(planned)
        } else if (opened.on !== onDisplay(planned)) {
          opened.dispose()
          open.delete(planned.screen)
          openScreen(planned)
        } else if (opened.place !== JSON.stringify(planned.bounds)) {
          opened.place = JSON.stringify(planned.bounds)
          opened.planned = planned
          fillDisplay(opened.window, planned.bounds)
        }
      }
    },
    /** What a page holds can't be taken from it: its window goes at once, with all of it, and an empty one takes its place. */
    renew(screen: number) {
      const opened = open.get(screen)
      if (opened === undefined) return
      opened.dispose()
      open.delete(screen)
      openScreen(opened.planned)
    },
    now: (): WallScreen[] => [...open.values()].sort((a, b) => a.screen - b.screen),
    listen: (gone: Gone) => void listeners.add(gone),
    screenOf(contents: WebContents): number | undefined {
      for (const { screen, window } of open.values())
        if (!window.isDestroyed() && window.webContents === contents) return screen
      return undefined
    },
    dispose() {
      for (const opened of open.values()) opened.dispose()
      open.clear()
    },
  }
}
