// @vitest-environment happy-dom
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { Widget } from '../../../../preload/contract/scene.ts'
import type { WallState } from '../../../../preload/contract/state.ts'
import type { Feed } from '../../../../renderer/link/feeds.ts'
import Wall from '../../../../renderer/wall/Wall.svelte'
import { speechIn, stateOf, wallOf } from '../../../doubles/desk.ts'
import { feedOf, incidentRecord, minutesAgo, noteRecord, now } from '../../../doubles/picture.ts'
import { mountWindow, textOf, textsOf } from '../../../doubles/window.ts'

vi.mock('../../../../renderer/map/Map.svelte', () => import('../../../doubles/NoMap.svelte'))

const { say } = speechIn('fr')
const at: Widget['at'] = [0, 0, 12, 12]
let close = (): Promise<void> => Promise.resolve()
afterEach(() => close())

async function hang(widgets: Widget[], changes: Partial<WallState> = {}) {
  // a widget has room for ten of what it lists
  vi.spyOn(HTMLElement.prototype, 'clientHeight', 'get').mockReturnValue(2000)
  const wall = await mountWindow(Wall, 'wall', wallOf(widgets, changes))
  close = async () => {
    await wall.close()
    expect(wall.broken).toEqual([])
  }
  return wall
}
const incidents = (changes: Parameters<typeof feedOf>[2] = {}): Feed =>
  feedOf('security.incidents', now, { known: true, ...changes })
const log = (changes: Parameters<typeof feedOf>[2] = {}): Feed =>
  feedOf('security.log', now, { known: true, descriptor: { kind: 'note' }, ...changes })
const incident = (entity: string, severity: string, more: { [name: string]: unknown } = {}) =>
  incidentRecord('security.incidents', entity, minutesAgo(5), { severity, name: entity, ...more })
const withoutIncidents = {
  nothing: 'empty.waiting',
  refused: 'empty.refused',
  unread: 'empty.waiting',
  offline: 'empty.offline',
  withheld: 'empty.withheld',
} as const

describe.each([
  ['incidents', 'p'],
  ['alarm', '.none'],
] as const)('a widget of incidents (%s)', (widget, place) => {
  it('never shows a list that is not there as an empty one: it says why', async () => {
    const wall = await hang([{ widget, at }])
    const said = () => textOf(`section.${widget} ${place}`)
    const calm = say(widget === 'alarm' ? 'alarm.none' : 'incidents.calm')
    expect(said()).toBe(say(withoutIncidents.nothing))
    await wall.hearsOf([])
    expect(said()).toBe(say('empty.noFeed', { what: 'incidents' }))
    await wall.hearsOf([incidents({ access: 'refused' })])
    expect(said()).toBe(say(withoutIncidents.refused))
    await wall.hearsOf([incidents({ known: false })])
    expect(said()).toBe(say(withoutIncidents.unread))
    await wall.hearsOf([incidents({ known: false })], { connection: { state: 'offline', since: now } })
    expect(said()).toBe(say(withoutIncidents.offline))
    await wall.hearsOf([incidents()])
    expect(said()).toContain(calm)
    await wall.refuses(({ form }) => form === 'records')
    expect(said()).toBe(say(withoutIncidents.withheld))
  })
})

describe('the incidents', () => {
  it('are listed the worst first, those that are over not at all, and the one pointed out is marked', async () => {
    const pointedOut = { product: 'security.incidents', entity: 'B', at: now }
    const wall = await hang([{ widget: 'incidents', at, limit: 3 }], { pointedOut })
    await wall.hearsOf([incidents()])
    await wall.hearsRecords('security.incidents', [
      incident('A', 'Minor'),
      incident('B', 'Severe'),
      incident('C', 'Extreme'),
      incident('D', 'Extreme', { status: 'clos' }),
      incident('E', 'Moderate'),
    ])
    expect(textsOf('.incidents h3')).toEqual(['C', 'B', 'E'])
    expect(textsOf('.incidents .pointed h3')).toEqual(['B'])
    expect(textOf('.rest')).toBe(say('incidents.more', { count: 1 }))
  })
  it('leave the wall with their product, when it may no longer show it', async () => {
    const wall = await hang([{ widget: 'incidents', at }])
    await wall.hearsOf([incidents()])
    await wall.hearsRecords('security.incidents', [incident('C', 'Extreme')])
    expect(textsOf('.incidents h3')).toEqual(['C'])
    await wall.hearsOf([incidents({ access: 'refused' })])
    expect(textsOf('.incidents h3')).toEqual([])
    expect(textOf('section.incidents p')).toBe(say('empty.refused'))
  })
})

describe('the alarm', () => {
  it('calls for the worst that nobody has taken on, and is calm once it is taken', async () => {
    const wall = await hang([{ widget: 'alarm', at }])
    await wall.hearsOf([incidents()])
    await wall.hearsRecords('security.incidents', [incident('B', 'Severe'), incident('C', 'Extreme')])
    expect(textOf('[role=alert] h2')).toBe('C')
    expect(textOf('[role=alert] .more')).toBe(say('alarm.more', { count: 1 }))
    const takenOn = async (...entities: string[]) => {
      const acknowledged = entities.map((entity) => ({
        product: 'security.incidents',
        entity,
        at: now,
        by: 'poste-07',
      }))
      const { node } = stateOf()
      wall.tell(
        'wall',
        'stateChanged',
        wallOf([{ widget: 'alarm', at }], { node: { ...node, acknowledged } }),
      )
      await wall.settle()
    }
    await takenOn('C')
    expect(textOf('[role=alert] h2')).toBe('B')
    await takenOn('C', 'B')
    expect(document.querySelector('[role=alert]')).toBeNull()
    expect(textOf('.taken strong')).toBe(say('alarm.taken'))
  })
})

describe('the log', () => {
  it('has its newest line first, and says that it is empty only when it was read', async () => {
    const wall = await hang([{ widget: 'log', at }])
    await wall.hearsOf([log({ known: false })])
    expect(textOf('section.log p')).toBe(say('empty.waiting'))
    await wall.hearsOf([log()])
    expect(textOf('section.log p')).toBe(say('log.empty'))
    await wall.hearsRecords('security.log', [
      noteRecord('security.log', 'a', minutesAgo(9), { text: 'before' }),
      noteRecord('security.log', 'b', minutesAgo(1), { text: 'after' }),
      noteRecord('security.log', 'c', minutesAgo(2), { text: 'decided', category: 'decision' }),
    ])
    expect(textsOf('.log .text')).toEqual(['after', 'before'])
  })
})

describe('the decisions', () => {
  const decision = (entity: string, due: number) =>
    noteRecord('security.log', entity, minutesAgo(30), {
      category: 'decision',
      text: entity,
      due: new Date(due).toISOString(),
    })
  it('show the most overdue first, and which are late', async () => {
    const wall = await hang([{ widget: 'decisions', at }])
    await wall.hearsOf([log()])
    expect(textOf('section.decisions p')).toBe(say('decisions.none'))
    await wall.hearsRecords('security.log', [
      decision('later', now + 600_000),
      decision('late', minutesAgo(8)),
    ])
    expect(textsOf('.decisions .number')).toEqual(['late', 'later'])
    expect(textsOf('.decisions li.late .number')).toEqual(['late'])
  })
  it('have a place of their own on the wall only once there is one, where they are optional', async () => {
    const wall = await hang([
      { widget: 'log', at: [0, 0, 12, 6] },
      { widget: 'decisions', at: [0, 6, 12, 6], optional: true },
    ])
    await wall.hearsOf([log()])
    expect(document.querySelector('section.decisions')).toBeNull()
    await wall.hearsRecords('security.log', [decision('late', minutesAgo(8))])
    expect(document.querySelector('section.decisions')).not.toBeNull()
  })
})

describe('a figure', () => {
  const water = (newest = now): Feed =>
    feedOf('port.water', newest, {
      descriptor: {
        kind: 'metric',
        unit: 'm',
        series: { level: { title: 'Level', threshold: { severe: 4, above: true } } },
      },
    })
  const series = [{ product: 'port.water', series: 'level' }]
  const told = (time: number, value: number) => ({
    kind: 'series' as const,
    product: 'port.water',
    reset: true,
    series: [
      {
        series: 'level',
        unit: null,
        marking: 0,
        times: Float64Array.of(time),
        values: Float64Array.of(value),
      },
    ],
    published: new Float64Array(0),
  })
  it.each([
    ['figures', [{ widget: 'figures', at, series }], '.figures'],
    ['domain', [{ widget: 'domain', at, domain: 'port', series }], '.cards'],
    ['figures that nobody named', [{ widget: 'figures', at }], '.figures'],
  ] as [string, Widget[], string][])(
    'in %s says that it is beyond its bound, that it is old, and why there is none',
    async (_, widgets, place) => {
      const wall = await hang(widgets)
      const one = () => document.querySelector(`${place} [data-series=level]`)
      const said = () => textOf(`${place} [data-series=level]`)
      await wall.hearsOf([water()])
      expect(said()).toContain(say('figure.none'))
      await wall.hears(told(now, 5))
      expect(said()).toContain('5')
      expect(one()?.querySelector('svg[role=img]')?.getAttribute('aria-label')).toBe(say('severity.severe'))
      expect(one()?.matches('.stale') || one()?.querySelector('.stale')).toBeFalsy()
      await wall.hears(told(minutesAgo(3), 1))
      expect(one()?.matches('.stale') || one()?.querySelector('.stale')).toBeTruthy()
      expect(said()).toContain(say('figure.asOf', { time: '19:39' }))
      expect(one()?.querySelector('svg[role=img]')).toBeNull()
    },
  )
  it('that the engine refuses to give is not waited for', async () => {
    const wall = await hang([{ widget: 'figures', at, series }])
    await wall.hearsOf([water()])
    await wall.refuses(({ form }) => form === 'series')
    expect(textOf('.figures [data-series=level]')).toContain(say('figure.withheld'))
  })
})

describe('a domain', () => {
  const word = () => textOf('[data-domain=security] .word')
  it('is not said to be calm while its incidents are refused to this window', async () => {
    const wall = await hang([{ widget: 'domain', at, domain: 'security' }])
    await wall.hearsOf([incidents(), log()])
    expect(word()).toBe(say('feed.waiting'))
    await wall.hearsRecords('security.log', [
      noteRecord('security.log', 'a', now, { category: 'situation', text: 'quiet' }),
    ])
    expect(word()).toBe(say('severity.minor'))
    await wall.refuses(({ called }) => called !== undefined)
    expect(word()).toBe(say('figure.withheld'))
    expect(textOf('.why')).toBe(say('empty.withheld'))
  })
  it('is as bad as its worst open incident, says which, and that it may not be seen', async () => {
    const wall = await hang([{ widget: 'domain', at, domain: 'security' }])
    await wall.hearsOf([incidents()])
    await wall.hearsRecords('security.incidents', [
      incident('A', 'Minor'),
      incident('C', 'Extreme', { place: 'Quai' }),
    ])
    expect(word()).toBe(say('severity.extreme'))
    expect(textOf('.why')).toBe('C, C, Quai.')
    await wall.hearsOf([incidents({ access: 'refused' })])
    expect(word()).toBe(say('feed.refused'))
  })
})

describe('a map', () => {
  it('is there where something is drawn, and says calmly what keeps it from being', async () => {
    const wall = await hang([{ widget: 'map', at }])
    await wall.hearsOf([log()])
    expect(textOf('.empty')).toBe(say('empty.noFeed', { what: 'places' }))
    await wall.hearsOf([incidents()])
    expect(document.querySelector('[data-map]')).not.toBeNull()
    expect(document.querySelector('.empty')).toBeNull()
    await wall.refuses(({ form }) => form === 'records')
    expect(textOf('.empty')).toBe(say('empty.withheld'))
  })
})
