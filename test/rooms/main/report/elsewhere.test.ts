/** A synthesis of a platform that is not the exercise reads as well: other domains, other places, or none at all. */
import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { draft, type DraftOrder } from '../../../../main/report/draft.ts'
import { exported } from '../../../../main/report/export.ts'
import { gather } from '../../../../main/report/gather.ts'
import { defaultScheme } from '../../../../preload/contract/marking.ts'
import type { Synthesis } from '../../../../preload/contract/report.ts'
import { openACache } from '../engine/cache/a-cache.ts'
import { fillCache, incident, period, type Spoken } from './a-period.ts'
import { reportFolder } from './a-synthesis.ts'

const execute = promisify(execFile)
let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vigie-elsewhere-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const order: DraftOrder = {
  ...{ period, template: 'sitrep', language: 'en', timeZone: 'America/Cayenne', exercise: false },
  ...{ organisation: 'Port of Kourou', node: 'watch-1', scheme: defaultScheme, ceiling: 1 },
}
async function drafted(spoken: Spoken[], more: Partial<DraftOrder> = {}): Promise<Synthesis> {
  const opened = await openACache()
  try {
    await fillCache(opened.cache, spoken)
    const asked = { ...order, ...more }
    const found = draft(await gather(opened.cache, asked), asked)
    if (!found.ok) throw new Error(found.error.message)
    return found.value
  } finally {
    await opened.dispose()
  }
}
async function pages(it: Synthesis, name: string): Promise<{ text: string; count: number }> {
  const bytes = await exported(it, 'pdf', { scheme: it.scheme, ceiling: 1, folder: reportFolder })
  if (!bytes.ok) throw new Error(bytes.error.message)
  const file = join(folder, `${name}.pdf`)
  await writeFile(file, bytes.value)
  await execute('qpdf', ['--check', file])
  const { stdout: info } = await execute('pdfinfo', [file])
  const { stdout: text } = await execute('pdftotext', ['-layout', file, '-'])
  return { text, count: Number(/^Pages: +(\d+)$/m.exec(info)?.[1]) }
}

/** One product, in one language, of a domain that nobody has words for. */
const tide: Spoken = {
  name: 'harbour.tide',
  kind: 'metric',
  descriptor: {
    title: { en: 'Tide gauge', fr: 'Tide gauge' },
    freshness: 'PT10M',
    series: { level: { title: { en: 'Water level', fr: 'Water level' }, unit: 'm', precision: 2 } },
  },
  said: Array.from({ length: 22 }, (_, i) => ({
    entity: 'level',
    minutes: i * 5,
    body: { series: 'level', value: 1.4 + Math.sin(i / 4), unit: 'm' },
  })),
}
const ships: Spoken = {
  name: 'harbour.incidents',
  kind: 'feature',
  descriptor: { title: { en: 'Ship incidents', fr: 'Ship incidents' }, freshness: 'PT6H' },
  said: [
    {
      entity: 'collier.7',
      minutes: 20,
      body: incident({ name: 'Collier aground', severity: 'Severe', status: 'open' }, [-52.62, 5.17]),
    },
    {
      entity: 'barge.3',
      minutes: 40,
      body: incident({ name: 'Barge adrift', severity: 'Moderate', status: 'open' }, [-52.55, 5.21]),
    },
  ],
}

describe('one product in one language', () => {
  it('is a whole synthesis without a map, in its own time, and says what it does not know', async () => {
    const it_ = await drafted([tide])
    expect(it_.map).toBeUndefined()
    const { text, count } = await pages(it_, 'tide')
    expect(count).toBeLessThanOrEqual(3)
    expect(text).toContain('harbour')
    expect(text).toContain('Water level')
    // 18:00 in Paris is 13:00 in Cayenne
    expect(text).toContain('13:00')
    expect(text).not.toContain('18:00')
    for (const stranger of ['Paris', 'undefined', 'null', 'NaN', 'EXERCISE', '{'])
      expect(text).not.toContain(stranger)
  })

  it('reads in French as well, in the words of its owner', async () => {
    const { text } = await pages(await drafted([tide], { language: 'fr' }), 'tide-fr')
    expect(text).toContain('Water level')
    expect(text).toContain('Situation par domaine')
  })
})

it('a figure is marked as high as what it was, and as its way to what it is', async () => {
  const { said, ...feed } = tide
  const marked = (high: number) => ({
    ...{ ...feed, descriptor: { ...feed.descriptor, series: { level: { ...series, threshold } } } },
    said: said.map((one, at) => ({ ...one, marking: at === high ? 'dr' : 'np' })),
  })
  const series = { title: 'Water level', unit: 'm', precision: 2 }
  const threshold = { above: true, severe: 0.1 }
  const markings = async (high: number) => {
    const { figures, domains } = await drafted([marked(high)])
    return [...figures, ...(domains[0]?.statements ?? [])].map(({ marking }) => marking.level)
  }
  expect(await markings(-1)).toEqual(['np', 'np'])
  expect(await markings(0)).toEqual(['dr', 'dr'])
  expect(await markings(5)).toEqual(['dr', 'dr'])
})

it('an incident that ended is marked as what is told of it was', async () => {
  const ended: Spoken = {
    ...ships,
    said: [
      { ...ships.said[0]!, marking: 'dr', minutes: -20 },
      { entity: 'collier.7', minutes: 30 },
    ],
  }
  const { domains, events, brief } = await drafted([ended])
  const told = [...(domains[0]?.statements ?? []), ...events.shown, ...brief].filter(({ text }) =>
    text.includes('Collier aground'),
  )
  expect(told.length).toBeGreaterThan(0)
  expect(told.filter(({ marking }) => marking.level !== 'dr')).toEqual([])
})

it('incidents far from Paris have their map, with the coast beneath them', async () => {
  const it_ = await drafted([tide, ships])
  expect(it_.map?.places.map(({ at }) => at)).toEqual([
    [-52.62, 5.17],
    [-52.55, 5.21],
  ])
  const { text } = await pages(it_, 'ships')
  expect(text).toContain('Collier aground')
  expect(text).toContain('Natural Earth')
})

it('nothing at all is told as nothing', async () => {
  const { text } = await pages(await drafted([]), 'nothing')
  expect(text).toContain('Nothing')
})
