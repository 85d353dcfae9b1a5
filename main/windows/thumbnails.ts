import type { BrowserWindow } from 'electron'
import type { Rank } from '../../preload/contract/marking.ts'

/** Each screen's picture for the desk is this old at most, ms: a glance, not a film. */
const every = 2_000
/** …but where a picture costs much (the processor draws), it may be as old as this, ms, so that walls come first. */
const atMost = 8_000
const costShare = 10
const width = 480
const quality = 60

export interface Shown {
  screen: number
  window: BrowserWindow
}

/** A report that was under way when a picture was taken may be older than it; the one after it is not. */
const reportsAfter = 2
/** A window that says nothing gets no more pictures taken. */
const mostWaiting = 4

interface Taken {
  /** the highest that its screen's banner showed around it */
  marking: Rank
  /** null while it is being taken */
  jpeg: Uint8Array<ArrayBuffer> | null
  reports: number
}

/**
 * Pictures of the walls for the desk, one screen after the other. What counts for a picture is the highest marking
 * that its screen told before, while and after it was taken; above the desk's ceiling it is thrown away.
 */
export function takeThumbnails(options: {
  walls(): readonly Shown[]
  /** false while nobody would see them */
  wanted(): boolean
  deskCeiling: Rank
  send(screen: number, jpeg: Uint8Array<ArrayBuffer>, marking: Rank): void
}) {
  /** what each screen's banner showed last */
  const told = new Map<number, Rank>()
  const waiting = new Map<number, Set<Taken>>()
  let next = 0

  const takeOne = async () => {
    const walls = options.walls()
    const shown = walls[next++ % Math.max(1, walls.length)]
    if (shown === undefined || !options.wanted()) return
    const marking = told.get(shown.screen)
    if (marking === undefined || marking > options.deskCeiling) return
    const all = waiting.get(shown.screen) ?? new Set()
    if (all.size >= mostWaiting) return
    const taken: Taken = { marking, jpeg: null, reports: 0 }
    waiting.set(shown.screen, all.add(taken))
    try {
      const picture = await shown.window.webContents.capturePage()
      if (picture.isEmpty()) all.delete(taken)
      else taken.jpeg = new Uint8Array(picture.resize({ width, quality: 'good' }).toJPEG(quality))
    } catch {
      // the window closed meanwhile: the next round knows
      all.delete(taken)
    }
  }

  let timer: NodeJS.Timeout | undefined
  let taking = Promise.resolve()
  let ended = false
  const round = () => {
    const begun = performance.now()
    taking = takeOne().finally(() => {
      const cost = performance.now() - begun
      // shared out over the screens, so that no moment has the cost of all
      const screens = Math.max(1, options.walls().length)
      const rest = Math.min(atMost / screens, Math.max(every / screens, cost * costShare))
      if (!ended) timer = setTimeout(round, rest)
    })
  }
  round()
  return {
    /** the highest that this screen's banner has shown since it last told */
    marked(screen: number, marking: Rank) {
      told.set(screen, marking)
      const all = waiting.get(screen) ?? new Set()
      for (const taken of all) {
        taken.marking = Math.max(taken.marking, marking)
        if (taken.jpeg === null || ++taken.reports < reportsAfter) continue
        all.delete(taken)
        if (taken.marking <= options.deskCeiling) options.send(screen, taken.jpeg, taken.marking)
      }
    },
    /** @param screen one that went, or whose page did; without it, all: they are blank */
    forget(screen?: number) {
      for (const known of screen === undefined ? [...told.keys()] : [screen]) {
        told.delete(known)
        waiting.delete(known)
      }
    },
    /** once no window is being captured any more: one that is must not be closed */
    async dispose() {
      ended = true
      clearTimeout(timer)
      await taking
    },
  }
}
