import type { BrowserWindow, NativeImage } from 'electron'
import { fail, ok, type Result } from '../../preload/contract/result.ts'
import type { Results } from './results-folder.ts'

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
  results: Results,
  windows: readonly { name: string; window: BrowserWindow }[],
): Promise<Result<void>> {
  try {
    for (const { name, window } of windows) {
      const picture = await capture(window)
      if (picture === null) return fail('internal', `${name} shows nothing that could be captured`, name)
      await results.leave(`${name}.png`, picture.toPNG())
    }
    return ok(undefined)
  } catch (error) {
    return fail('internal', error instanceof Error ? error.message : String(error))
  }
}
