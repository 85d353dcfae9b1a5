// @vitest-environment happy-dom
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { Poll } from '../../../../preload/contract/poll.ts'
import type { Widget } from '../../../../preload/contract/scene.ts'
import type { WallState } from '../../../../preload/contract/state.ts'
import Wall from '../../../../renderer/wall/Wall.svelte'
import { speechIn, stateOf, wallOf } from '../../../doubles/desk.ts'
import { feedOf, incidentRecord, minutesAgo, now } from '../../../doubles/picture.ts'
import { mountWindow, textOf, textsOf } from '../../../doubles/window.ts'

vi.mock('../../../../renderer/map/Map.svelte', () => import('../../../doubles/NoMap.svelte'))

const { say } = speechIn('fr')
const at: Widget['at'] = [0, 0, 12, 12]
let close = (): Promise<void> => Promise.resolve()
afterEach(() => close())

async function hang(widgets: Widget[], changes: Partial<WallState> = {}) {
  vi.spyOn(HTMLElement.prototype, 'clientHeight', 'get').mockReturnValue(2000)
  const wall = await mountWindow(Wall, 'wall', wallOf(widgets, changes))
  close = async () => {
    await wall.close()
    expect(wall.broken).toEqual([])
  }
  return wall
}
const iso = (ms: number): string => new Date(ms).toISOString()
const by = { person: 'A. Durand', function: 'chef', node: 'poste-07', automation: null }
const answered = (answer: 'go' | 'no-go', reason = '', late = false) => ({
  ...{ answer, reason, by, at: minutesAgo(1), late },
})
const poll = (functions: Poll['functions'], changes: Partial<Poll> = {}): Poll => ({
  ...{
    id: 'q-1',
    title: 'Avant reprise',
    kind: 'go',
    rank: 1,
    asker: 'Chef',
    by,
    at: minutesAgo(4),
    closed: null,
    functions,
  },
  ...changes,
})
const asking = (polls: Poll[] | null): Partial<WallState> => ({ node: { ...stateOf().node, polls } })

describe('a poll on the wall', () => {
  it('says that none was asked, and that it may not know, in other words', async () => {
    await hang([{ widget: 'poll', at }], asking([]))
    expect(textOf('.poll p')).toBe(say('poll.none'))
    await close()
    await hang([{ widget: 'poll', at }], asking(null))
    expect(textOf('.poll p')).toBe(say('poll.above'))
  })
  it('counts in the marking of its screen, which nothing else on it would raise', async () => {
    const marks = () =>
      Array.from(
        document.querySelectorAll<HTMLElement>('.banner[data-marking]'),
        ({ dataset }) => dataset['marking'],
      )
    await hang([{ widget: 'poll', at }], asking([]))
    expect(marks()).toEqual(['0', '0'])
    await close()
    await hang([{ widget: 'poll', at }], asking([poll([])]))
    expect(marks()).toEqual(['1', '1'])
    await close()
    await hang([{ widget: 'clock', at }], asking([poll([])]))
    expect(marks()).toEqual(['0', '0'])
  })
  it('has who said no first, with why, then who is silent, then who is ready', async () => {
    await hang(
      [{ widget: 'poll', at }],
      asking([
        poll([
          { id: 'lanceur', name: 'Lanceur', answered: answered('go') },
          { id: 'meteo', name: 'Météo', answered: null },
          { id: 'energie', name: 'Énergie', answered: answered('go', '', true) },
          { id: 'qualite', name: 'Qualité', answered: answered('no-go', 'même lot de fil') },
        ]),
      ]),
    )
    // what was said after the end does not count
    expect(textsOf('.exceptions .name')).toEqual(['Qualité', 'Météo', 'Énergie'])
    expect(textOf('.exceptions .reason')).toBe('même lot de fil')
    expect(textsOf('.yes .name')).toEqual(['Lanceur'])
  })
  it('is read in the language of the wall where it was asked in both', async () => {
    const words = (fr: string, en: string) => ({ fr, en })
    const no = { ...answered('no-go'), reason: words('même lot', 'same lot') }
    await hang(
      [{ widget: 'poll', at }],
      asking([
        poll([{ id: 'qualite', name: 'Qualité', answered: no }], { title: words('Avant reprise', 'Before') }),
      ]),
    )
    expect(textOf('.poll')).toContain('Avant reprise')
    expect(textOf('.exceptions .reason')).toBe('même lot')
  })
  it('is one line where all are ready', async () => {
    await hang(
      [{ widget: 'poll', at }],
      asking([poll(['a', 'b'].map((id) => ({ id, name: id, answered: answered('go') })))]),
    )
    expect(textOf('.poll .all')).toBe('2 GO')
    expect(document.querySelector('.exceptions')).toBeNull()
  })
})

describe('a countdown on the wall', () => {
  const feed = (changes: Parameters<typeof feedOf>[2] = {}) =>
    feedOf('ops.countdowns', now, { known: true, ...changes })
  it('never shows one that is not there as one that ran out: it says why', async () => {
    const wall = await hang([{ widget: 'countdown', at }])
    expect(textOf('.countdown p')).toBe(say('empty.waiting'))
    await wall.hearsOf([])
    expect(textOf('.countdown p')).toBe(say('empty.noFeed', { what: 'any' }))
    await wall.hearsOf([feed({ access: 'refused' })])
    expect(textOf('.countdown p')).toBe(say('empty.refused'))
    await wall.hearsOf([feed()])
    expect(textOf('.countdown p')).toBe(say('countdown.none'))
  })
  it('that is held is grey and says since when, by whom and why', async () => {
    const wall = await hang([{ widget: 'countdown', at }])
    await wall.hearsOf([feed()])
    await wall.hearsRecords('ops.countdowns', [
      incidentRecord('ops.countdowns', 'h0', now, {
        ...{ name: 'H0', category: 'countdown', status: 'held', target: iso(now + 3_600_000) },
        ...{ held: iso(minutesAgo(12)), by: 'Qualité', reason: 'cordon C14' },
        window: [iso(now), iso(now + 2 * 3_600_000)],
      }),
    ])
    expect(textOf('.countdown .count.held strong')).toBe('−01:12:00')
    expect(textOf('.hold .what')).toBe('ARRÊT DE CHRONO')
    expect(textOf('.hold strong')).toMatch(/^00:1[12]:/)
    expect(textOf('.hold .why')).toContain('Qualité')
    expect(textOf('.hold .why')).toContain('cordon C14')
  })
})

describe('resources and states', () => {
  const moves = (changes: Parameters<typeof feedOf>[2] = {}) =>
    feedOf('transport.moves', now, { known: true, ...changes })
  it.each([
    ['resources', 'transport.moves', 'resources.none'],
    ['states', 'manufacturing.states', 'states.none'],
  ] as const)('%s say why there are none', async (widget, product, none) => {
    const wall = await hang([{ widget, at }])
    await wall.hearsOf([feedOf(product, now, { known: false })])
    expect(textOf(`.${widget} p`)).toBe(say('empty.waiting'))
    await wall.hearsOf([feedOf(product, now, { known: true, access: 'refused' })])
    expect(textOf(`.${widget} p`)).toBe(say('empty.refused'))
    await wall.hearsOf([feedOf(product, now, { known: true })])
    expect(textOf(`.${widget} p`)).toBe(say(none))
  })
  it('has what is not as it should be first, and says what is not heard of', async () => {
    const wall = await hang([{ widget: 'resources', at }])
    await wall.hearsOf([moves()])
    await wall.hearsRecords('transport.moves', [
      incidentRecord('transport.moves', 'a', now, { name: 'Citerne', status: 'raccordée' }),
      incidentRecord('transport.moves', 'b', minutesAgo(3), { name: 'Navette', status: 'repli' }),
      incidentRecord('transport.moves', 'c', now, { name: 'Grue', status: 'arrêtée', severity: 'Moderate' }),
    ])
    expect(textsOf('.resources .name')).toEqual(['Grue', 'Navette', 'Citerne'])
    expect(textsOf('.resources .state')[1]).toContain('sans nouvelles')
  })
  it('counts the machines that are not well by their state', async () => {
    const wall = await hang([{ widget: 'states', at }])
    await wall.hearsOf([feedOf('manufacturing.states', now, { known: true })])
    const robot = (name: string, status: string) =>
      incidentRecord('manufacturing.states', name, now, { name, status, category: 'robot' })
    await wall.hearsRecords('manufacturing.states', [robot('R-01', 'ok')])
    expect(textOf('.states .counts')).toBe('1 en service')
    await wall.hearsRecords('manufacturing.states', [robot('R-03', 'anomaly'), robot('R-05', 'maintenance')])
    expect(textOf('.states .counts')).toBe('1 en anomalie, 1 en entretien')
  })
  it('leaves no machine out that is not well, however little room there is', async () => {
    const wall = await hang([{ widget: 'states', at, limit: 3 }])
    await wall.hearsOf([feedOf('manufacturing.states', now, { known: true })])
    const robots = Array.from({ length: 12 }, (_, index) => {
      const name = `R-${String(index + 1).padStart(2, '0')}`
      const status = index === 10 ? 'anomaly' : 'ok'
      return incidentRecord('manufacturing.states', name, now, { name, status, category: 'robot' })
    })
    await wall.hearsRecords('manufacturing.states', robots)
    expect(textsOf('.states li span')).toContain('R-11')
    expect(textOf('.states .rest')).toBe(say('board.more', { count: 12 - textsOf('.states li span').length }))
  })
})

describe('limits', () => {
  it('are the series that have one, how much of it is used, and what is late is named', async () => {
    const wall = await hang([{ widget: 'limits', at }])
    await wall.hearsOf([])
    expect(textOf('.limits p')).toBe(say('empty.noFeed', { what: 'figures' }))
    const weather = feedOf('environment.weather', now, {
      known: true,
      descriptor: {
        ...{ kind: 'metric', unit: 'm/s', title: 'Mât' },
        series: {
          gust: { title: 'Rafales', threshold: { severe: 17, above: true } },
          free: { title: 'Libre' },
        },
      },
    })
    await wall.hearsOf([weather])
    const told = (time: number, value: number) => ({
      ...{ kind: 'series' as const, product: 'environment.weather', reset: true },
      series: [
        {
          ...{ series: 'gust', unit: null, marking: 0 },
          ...{ times: Float64Array.of(time), values: Float64Array.of(value) },
        },
      ],
      published: new Float64Array(0),
    })
    await wall.hears(told(now, 15.3))
    expect(textsOf('.limits .title')).toEqual(['Rafales'])
    expect(textOf('.limits .foot')).toContain('90')
    expect(textOf('.limits .bound')).toBe('au plus 17')
    await wall.hears(told(now, 18))
    expect(textOf('.limits .beyond')).toBe(say('limits.beyond'))
    expect(textsOf('.limits .rest')).toEqual([])
    await wall.hears(told(minutesAgo(3), 15.3))
    expect(textOf('.limits .late')).toContain('Mât en retard')
  })
  it('that have no room and are passed are told by how many they are', async () => {
    const wall = await hang([{ widget: 'limits', at }])
    const threshold = { severe: 17, above: true }
    const names = Array.from({ length: 30 }, (_, i) => `s-${i}`)
    const series = Object.fromEntries(names.map((name) => [name, { title: name, threshold }]))
    await wall.hearsOf([
      feedOf('environment.weather', now, {
        known: true,
        descriptor: { kind: 'metric', unit: 'm/s', series },
      }),
    ])
    await wall.hears({
      ...{ kind: 'series', product: 'environment.weather', reset: true },
      series: names.map((name, i) => ({
        ...{ series: name, unit: null, marking: 0 },
        ...{ times: Float64Array.of(now), values: Float64Array.of(18 + i) },
      })),
      published: new Float64Array(0),
    })
    const shown = textsOf('.limits .title')
    expect(shown.length).toBeLessThan(names.length)
    expect(shown).toEqual(names.slice(-shown.length))
    expect(textOf('.limits .rest')).toBe(say('limits.moreBeyond', { count: names.length - shown.length }))
  })
})

it('a clock has the universal time and the zones that its scene names', async () => {
  await hang([{ widget: 'clock', at, zones: [{ zone: 'America/Cayenne' }, { zone: 'UTC', title: 'Base' }] }])
  expect(textsOf('.clock dt')).toEqual([say('clock.universal'), 'Cayenne', 'Base'])
})
