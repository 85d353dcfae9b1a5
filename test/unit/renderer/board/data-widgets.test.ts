// @vitest-environment happy-dom
import { afterEach, describe, expect, it, vi } from 'vitest'
import { ok } from '../../../../preload/contract/result.ts'
import type { Widget } from '../../../../preload/contract/scene.ts'
import type { Feed } from '../../../../renderer/link/feeds.ts'
import Wall from '../../../../renderer/wall/Wall.svelte'
import { speechIn, wallOf } from '../../../doubles/desk.ts'
import { feedOf, minutesAgo, now } from '../../../doubles/picture.ts'
import { drawings } from '../../../doubles/plot.ts'
import { mountWindow, textOf, textsOf } from '../../../doubles/window.ts'

vi.mock('../../../../renderer/map/Map.svelte', () => import('../../../doubles/NoMap.svelte'))
vi.mock('../../../../renderer/board/series/plot.ts', () => import('../../../doubles/plot.ts'))

const { say } = speechIn('fr')
const at: Widget['at'] = [0, 0, 12, 12]
let close = (): Promise<void> => Promise.resolve()
afterEach(() => close())

async function hang(widgets: Widget[]) {
  drawings.length = 0
  vi.spyOn(HTMLElement.prototype, 'clientHeight', 'get').mockReturnValue(2000)
  vi.spyOn(HTMLElement.prototype, 'clientWidth', 'get').mockReturnValue(800)
  const wall = await mountWindow(Wall, 'wall', wallOf(widgets))
  close = async () => {
    await wall.close()
    expect(wall.broken).toEqual([])
  }
  return wall
}
const robots = (changes: Parameters<typeof feedOf>[2] = {}, newest: number | null = now): Feed =>
  feedOf('manufacturing.robots', newest, {
    known: true,
    ...changes,
    descriptor: {
      kind: 'metric',
      title: 'Robots',
      series: {
        'r-03.current': {
          title: 'R-03, courant',
          unit: 'A',
          precision: 0,
          range: { min: 190, max: 202 },
          threshold: { severe: 202, above: true },
        },
      },
    },
  })
const told = (...values: number[]) => ({
  kind: 'series' as const,
  product: 'manufacturing.robots',
  reset: true,
  series: [
    {
      series: 'r-03.current',
      unit: null,
      marking: 0,
      times: Float64Array.from(values, (_, i) => minutesAgo(values.length - 1 - i)),
      values: Float64Array.from(values),
    },
  ],
  published: new Float64Array(0),
})
const chart: Widget = {
  widget: 'series',
  at,
  series: [{ product: 'manufacturing.robots', series: 'r-03.current' }],
}

describe('a chart of series', () => {
  it('says how far its series is out of its band, since when, and draws the band and the bound', async () => {
    const wall = await hang([chart])
    await wall.hearsOf([robots()])
    await wall.hears(told(195, 196, 195, 203, 214))
    await wall.settle()
    expect(textOf('.series .trouble')).toContain('12')
    expect(document.querySelector('.series h2 svg')?.getAttribute('aria-label')).toBe(say('severity.severe'))
    await vi.advanceTimersByTimeAsync(1500)
    const drawing = drawings.at(-1)
    expect(drawing?.bands).toEqual([{ unit: 'A', min: 190, max: 202 }])
    expect(drawing?.mark).toEqual({ time: minutesAgo(1), level: 'severe' })
    expect(textOf('.series .mark')).toBe(say('series.beyond', { time: '19:41' }))
    expect(textOf('.series .end strong')).toMatch(/^214 A$/)
  })
  it.each([
    ['draws what the log had beside what it was told', 0, true],
    ['draws nothing of the log that the banner does not cover', 1, false],
  ])('%s', async (_, mark, isDrawn) => {
    const wall = await hang([chart])
    await wall.hearsOf([robots()])
    await wall.hears(told(195, 196))
    const answer = {
      times: Float64Array.of(minutesAgo(30), minutesAgo(29)),
      values: Float64Array.of(150, 150),
      from: minutesAgo(60),
      ...{ marking: mark, filling: false },
    }
    await wall.answers('course', ok(answer))
    await vi.advanceTimersByTimeAsync(1500)
    expect(drawings.at(-1)?.lines[0]?.places.includes(150)).toBe(isDrawn)
  })
  it('of a window without a point says so, whatever there was before', async () => {
    const wall = await hang([{ ...chart, minutes: 15 }])
    await wall.hearsOf([robots()])
    const before = told(195, 196)
    const [one] = before.series
    await wall.hears({ ...before, series: [{ ...one!, times: one!.times.map((time) => time - 3_600_000) }] })
    await vi.advanceTimersByTimeAsync(1500)
    expect(textOf('.series .bare')).toBe(say('series.none', { span: say('series.minutes', { count: 15 }) }))
    await wall.hears(told(195, 196))
    await vi.advanceTimersByTimeAsync(1500)
    expect(document.querySelector('.series .bare')).toBeNull()
  })
  it('says why there is nothing: absent or above the ceiling, refused, waited for', async () => {
    const wall = await hang([chart])
    const said = () => textOf('section.series p')
    expect(said()).toBe(say('empty.waiting'))
    await wall.hearsOf([])
    expect(said()).toBe(say('empty.absent', { product: 'manufacturing.robots', ceiling: 'DR' }))
    await wall.hearsOf([robots({ access: 'refused' })])
    expect(said()).toBe(say('empty.refused'))
    expect(textOf('section.series footer .state')).toContain(say('feed.refused'))
    await wall.hearsOf([robots({ known: false })])
    expect(said()).toBe(say('empty.waiting'))
  })
})

describe('a foot', () => {
  it('says the source, that it is late or lost, and its marking', async () => {
    const wall = await hang([chart])
    await wall.hearsOf([robots()])
    expect(textOf('footer .titles')).toBe('Robots')
    expect(textOf('footer .marking')).toContain('DR')
    await wall.hearsOf([robots({}, minutesAgo(3))])
    expect(textOf('section.series footer .state')).toContain(say('feed.late'))
    await wall.hearsOf([robots({}, minutesAgo(60))])
    expect(document.querySelector('section.series footer.lost')).not.toBeNull()
  })
})

describe('a text', () => {
  it('has the figures of its fields, and words where there are none', async () => {
    const text = 'R-03 : {{manufacturing.robots:r-03.current}} ; {{a.b:c}} ; {{?}}'
    const wall = await hang([{ widget: 'text', at, text }])
    await wall.hearsOf([robots()])
    await wall.hears(told(214))
    const said = textOf('.text p')
    expect(said).toContain('214\u00a0A')
    expect(said).toContain(say('text.unknown', { field: 'a.b' }))
    expect(said).toContain(say('text.wrong', { field: '?' }))
  })
})

describe('a table', () => {
  const shuttles = feedOf('transport.moves', now, { known: true, descriptor: { title: 'Transports' } })
  const table: Widget = {
    widget: 'table',
    at,
    product: 'transport.moves',
    columns: [{ property: 'name' }, { property: 'load', precision: 1 }],
    sort: { property: 'load', descending: true },
  }
  const cells = (marking: number) =>
    ok({
      entities: ['a', 'b', 'c'],
      severities: Uint8Array.of(1, 3, 1),
      times: Float64Array.of(now, now, now),
      columns: [
        { numbers: new Float64Array(0), texts: ['Grue G1', 'Citerne', 'Navette'] },
        { numbers: Float64Array.of(2, 12.5, Number.NaN), texts: [] },
      ],
      properties: ['name', 'load'],
      total: 3,
      marking,
    })
  it('has its product’s entities in the order that is asked for, each cell as people write it', async () => {
    const wall = await hang([table])
    await wall.hearsOf([shuttles], { marking: 1 })
    await wall.answers('cells', cells(1))
    expect(textsOf('.table .list [role=row]')).toEqual(['Citerne 12,5', 'Grue G1 2,0', 'Navette'])
    expect(document.querySelectorAll('.table .severe svg')).toHaveLength(1)
    expect(textOf('.table .count')).toBe(say('table.count', { count: 3 }))
  })
  it('shows nothing that the banner does not cover', async () => {
    const wall = await hang([table])
    await wall.hearsOf([shuttles], { marking: 0 })
    await wall.answers('cells', cells(1))
    expect(textsOf('.table .list [role=row]')).toEqual([])
  })
  it('of a metric has its series', async () => {
    const wall = await hang([{ widget: 'table', at, product: 'manufacturing.robots' }])
    await wall.hearsOf([robots()])
    await wall.hears(told(214))
    expect(textOf('.table .list [role=row]')).toContain('R-03, courant')
    expect(textOf('.table .list [role=row]')).toContain('214\u00a0A')
  })
})

describe('how products do', () => {
  const counted = (offSchema: number | null) => ({
    quality: { perMinute: 12, published: null, received: null, reasons: [], offSchema },
  })
  it('has whether each keeps the schema that it promises', async () => {
    const wall = await hang([{ widget: 'quality', at }])
    await wall.hearsOf([
      feedOf('a.none', now, { stream: counted(null) }),
      feedOf('b.fits', now, { stream: counted(0) }),
      feedOf('c.off', now, { stream: counted(3) }),
    ])
    const schemas = textsOf('.quality tbody tr td:nth-child(6)')
    expect(schemas).toEqual([
      ...[say('quality.noSchema'), say('quality.fits'), say('quality.offSchema', { count: 3 })],
    ])
    expect(textsOf('.quality td.wrong')).toEqual([say('quality.offSchema', { count: 3 })])
  })
  it('is not marked as what they say is: it shows none of that', async () => {
    const wall = await hang([{ widget: 'quality', at }])
    const restricted = feedOf('a.one', now, { stream: counted(0) })
    await wall.hearsOf([{ ...restricted, descriptor: { ...restricted.descriptor, marking: 'dr' } }])
    expect(textOf('footer .marking')).toBe('NP')
  })
})
