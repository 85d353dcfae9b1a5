import type { App } from 'electron'

const within = 10 * 60_000
const tooOften = 3
const softly = ['--use-angle=swiftshader', '--enable-unsafe-swiftshader']

/**
 * Chromium ends an app whose graphics process keeps crashing. Before that we start again in the software tier: slow
 * is better than dark.
 */
export function watchGraphics(
  app: App,
  now: () => number,
  log: (line: string) => void,
  end: () => void,
): () => void {
  let crashes: number[] = []
  const heard = (_event: unknown, { type, reason }: Electron.Details) => {
    if (type !== 'GPU' || reason === 'clean-exit') return
    crashes = [...crashes, now()].filter((at) => now() - at < within)
    log(`the graphics process ended (${reason}), ${crashes.length} in ten minutes`)
    if (crashes.length < tooOften || softly.every((word) => process.argv.includes(word))) return
    app.relaunch({ args: [...softly, ...process.argv.slice(1)] })
    end()
  }
  app.on('child-process-gone', heard)
  return () => void app.off('child-process-gone', heard)
}
