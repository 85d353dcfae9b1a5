import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { BrowserWindow, NativeImage } from 'electron'
import { fail, ok, type Result } from '../../preload/contract/result.ts'
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
  ceiling: Rank
}

/**
 * Pictures of the walls for the desk, one screen after the other. A screen that may show more than the desk is
 * passed on only when its banner, told after the picture was taken, is within the desk's ceiling.
 */
export function takeThumbnails(options: {
  walls(): readonly Shown[]
  /** false while nobody would see them */
  wanted(): boolean
  deskCeiling: Rank
  send(screen: number, jpeg: Uint8Array<ArrayBuffer>): void
}) {
  const held = new Map<number, Uint8Array<ArrayBuffer>>()
  let next = 0

  const takeOne = async () => {
    const walls = options.walls()
    const shown = walls[next++ % Math.max(1, walls.length)]
    if (shown === undefined || !options.wanted()) return
    try {
      const picture = await shown.window.webContents.capturePage()
      if (picture.isEmpty()) return
      const jpeg = new Uint8Array(picture.resize({ width, quality: 'good' }).toJPEG(quality))
      if (shown.ceiling <= options.deskCeiling) options.send(shown.screen, jpeg)
      else held.set(shown.screen, jpeg)
    } catch {
      // the window closed meanwhile: the next round knows
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
    /** what this screen's banner shows, told by its window */
    marked(screen: number, marking: Rank) {
      const jpeg = held.get(screen)
      held.delete(screen)
      if (jpeg !== undefined && marking <= options.deskCeiling) options.send(screen, jpeg)
    },
    /** once no window is being captured any more: one that is must not be closed */
    async dispose() {
      ended = true
      clearTimeout(timer)
      await taking
    },
  }
}

/** A whole window at its full size. A window that has not drawn yet is given some time. */
async function capture(window: BrowserWindow): Promise<NativeImage | null> {
  for (let tries = 0; tries < 10; tries++) {
    const picture = await window.webContents.capturePage()
    if (!picture.isEmpty()) return picture
    await new Promise((resolve) => setTimeout(resolve, 300))
  }
  return null
}

/** Writes `screen-N.png` for each wall and `desk.png`. */
export async function takePictures(
  folder: string,
  windows: readonly { name: string; window: BrowserWindow }[],
): Promise<Result<void>> {
  try {
    await mkdir(folder, { recursive: true })
    for (const { name, window } of windows) {
      const picture = await capture(window)
      if (picture === null) return fail('internal', `${name} shows nothing that could be captured`, name)
      await writeFile(join(folder, `${name}.png`), picture.toPNG())
    }
    return ok(undefined)
  } catch (error) {
    return fail('internal', error instanceof Error ? error.message : String(error), folder)
  }
}
