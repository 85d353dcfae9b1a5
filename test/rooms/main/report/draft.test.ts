/** A synthesis is drafted from what the cache holds, and says nothing that no event says. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { defaultScheme } from '../../../../preload/contract/marking.ts'
import { canonicalForm, type Statement, type Synthesis } from '../../../../preload/contract/report.ts'
import { draft, type DraftOrder } from '../../../../main/report/draft.ts'
import { gather } from '../../../../main/report/gather.ts'
import { openACache, type ACache } from '../engine/cache/a-cache.ts'
import { at, evening, fillCache, incident, period, type Spoken } from './a-period.ts'

let opened: ACache
beforeEach(async () => {
  opened = await openACache()
})
afterEach(() => opened.dispose())

const order: DraftOrder = {
  ...{ period, template: 'situation', language: 'fr', timeZone: 'Europe/Paris', exercise: false },
  ...{ organisation: 'CNCS', node: 'poste-02', scheme: defaultScheme, ceiling: 1 },
}
async function drafted(more: Partial<DraftOrder> = {}): Promise<Synthesis> {
  const asked = { ...order, ...more }
  const found = draft(await gather(opened.cache, asked), asked)
  if (!found.ok) throw new Error(found.error.message)
  return found.value
}
const of = (it: Synthesis, domain: string) => it.domains.find((each) => each.domain === domain)
const textsOf = (it: Synthesis, domain: string) => of(it, domain)?.statements.map(({ text }) => text) ?? []
function* statementsOf(it: Synthesis): Iterable<Statement> {
  yield* it.brief
  for (const { statements } of it.domains) yield* statements
  yield* it.engaged
  yield* it.outlook
}
const only = (...names: string[]): Spoken[] => evening().filter(({ name }) => names.includes(name))

describe('an evening', () => {
  let it_: Synthesis
  beforeEach(async () => {
    await fillCache(opened.cache, evening())
    it_ = await drafted()
  })

  it('is told by domain, each as bad as the worst of it, beside what it was when the period began', () => {
    expect(it_.domains.map(({ domain, severity, before }) => [domain, severity, before])).toEqual([
      ['security', 'Extreme', 'Moderate'],
      ['transport', 'Moderate', 'Unknown'],
      ['health', 'Severe', 'Unknown'],
      ['logistics', 'Unknown', 'Unknown'],
      ['environment', 'Unknown', 'Unknown'],
    ])
    expect(textsOf(it_, 'security')[0]).toMatch(
      /^Colis suspect, passerelle Senghor \(INC-042\), depuis 19:36\u00a0: /,
    )
    expect(textsOf(it_, 'security')).toContain(
      'Drone au-dessus du Louvre, Louvre (INC-040), terminé à 18:59.',
    )
  })

  it('says that nothing changed where nothing did, and never of a feed that is lost', () => {
    expect(of(it_, 'environment')).toMatchObject({ unchanged: true, feed: 'fresh' })
    expect(textsOf(it_, 'environment')).toEqual(['Sans changement depuis 18:00.'])
    expect(textsOf(it_, 'logistics')).toEqual([
      'Sans changement, d’après ce qui était reçu à 19:40.',
      'Logistique, chiffres\u00a0: flux en retard de 5\u00a0min, dernier message à 19:40.',
    ])
    expect(textsOf(it_, 'transport')).toContain('Trafic aérien\u00a0: flux perdu depuis 19:38.')
    expect(it_.feeds.map(({ product, state }) => [product, state])).toEqual([
      ['logistics.figures', 'late'],
      ['transport.air', 'lost'],
    ])
  })

  it('tells key events in the order in which they happened', () => {
    expect(it_.events.shown.map(({ at: time }) => time)).toEqual(
      [...it_.events.shown.map(({ at: time }) => time)].sort((a, b) => a - b),
    )
    expect(it_.events.shown.map(({ text }) => text)).toContain('Colis suspect\u00a0: de grave à extrême.')
    expect(it_.events).toMatchObject({ of: 12 })
  })

  it('tells figures with what they were when the period began', () => {
    const samu = it_.figures.find(({ title }) => title === 'SAMU, activité')
    expect(samu).toMatchObject({ unit: '%', severity: 'Severe', threshold: 110, feed: 'fresh' })
    expect(samu?.before).toBeCloseTo(102, 0)
    expect(samu?.points.length).toBe(21)
    expect(it_.resources.find(({ title }) => title === 'Unités de police')).toMatchObject({
      before: 30,
      now: 42,
    })
  })

  it('tells decisions, the late ones first, and what is due as the outlook', () => {
    expect(it_.decisions.map(({ number, state }) => [number, state])).toEqual([
      ['DÉC-005', 'late'],
      ['DÉC-008', 'open'],
      ['DÉC-007', 'open'],
      ['DÉC-004', 'done'],
    ])
    expect(it_.outlook.map(({ at: time }) => time)).toEqual([at(115), at(120)])
  })

  it('has a source for whatever it states, and every source is an event that is there', () => {
    const spoken = new Map(evening().map((each) => [each.name, each.said.length]))
    for (const statement of statementsOf(it_)) expect(statement.sources, statement.text).not.toEqual([])
    for (const { product, sequence } of it_.sources) {
      expect(sequence).toBeGreaterThan(0)
      expect(sequence).toBeLessThanOrEqual(spoken.get(product) ?? 0)
    }
  })

  it('is marked as the highest of its parts', () => {
    expect(it_.marking.level).toBe('dr')
    expect(it_.decisions.find(({ number }) => number === 'DÉC-004')?.marking.level).toBe('np')
  })

  it('says the same of the same', async () => {
    expect(canonicalForm(await drafted())).toBe(canonicalForm(it_))
  })

  it('is told in English, with what its owners wrote in English', async () => {
    const english = await drafted({ language: 'en' })
    expect(english.title).toBe('Situation report')
    expect(textsOf(english, 'security')[0]).toMatch(
      /^Suspicious package, Senghor footbridge \(INC-042\), since 19:36: A cordon of 200 m/,
    )
    expect(textsOf(english, 'environment')).toEqual(['No change since 18:00.'])
  })

  it('knows nothing that was published after it', async () => {
    const early = await drafted({ period: { from: at(0), to: at(70) } })
    expect(early.domains.find(({ domain }) => domain === 'security')?.severity).not.toBe('Extreme')
    expect(JSON.stringify(early)).not.toContain('Colis')
    expect(early.sources.every(({ at: time }) => time <= at(70))).toBe(true)
  })
})

describe('what is marked above the ceiling', () => {
  it('is in none of it, and is counted without a name', async () => {
    await fillCache(opened.cache, evening())
    const low = await drafted({ ceiling: 0 })
    expect(low.marking.level).toBe('np')
    expect(low.hidden).toBe(evening().filter(({ descriptor }) => descriptor.marking === 'dr').length)
    const text = JSON.stringify(low)
    for (const canary of ['Colis', 'INC-042', 'security.incidents', 'SAMU', 'DÉC-008', 'Décisions"'])
      expect(text, canary).not.toContain(canary)
  })

  it('is left out where one message alone is, and what it replaced is not told as if it held', async () => {
    const [transport] = only('transport.incidents')
    const first = transport?.said[0]
    if (transport === undefined || first === undefined) return expect.unreachable()
    transport.said.push({
      ...{ entity: 'inc-039', minutes: 80, marking: 'dr' },
      body: incident({ name: 'Sabotage', severity: 'Extreme', status: 'open' }),
    })
    await fillCache(opened.cache, [transport])
    const low = await drafted({ ceiling: 0 })
    expect(JSON.stringify(low)).not.toContain('Sabotage')
    expect(low.domains[0]?.severity).toBe('Unknown')
    expect((await drafted()).domains[0]?.severity).toBe('Extreme')
  })

  it('keeps the caveats of what is in it', async () => {
    const [transport] = only('transport.incidents')
    if (transport?.said[0] === undefined) return expect.unreachable()
    transport.said[0].caveats = ['sf']
    await fillCache(opened.cache, [transport])
    expect((await drafted()).marking.caveats).toEqual(['sf'])
  })
})

describe('a period', () => {
  it('without anything says so', async () => {
    const empty = await drafted()
    expect(empty.brief.map(({ text }) => text)).toEqual(['Rien n’est connu de la période 18:00 – 19:45.'])
    expect(empty).toMatchObject({ domains: [], sources: [], events: { of: 0 } })
  })

  it('says which messages are missing for good', async () => {
    await fillCache(opened.cache, only('environment.seine'))
    const held = opened.cache.held.get('environment.seine')
    await opened.cache.database.run('INSERT INTO gap (product, first, last, found) VALUES (?, 40, 42, 0)', [
      held?.id ?? 0,
    ])
    expect((await drafted()).feeds).toMatchObject([
      { product: 'environment.seine', state: 'fresh', missed: 3 },
    ])
  })

  it('tells neither a product that the platform does not permit nor one that its owner took away', async () => {
    await fillCache(opened.cache, evening())
    const held = opened.cache.held.get('health.figures')
    if (held === undefined) return expect.unreachable()
    await opened.cache.hide(held, { refused: true })
    const it_ = await drafted()
    expect(JSON.stringify(it_)).not.toContain('SAMU')
    expect(it_.hidden).toBe(1)
  })
})
