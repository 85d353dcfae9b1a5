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

export interface Picture {
  jpeg: Uint8Array<ArrayBuffer>
  /** the highest that its screen's banner showed around it */
  marking: Rank
}

interface Taken {
  marking: Rank
  /** null while it is being taken */
  jpeg: Uint8Array<ArrayBuffer> | null
  reports: number
  /** above it nothing is given */
  ceiling: Rank
  /** null: it could not be taken, or must not be seen */
  give(picture: Picture | null): void
}

/**
 * Pictures of the walls for the desk, one screen after the other, and one at a time for whoever else asks. What counts
 * for a picture is the highest marking that its screen told before, while and after it was taken; above the ceiling of
 * who gets it, it is thrown away.
 */
export function takeThumbnails(options: {
  walls(): readonly Shown[]
  /** false while nobody would see them */
  wanted(): boolean
  deskCeiling(): Rank
  send(screen: number, picture: Picture): void
}) {
  /** what each screen's banner showed last */
  const told = new Map<number, Rank>()
  const waiting = new Map<number, Set<Taken>>()
  let next = 0

  const take = async ({ screen, window }: Shown, ceiling: Rank, give: Taken['give']) => {
    const marking = told.get(screen)
    const all = waiting.get(screen) ?? new Set()
    if (marking === undefined || marking > ceiling || all.size >= mostWaiting) return give(null)
    const taken: Taken = { marking, jpeg: null, reports: 0, ceiling, give }
    const fail = () => {
      if (all.delete(taken)) give(null)
    }
    waiting.set(screen, all.add(taken))
    try {
      const picture = await window.webContents.capturePage()
      if (picture.isEmpty()) fail()
      else taken.jpeg = new Uint8Array(picture.resize({ width, quality: 'good' }).toJPEG(quality))
    } catch {
      // the window closed meanwhile: the next round knows
      fail()
    }
  }
  const takeOne = async () => {
    const walls = options.walls()
    const shown = walls[next++ % Math.max(1, walls.length)]
    if (shown === undefined || !options.wanted()) return
    await take(shown, options.deskCeiling(), (picture) => {
      if (picture !== null) options.send(shown.screen, picture)
    })
  }

  let timer: NodeJS.Timeout | undefined
  let taking = Promise.resolve()
  let capturing = Promise.resolve()
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
  /** @param screen one that went, or whose page did; without it, all: they are blank */
  const forget = (screen?: number): void => {
    for (const known of screen === undefined ? [...told.keys()] : [screen]) {
      told.delete(known)
      const all = [...(waiting.get(known) ?? [])]
      waiting.delete(known)
      for (const { give } of all) give(null)
    }
  }
  /** looks under way, by screen and ceiling: who asks for the same meanwhile gets the same */
  const glances = new Map<string, Promise<Picture | null>>()
  return {
    /** one picture of a screen for somebody else; null: it is not this node's, or there is none below `ceiling` */
    glance(screen: number, ceiling: Rank): Promise<Picture | null> {
      const key = `${screen} ${ceiling}`
      const shown = options.walls().find((each) => each.screen === screen)
      if (shown === undefined || ended) return Promise.resolve(null)
      const under = glances.get(key)
      if (under !== undefined) return under
      const glance = new Promise<Picture | null>((resolve) => {
        capturing = Promise.all([capturing, take(shown, ceiling, resolve)]).then(() => undefined)
      }).finally(() => glances.delete(key))
      glances.set(key, glance)
      return glance
    },
    /** the highest that this screen's banner has shown since it last told */
    marked(screen: number, marking: Rank) {
      told.set(screen, marking)
      const all = waiting.get(screen) ?? new Set()
      for (const taken of all) {
        taken.marking = Math.max(taken.marking, marking)
        if (taken.jpeg === null || ++taken.reports < reportsAfter) continue
        all.delete(taken)
        const { jpeg, ceiling, give } = taken
        give(taken.marking <= ceiling ? { jpeg, marking: taken.marking } : null)
      }
    },
    forget,
    /** once no window is being captured any more: one that is must not be closed */
    async dispose() {
      ended = true
      clearTimeout(timer)
      await Promise.all([taking, capturing])
      forget()
    },
  }
}
