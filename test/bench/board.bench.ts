import type { Page } from 'playwright-core'
import type {} from './board/page.ts'
import { inPage } from './in-page.ts'
import { median, type BenchRow } from './row.ts'

const rounds = 15
/** by then it runs as it does on a wall that has it for hours */
const warming = 10
const least = 0.8

/** A chart of 100,000 points and a table of as many rows, beside what they are made with alone. */
export default (log: (line: string) => void): Promise<BenchRow[]> =>
  inPage(new URL('./board/', import.meta.url), 'measureBoard', async (page) => {
    const series = await alternate(log, 'series', {
      ours: () => page.evaluate(() => window.measureBoard.seriesOurs()),
      theirs: () => page.evaluate(() => window.measureBoard.seriesTheirs()),
    })
    await page.evaluate(() => window.measureBoard.ready())
    // a place a frame is a frame's time, however little is done in it: what counts is what the thread was busy
    const busy = await threadOf(page)
    const table = await alternate(log, 'table', {
      ours: () => busy(() => page.evaluate(() => window.measureBoard.tableOurs())),
      theirs: () => busy(() => page.evaluate(() => window.measureBoard.tableTheirs())),
    })
    return [
      rowOf('series: 100,000 points in hand → drawn', 'uPlot alone', series),
      rowOf(
        'table: 20 places of 100,000 rows, scrolled to: main-thread time',
        'TanStack Virtual alone',
        table,
      ),
    ]
  })

/** @returns ms that the page's main thread was busy while something is done */
async function threadOf(page: Page): Promise<(what: () => Promise<unknown>) => Promise<number>> {
  const session = await page.context().newCDPSession(page)
  await session.send('Performance.enable', { timeDomain: 'threadTicks' })
  const spent = async (): Promise<number> => {
    const { metrics } = await session.send('Performance.getMetrics')
    const task = metrics.find(({ name }) => name === 'TaskDuration')
    if (task === undefined) throw new Error('the page does not say what its thread did')
    return task.value * 1000
  }
  return async (what) => {
    const before = await spent()
    await what()
    return (await spent()) - before
  }
}

interface Sides {
  ours: number
  theirs: number
}

async function alternate(
  log: (line: string) => void,
  what: string,
  sides: { [S in keyof Sides]: () => Promise<number> },
): Promise<Sides> {
  const ours: number[] = []
  const theirs: number[] = []
  for (let round = -warming; round < rounds; round++) {
    const a = await sides.ours()
    const b = await sides.theirs()
    if (round < 0) continue
    log(`${what}, round ${round + 1}: ours ${a.toFixed(1)} ms, alone ${b.toFixed(1)} ms`)
    ours.push(a)
    theirs.push(b)
  }
  return { ours: median(ours), theirs: median(theirs) }
}

const rowOf = (measure: string, against: string, { ours, theirs }: Sides): BenchRow => ({
  measure,
  against,
  unit: 'ms',
  ours,
  theirs,
  ratio: theirs / ours,
  goal: `≥ ${least}`,
  met: theirs / ours >= least,
  rounds,
})
