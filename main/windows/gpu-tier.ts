import { constants, setPriority } from 'node:os'
import type { App } from 'electron'

const within = 10 * 60_000
const tooOften = 3
const softly = ['--use-angle=swiftshader', '--enable-unsafe-swiftshader']

/** Before the app is ready: Chromium would refuse a page any map after two crashes, until somebody restarts it. */
export function keepGraphics(app: App): void {
  app.disableDomainBlockingFor3DAPIs()
}

/** Where the processor draws, drawing gives way to data: a frame may come later, an event may not. */
function giveWay(app: App): void {
  if (app.getGPUFeatureStatus().gpu_compositing.startsWith('enabled')) return
  for (const { type, pid } of app.getAppMetrics()) {
    if (type !== 'GPU') continue
    try {
      setPriority(pid, constants.priority.PRIORITY_BELOW_NORMAL)
    } catch {
      // gone again; the next one is told of too
    }
  }
}

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
  const informed = (): void => giveWay(app)
  app.on('gpu-info-update', informed)
  app.on('child-process-gone', heard)
  return () => {
    app.off('gpu-info-update', informed)
    app.off('child-process-gone', heard)
  }
}
