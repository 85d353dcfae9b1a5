import type { BrowserWindow } from 'electron'
import { takePictures } from './pictures.ts'
import { openResults } from './results-folder.ts'
import { reportRun } from './report.ts'

type Run = Parameters<typeof reportRun>[0]

/**
 * Ends the run after its time. A headless one first leaves pictures of every screen and `run.json`; where it can't, it
 * ends with 1 and says why.
 */
export function endRun(options: {
  seconds: number
  headless: { out: string } | null
  /** pictures of what is marked may be left on the disk; without it only the report is */
  pictures(): boolean
  /** how many screens were asked for; null: as many as there are */
  expected: number | null
  end(code: number): void
  log(line: string): void
  screens(): readonly { screen: number; window: BrowserWindow }[]
  desk(): BrowserWindow | null
  run(): Promise<Omit<Run, 'engine'> & { engine: Run['engine'] | null }>
}) {
  const failed = (why: string) => {
    options.log(why)
    options.end(1)
  }
  const leave = async (out: string) => {
    const screens = options.screens()
    if (screens.length < (options.expected ?? 1))
      return failed(`--screens ${options.expected ?? 1}: only ${screens.length} screens have a display`)
    const run = await options.run()
    if (run.engine === null && run.problem === null) return failed('the engine did not say what it received')
    const counts = { received: 0, rejected: 0, persisted: 0, gaps: 0, products: 0, disconnects: 0 }
    const none = { ...counts, clockSkewMs: null }
    const desk = options.desk()
    const results = await openResults(out)
    const windows = [
      ...screens.map(({ screen, window }) => ({ name: `screen-${screen}`, window })),
      ...(desk === null ? [] : [{ name: 'desk', window: desk }]),
    ]
    const pictures = await takePictures(results, options.pictures() ? windows : [])
    if (!pictures.ok) return failed(pictures.error.message)
    const report = reportRun({ ...run, engine: run.engine ?? none })
    await results.leave('run.json', `${JSON.stringify(report, null, 2)}\n`)
    options.end(0)
  }
  const over = (): void => {
    if (options.headless === null) options.end(0)
    else
      leave(options.headless.out).catch((error: unknown) => failed(`nothing could be left: ${String(error)}`))
  }
  return after(options.seconds * 1000, over)
}

/** ms: a timer that is set for longer ends at once */
const longest = 2 ** 31 - 1

function after(time: number, then: () => void) {
  let left = time
  let timer: NodeJS.Timeout
  const wait = (): void => {
    const now = Math.min(left, longest)
    left -= now
    timer = setTimeout(left > 0 ? wait : then, now)
  }
  wait()
  return { dispose: () => clearTimeout(timer) }
}
