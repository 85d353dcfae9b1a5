import type { Bundle } from '../trust/app-protocol.ts'
import type { Bounds, WallPlan } from '../../preload/contract/display.ts'
import { openDeskWindow } from './desk-window.ts'
import { openSession } from '../trust/hardening.ts'
import { fillDisplay, type Opened } from './wall-window.ts'

export interface DeskOptions {
  bundle: Bundle
  preload: string
  contentProtection(): boolean
  developing: boolean
  /** where it stood last, or should first */
  bounds(): Bounds
  moved(bounds: Bounds): void
  gone(why: string): void
  quit(): void
}

/** The desk's window. Closing it leaves the wall as it is; starting Vigie again brings it back. */
export function openDesk(options: DeskOptions) {
  let opened: Opened | null = null
  let planned: WallPlan['desk'] = null
  let wanted = true

  const close = () => {
    const closing = opened
    opened = null
    closing?.dispose()
  }
  const open = () => {
    if (planned !== null && !planned.attached) return
    const fills = planned !== null
    const own = openDeskWindow({
      ...options,
      contentProtection: options.contentProtection(),
      fills,
      bounds: planned?.bounds ?? options.bounds(),
      session: openSession('desk', options.bundle),
      gone: options.gone,
    })
    own.window.once('closed', () => {
      if (opened !== own) return
      opened = null
      wanted = false
    })
    opened = own
  }

  return {
    follow(desk: WallPlan['desk']) {
      const moved = JSON.stringify(desk?.bounds) !== JSON.stringify(planned?.bounds)
      planned = desk
      if (desk !== null && !desk.attached) close()
      else if (opened === null && wanted) open()
      else if (moved && desk !== null && opened !== null) fillDisplay(opened.window, desk.bounds)
    },
    /** to the front, opened again where somebody had closed it */
    show() {
      wanted = true
      if (opened === null) open()
      opened?.window.show()
      opened?.window.focus()
    },
    /** as a wall's: what its page holds goes with it */
    renew() {
      if (opened === null) return
      close()
      open()
    },
    window: () => opened?.window ?? null,
    dispose: close,
  }
}
