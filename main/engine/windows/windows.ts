/** All windows of one engine: what changed goes to each of them, as soon and as often as is good for it. */
import type { Rank } from '../../../preload/contract/marking.ts'
import type { PictureRole } from '../../../preload/contract/role.ts'
import type { Picture } from '../picture/picture.ts'
import type { Port } from './port.ts'
import { createWindow, type Window, type WindowSource } from './window.ts'

export interface Windows {
  /** @returns how to let the window go; a port that closes does it too */
  add(port: Port, window: { role: PictureRole; ceiling: Rank }): () => void
  /** the picture's changes, as marks */
  spread(): void
  health(): void
  /** several changes of one moment are one message */
  healthSoon(): void
  /** series that have another past, or another marking, are told anew */
  rewrite(): void
  /** windows have views of what there is now, and of nothing else */
  retable(): void
  /** the catalog is another one */
  listSoon(): void
  /** what windows may see is less than it was: with this turn of the loop it leaves them */
  listNow(): void
  dispose(): void
}

export interface WindowsOptions {
  picture: Picture
  source: WindowSource
  log: (line: string) => void
}

/**
 * ms from the end of one round of messages to windows to the beginning of the next. After a round that began late the
 * next one may come sooner, by this much at most.
 */
const pumpInterval = 30
/** ms of windows' turns, one after the other, until other work gets its own */
const turnTime = 8
/** changes gather so long: a catalog that is read anew tells thousands of products at once */
const gatherInterval = 200
/** a catalog is told whole, so no more often than this while it keeps changing */
const catalogInterval = 1000

export function createWindows({ picture, source, log }: WindowsOptions): Windows {
  const windows = new Set<Window>()
  let disposed = false

  /** when the next round may begin, by `performance.now` */
  let due = 0
  let begun = 0
  let pumpTimer: NodeJS.Timeout | null = null
  /** windows whose turn is yet to come; null: no round is under way */
  let round: Window[] | null = null
  /** something changed that a window of this round may not have had */
  let again = false
  const step = (): void => {
    const end = performance.now() + turnTime
    for (let window = round?.shift(); window; window = round?.shift()) {
      window.pump()
      if (performance.now() > end && !disposed) return void setImmediate(step)
    }
    round = null
    // counted from when this round might have begun, which may be before it did
    due = Math.max(due, begun - pumpInterval) + pumpInterval + performance.now() - begun
    if (again) pump()
  }
  const pump = (): void => {
    again = round !== null
    if (again || pumpTimer || disposed) return
    const wait = due - performance.now()
    const go = (): void => {
      pumpTimer = null
      begun = performance.now()
      round = [...windows]
      step()
    }
    if (wait <= 0) go()
    else pumpTimer = setTimeout(go, wait)
  }

  const spread = (): void => {
    for (const table of picture.tables.values()) {
      if (!table.isChanged) continue
      for (const window of windows) window.mark(table)
      table.clearChanges()
    }
    pump()
  }

  const health = (): void => {
    for (const window of windows) window.health()
  }
  let healthTimer: NodeJS.Timeout | null = null
  const healthSoon = (): void => {
    if (disposed) return
    healthTimer ??= setTimeout(() => {
      healthTimer = null
      health()
    }, gatherInterval)
  }

  const rewrite = (): void => {
    for (const table of picture.tables.values())
      if (table.metrics?.takeRewritten()) for (const window of windows) window.rewritten(table)
  }

  const retable = (): void => {
    for (const window of windows) window.retable()
    spread()
  }

  let listedAt = -Infinity
  let listTimer: NodeJS.Timeout | null = null
  let listAtOnce: NodeJS.Immediate | null = null
  const list = (): void => {
    if (listTimer) clearTimeout(listTimer)
    if (listAtOnce) clearImmediate(listAtOnce)
    listTimer = listAtOnce = null
    listedAt = performance.now()
    for (const window of windows) window.catalog()
    retable()
  }

  return {
    add(port, { role, ceiling }) {
      const window = createWindow(port, {
        ...{ role, ceiling, source, log },
        closed: () => windows.delete(window),
        unfinished: pump,
      })
      windows.add(window)
      return () => window.dispose()
    },
    spread,
    health,
    healthSoon,
    rewrite,
    retable,
    listSoon() {
      if (disposed) return
      const wait = Math.max(gatherInterval, listedAt + catalogInterval - performance.now())
      listTimer ??= setTimeout(() => {
        list()
        health()
      }, wait)
    },
    listNow() {
      if (disposed) return
      listAtOnce ??= setImmediate(() => {
        rewrite()
        list()
        health()
      })
    },
    dispose() {
      disposed = true
      if (pumpTimer) clearTimeout(pumpTimer)
      if (healthTimer) clearTimeout(healthTimer)
      if (listTimer) clearTimeout(listTimer)
      if (listAtOnce) clearImmediate(listAtOnce)
      for (const window of [...windows]) window.dispose()
    },
  }
}
