// @vitest-environment happy-dom
import { afterEach, describe, expect, it, vi } from 'vitest'
import { defaultScheme } from '../../../../preload/contract/marking.ts'
import type { Poll } from '../../../../preload/contract/poll.ts'
import type { ToldRoster } from '../../../../preload/contract/roster.ts'
import { WidgetSchema, type Widget } from '../../../../preload/contract/scene.ts'
import type { Node } from '../../../../preload/contract/state.ts'
import { footOf } from '../../../../renderer/board/foot.ts'
import { leastOf } from '../../../../renderer/board/widgets.ts'
import Wall from '../../../../renderer/wall/Wall.svelte'
import { speechIn, stateOf, wallOf } from '../../../doubles/desk.ts'
import { feedOf, incidentRecord, minutesAgo, noteRecord, now } from '../../../doubles/picture.ts'
import { mountWindow, textOf, textsOf } from '../../../doubles/window.ts'

vi.mock('../../../../renderer/map/Map.svelte', () => import('../../../doubles/NoMap.svelte'))
vi.mock('../../../../renderer/board/series/plot.ts', () => import('../../../doubles/plot.ts'))

const { say } = speechIn('fr')
const at: Widget['at'] = [0, 0, 12, 12]
let close = (): Promise<void> => Promise.resolve()
afterEach(() => close())

async function hang(widgets: Widget[], node: Partial<Node> = {}) {
  vi.spyOn(HTMLElement.prototype, 'clientHeight', 'get').mockReturnValue(2000)
  vi.spyOn(HTMLElement.prototype, 'clientWidth', 'get').mockReturnValue(800)
  const wall = await mountWindow(Wall, 'wall', wallOf(widgets, { node: { ...stateOf().node, ...node } }))
  close = async () => {
    await wall.close()
    expect(wall.broken).toEqual([])
  }
  return wall
}
const known = { known: true } as const
const feeds = [
  feedOf('security.incidents', now, { ...known, descriptor: { title: 'Incidents' } }),
  feedOf('health.incidents', minutesAgo(0.5), { ...known, descriptor: { title: 'Incidents santé' } }),
  feedOf('security.log', now, { ...known, descriptor: { kind: 'note', title: 'Main courante' } }),
  feedOf('health.log', now, { ...known, descriptor: { kind: 'note', title: 'Main courante santé' } }),
  feedOf('security.figures', now, {
    ...known,
    descriptor: { kind: 'metric', title: 'Chiffres', series: { teams: { title: 'Équipes' } } },
  }),
]
const aboutSecurity = {
  ...{ domain: 'security', from: 'SAMU', to: 'PP', corrects: null, outcome: null, owner: null },
  ...{ entered: new Date(now).toISOString() },
}
const poll: Poll = {
  ...{ id: 'q-1', title: 'Avant reprise', kind: 'go', rank: 1, asker: { fr: 'Chef', en: 'Chief' } },
  by: { person: null, function: 'chef', node: 'poste-07', automation: null },
  ...{ at: minutesAgo(4), closed: null, functions: [] },
}
const roster: ToldRoster = {
  ...{ key: 'roster.cncs.salle', rank: 0, marking: 'np', revision: 8, title: 'Tour', shifts: [], held: [] },
  ...{ owner: 'CNCS', version: 3, saved: minutesAgo(12) },
}

describe('the foot of a kind of products', () => {
  const of = (isKind: boolean, ...told: Parameters<typeof feedOf>[]) => {
    const all = told.map((each) => feedOf(...each))
    const names = all.map(({ product }) => product)
    return footOf(names, all, defaultScheme, now, true, isKind)
  }
  it('says when anything came last, where those that somebody named say the oldest of them', () => {
    const two: Parameters<typeof feedOf>[] = [
      ['a.incidents', now],
      ['b.incidents', minutesAgo(0.5)],
    ]
    expect(of(true, ...two)).toMatchObject({ standing: 'fresh', newest: now })
    expect(of(false, ...two)).toMatchObject({ standing: 'fresh', newest: minutesAgo(0.5) })
  })
  it('names the ones in trouble, the oldest first, and no other', () => {
    const foot = of(true, ['a.log', minutesAgo(60)], ['b.log', now], ['c.log', minutesAgo(90)])
    expect(foot).toMatchObject({ standing: 'lost', newest: minutesAgo(90) })
    expect(foot.worst).toHaveLength(2)
    expect(foot.worst[0]).toBe(feedOf('c.log', now).descriptor.title)
  })
  it('counts what may not be read beside it, and says so where nothing may', () => {
    const refused = { access: 'refused' } as const
    expect(of(true, ['a.log', now], ['b.log', null, refused])).toMatchObject({
      standing: 'fresh',
      refused: 1,
    })
    expect(of(true, ['a.log', null, refused])).toMatchObject({ standing: 'refused', marking: null })
    expect(of(false, ['a.log', now], ['b.log', null, refused])).toMatchObject({ standing: 'refused' })
  })
  it('waits for nothing where something came', () => {
    expect(of(true, ['a.log', now], ['b.log', null]).standing).toBe('fresh')
    expect(of(true, ['a.log', null])).toMatchObject({ standing: 'waiting', marking: null })
  })
})

/** settings without which there is none of it */
const settings: { [kind: string]: object } = {
  'alarms-per-hour': { hours: 6 },
  domain: { domain: 'security' },
  document: { document: { product: 'security.log', entity: 'plan' } },
  table: { product: 'security.figures' },
  map: { title: 'Carte' },
  text: { text: '{{security.figures:teams}}' },
  countdown: { of: { product: 'security.log', entity: 'dec' } },
  resources: { products: ['security.incidents'] },
  states: { products: ['security.incidents'] },
  limits: { series: [{ product: 'security.figures', series: 'teams' }] },
}
/** signs, the time of day, and what can't be shown: of no product */
const silent = ['legend', 'clock', 'wrong']
const kinds = WidgetSchema.options
  .map(({ entries }) => entries.widget.literal)
  .filter((kind) => !silent.includes(kind))

describe('every widget', () => {
  it.each(kinds)('%s says its source, its age and its marking', async (widget) => {
    const wall = await hang([{ widget, at, ...settings[widget] } as Widget], {
      ...{ polls: [poll], rosters: [roster] },
    })
    await wall.hearsOf(feeds)
    expect(textOf(`section.${widget} > footer .titles`)).not.toBe('')
    expect(textOf(`section.${widget} > footer .state`)).toMatch(/\d/)
    expect(textOf(`section.${widget} > footer .marking`)).toMatch(/^(NP|DR)$/)
  })
})

describe('what people wrote', () => {
  it('says whose it is, its version and since when, and its marking', async () => {
    await hang([{ widget: 'roster', at }], { rosters: [roster] })
    expect(textOf('footer .titles')).toBe(say('foot.version', { by: 'CNCS', version: 3 }))
    expect(textOf('footer .state')).toMatch(/^12\smin$/)
    expect(textOf('footer .marking')).toBe('NP')
    expect(document.querySelector('footer svg')).toBeNull()
  })
  it('has who asks, as people call them', async () => {
    await hang([{ widget: 'poll', at }], { polls: [poll] })
    expect(textOf('footer .titles')).toBe('Chef')
    expect(textOf('footer .marking')).toBe('DR')
  })
  it('that is not there, or is above the screen, has no foot to say anything at', async () => {
    await hang([{ widget: 'poll', at }], { polls: null })
    expect(document.querySelector('footer')?.closest('section') ?? null).toBeNull()
  })
})

describe('a foot', () => {
  it('counts the sources of what nobody named, and names the late one', async () => {
    const wall = await hang([{ widget: 'incidents', at }])
    await wall.hearsOf(feeds)
    expect(textOf('.incidents footer .titles')).toBe(say('foot.sources', { count: 2 }))
    await wall.hearsOf([
      feedOf('security.incidents', minutesAgo(3), { ...known, descriptor: { title: 'Incidents' } }),
      feeds[1]!,
    ])
    expect(textOf('.incidents footer .titles')).toBe('Incidents')
    expect(textOf('.incidents footer .state')).toContain(say('feed.late'))
    await wall.hearsOf([feeds[0]!, feedOf('health.incidents', null, { access: 'refused' })])
    expect(textOf('.incidents footer .titles')).toBe(
      say('foot.refused', { sources: say('foot.sources', { count: 1 }), count: 1 }),
    )
  })
  it('is not said twice of the map that is the screen', async () => {
    const wall = await hang([{ widget: 'map', at }])
    await wall.hearsOf(feeds)
    expect(document.querySelector('section.map footer')).toBeNull()
  })
})

describe('a part that is told of some domains', () => {
  const told = async (wall: Awaited<ReturnType<typeof hang>>) => {
    await wall.hearsOf(feeds)
    await wall.hears({
      ...{ kind: 'records', product: 'security.incidents', reset: true, gone: [] },
      records: [incidentRecord('security.incidents', 'inc-1', now, { name: 'Colis' })],
    })
    await wall.hears({
      ...{ kind: 'records', product: 'health.incidents', reset: true, gone: [] },
      records: [incidentRecord('health.incidents', 'inc-2', now, { name: 'Malaise' })],
    })
    await wall.hears({
      ...{ kind: 'records', product: 'security.log', reset: true, gone: [] },
      records: [noteRecord('security.log', 'l-1', now, { text: 'Colis vu' })],
    })
    await wall.hears({
      ...{ kind: 'records', product: 'health.log', reset: true, gone: [] },
      records: [noteRecord('health.log', 'l-2', now, { text: 'SMUR parti' })],
    })
  }
  const callsIn = (wall: Awaited<ReturnType<typeof hang>>, domain: string) =>
    wall.hears({
      ...{ kind: 'records', product: `${domain}.incidents`, reset: false, gone: [] },
      records: [
        incidentRecord(`${domain}.incidents`, `inc-${domain}`, now, { name: 'Colis', severity: 'Extreme' }),
      ],
    })
  it('has their incidents only, and says of which', async () => {
    const wall = await hang([{ widget: 'incidents', at, domains: ['security'] }])
    await told(wall)
    expect(textsOf('.incidents li h3 span')).toEqual(['Colis'])
    expect(textOf('.incidents h2')).toContain('Sécurité')
    expect(textOf('.incidents footer .titles')).toBe('Incidents')
  })
  it('says that nothing is open there, and that they have no such product, in other words', async () => {
    const wall = await hang([{ widget: 'incidents', at, domains: ['security'] }])
    await wall.hearsOf(feeds)
    expect(textOf('.incidents .room p')).toBe(say('incidents.calmDomains'))
    await wall.hearsOf([feeds[1]!])
    expect(textOf('.incidents .room p')).toBe(say('empty.noFeed', { what: 'domains' }))
  })
  it('is there, where it is optional, only where they have incidents', async () => {
    const wall = await hang([
      { widget: 'legend', at },
      { widget: 'incidents', at: [0, 12, 12, 12], optional: true, domains: ['security'] },
    ])
    await wall.hearsOf([feeds[1]!])
    expect(document.querySelector('section.incidents')).toBeNull()
    await wall.hearsOf(feeds)
    expect(document.querySelector('section.incidents')).not.toBeNull()
  })
  it('has the lines of the log about them only, and says of which', async () => {
    const wall = await hang([{ widget: 'log', at, domains: ['health'] }])
    await told(wall)
    expect(textsOf('.log li .text').map((text) => text.trim())).toEqual(['SMUR parti'])
    expect(textOf('.log h2')).toContain('Santé')
  })
  it('calls for an incident of theirs only, and says of which', async () => {
    const wall = await hang([{ widget: 'alarm', at, domains: ['security'] }])
    await told(wall)
    expect(textOf('.alarm .none')).toBe(say('alarm.none'))
    await callsIn(wall, 'health')
    expect(textOf('.alarm .none')).toBe(say('alarm.none'))
    await callsIn(wall, 'security')
    expect(textOf('.alarm h2')).toContain('Colis')
    expect(textsOf('.alarm .more')).toEqual([])
    expect(textOf('.alarm .of')).toBe(`${say('alarm.heading')}, Sécurité`)
    expect(textOf('.alarm footer .titles')).toBe('Incidents')
    await wall.hearsOf([feeds[1]!])
    expect(textOf('.alarm .none')).toBe(say('empty.noFeed', { what: 'domains' }))
    expect(textOf('.alarm .of')).toBe(`${say('alarm.heading')}, Sécurité`)
  })
  it('counts the alarms of an hour in them only, whatever log has them, and says of which', async () => {
    const wall = await hang([{ widget: 'alarms-per-hour', at, hours: 2, domains: ['security'] }])
    await told(wall)
    await wall.hears({
      ...{ kind: 'records', product: 'health.log', reset: true, gone: [] },
      records: [
        noteRecord('health.log', 'l-2', now, { text: 'SMUR parti', severity: 'Severe' }),
        noteRecord('health.log', 'l-3', now, { text: 'Périmètre', severity: 'Minor', line: aboutSecurity }),
      ],
    })
    expect(textsOf('.alarms-per-hour .total')).toEqual(['2'])
    expect(textOf('.alarms-per-hour h2')).toContain('Sécurité')
    expect(textOf('.alarms-per-hour footer .titles')).toBe(say('foot.sources', { count: 3 }))
  })
  it('has what was decided about them only, as another domain’s line settles it too', async () => {
    const wall = await hang([
      { widget: 'legend', at },
      { widget: 'decisions', at: [0, 12, 12, 12], optional: true, domains: ['security'] },
    ])
    await told(wall)
    const tell = (...records: ReturnType<typeof noteRecord>[]) =>
      wall.hears({ kind: 'records', product: 'health.log', reset: true, gone: [], records })
    const of = (entity: string, text: string, more = {}) =>
      noteRecord('health.log', entity, now, { text, category: 'decision', ...more })
    await tell(of('d-1', 'Ouvrir un poste'))
    expect(document.querySelector('section.decisions')).toBeNull()
    await tell(of('d-1', 'Ouvrir un poste'), of('d-2', 'Fermer la rue', { line: aboutSecurity }))
    expect(textsOf('.decisions .what').map((text) => text.includes('Fermer la rue'))).toEqual([true])
    expect(textOf('.decisions h2')).toBe(`${say('decisions.title')}, Sécurité`)
    const settles = {
      line: { ...aboutSecurity, domain: 'health', outcome: { of: 'line.cncs.poste-07.2', is: 'done' } },
    }
    await tell(of('line.cncs.poste-07.2', 'Fermer la rue', { line: aboutSecurity }), {
      ...noteRecord('health.log', 'line.cncs.poste-07.3', now, { text: 'Rue fermée', ...settles }),
      sequence: 99,
    })
    expect(textsOf('.decisions .what')).toEqual([])
  })
  it('needs room for what says so', () => {
    const heightOf = (widget: object) => leastOf({ at, ...widget } as Widget)
    expect(heightOf({ widget: 'alarm', domains: ['security'] })).toBeGreaterThan(
      heightOf({ widget: 'alarm' }),
    )
  })
  it('says that it is of the newest lines, where there may be older ones about them', async () => {
    const wall = await hang([
      { widget: 'log', at, domains: ['security'] },
      { widget: 'decisions', at: [0, 12, 12, 12] },
      { widget: 'log', at: [12, 0, 12, 12] },
    ])
    await told(wall)
    expect(textsOf('.log > p, .decisions > p')).toEqual([])
    const lines = (count: number) =>
      Array.from({ length: count }, (_, i) => noteRecord('health.log', `l-${i}`, now, { text: 'SMUR' }))
    const tell = (count: number) =>
      wall.hears({ kind: 'records', product: 'health.log', reset: true, gone: [], records: lines(count) })
    await tell(999)
    expect(textsOf('.log > p, .decisions > p')).toEqual([])
    await tell(1000)
    const words = say('log.newest', { count: speechIn('fr').number(1000, 0) })
    expect(textsOf('.log > p')).toEqual([words])
    expect(textsOf('.decisions > p')).toEqual([
      say('decisions.newest', { count: speechIn('fr').number(1000, 0) }),
    ])
  })
  it('says that no line is about them', async () => {
    const wall = await hang([{ widget: 'log', at, domains: ['transport'] }])
    await told(wall)
    expect(textOf('.log p')).toBe(say('log.emptyDomains'))
  })
})

describe('large figures that nobody named', () => {
  it('are cards of what there is, as many as there is room for', async () => {
    const wall = await hang([{ widget: 'figures', at, large: true }])
    expect(textOf('section.figures p')).toBe(say('empty.waiting'))
    await wall.hearsOf(feeds)
    expect(document.querySelectorAll('section.figures article[data-series=teams]')).toHaveLength(1)
    expect(document.querySelector('section.figures dl')).toBeNull()
  })
})
