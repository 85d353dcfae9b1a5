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
    const series = await alternate(page, log, 'series')
    await page.evaluate(() => window.measureBoard.ready())
    const table = await alternate(page, log, 'table')
    return [
      rowOf('series: 100,000 points in hand → drawn', 'uPlot alone', series),
      rowOf('table: 20 places of 100,000 rows, scrolled to', 'TanStack Virtual alone', table),
    ]
  })

interface Sides {
  ours: number
  theirs: number
}

async function alternate(page: Page, log: (line: string) => void, what: 'series' | 'table'): Promise<Sides> {
  const ours: number[] = []
  const theirs: number[] = []
  for (let round = -warming; round < rounds; round++) {
    const a =
      what === 'series'
        ? await page.evaluate(() => window.measureBoard.seriesOurs())
        : await page.evaluate(() => window.measureBoard.tableOurs())
    const b =
      what === 'series'
        ? await page.evaluate(() => window.measureBoard.seriesTheirs())
        : await page.evaluate(() => window.measureBoard.tableTheirs())
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
