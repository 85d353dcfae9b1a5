import { createHash } from 'node:crypto'
import { Validator, type Schema } from '@cfworker/json-schema'
import ms from 'milsymbol'
import * as v from 'valibot'
import { beforeAll, describe, expect, it } from 'vitest'
import { createStoryClock } from '../../../../main/exercise/clock.ts'
import { readDocuments, type ScenarioDocument } from '../../../../main/exercise/documents.ts'
import { dueBy } from '../../../../main/exercise/feed.ts'
import type { Message } from '../../../../main/exercise/message.ts'
import { metresBetween } from '../../../../main/exercise/path.ts'
import { productsOf, readScenario, type Scenario } from '../../../../main/exercise/scenario.ts'
import { rosterOf } from '../../../../main/exercise/roster.ts'
import { createStory } from '../../../../main/exercise/story.ts'
import { reduce } from '../../../../main/wall/acts.ts'
import { judge } from '../../../../main/wall/judge.ts'
import { rostersIn, tellRosters } from '../../../../main/wall/rosters.ts'
import type { State } from '../../../../main/wall/state.ts'
import {
  bodies,
  type ActBody,
  type Feature,
  type Metric,
  type Track,
} from '../../../../preload/contract/event.ts'
import { DescriptorSchema, durationMs } from '../../../../preload/contract/product.ts'
import { rosterRows } from '../../../../preload/contract/roster.ts'
import { readShared } from '../../../../preload/contract/shared-text.ts'
import type { SharedThing } from '../../../../preload/contract/shared.ts'
import { wallStateOf } from '../../../doubles/wall-state.ts'
import french from '../../../../resources/translations/fr.json' with { type: 'json' }

const epoch = Date.UTC(2026, 6, 26, 17, 42, 8)
let scenario: Scenario
let documents: ScenarioDocument[]

const open = (name: string) => async () => {
  const read = await readScenario(`resources/scenarios/${name}`, name)
  if (!read.ok) throw new Error(JSON.stringify(read.error))
  scenario = read.value
  documents = await readDocuments(scenario, createStoryClock({ speed: 1, ...scenario.script.cycle }))
}

/** Where an incident, a decision or a countdown stands: words of the contract. */
const progress = new Set(['reported', 'confirmed', 'resolved', 'open', 'running', 'held', 'done'])
/** What people read of a body or of the catalog. */
const spoken = new Set(['name', 'text', 'status', 'place', 'reason', 'title', 'author', 'engaged', 'owner'])
/** … and what is called so in any language: people's call signs, institutions, places of a town. */
const properNames = [
  /^R-%$/,
  /^(Police|Gendarmerie|Sentinelle|SMUR|Ambulance|Dragon) %$/,
  /^(RATP|AP-HP|Airparif|Météo-France|SAMU de Paris|Gendarmerie nationale|Préfecture de police)$/,
  // what a place is, and how it is called: no sentence goes on so
  /^(Hôpital( européen)?|Hôtel|Arena|Stade|Pont|Bras|Champs?|Grand|Parc|Centre Aquatique|Musée|Paris|La)([ –-]+((d[eu]s?|la|les?) |(de la) |(de )?[ld]['’])?(\p{Lu}[\p{L}’-]*|\d+|%))*$/u,
  /^(Trocadéro|Invalides|Bercy|Concorde|Tuileries|Cité|Iéna|Passy|Jaurès|Stalingrad)$/,
  /^(Alma-Marceau|Sully-Morland|Pitié-Salpêtrière)$/,
]

/** What the story tells of; what people do is theirs to tell. */
// what people do and write begins empty
const toldOf = ({ products }: Scenario) =>
  products.filter(
    ({ product, descriptor }) =>
      descriptor.kind !== 'act' &&
      !['ops.log', 'ops.documents', 'ops.observations', 'command.reports'].includes(product),
  )

const tell = (options: { seed?: number; rate?: number; speed?: number; epoch?: number; live: number }) => {
  const story = createStory({ scenario, documents, seed: 1, rate: 2000, speed: 1, epoch, ...options })
  return {
    story,
    history: story.history(),
    live: Array.from({ length: options.live }, () => story.next()),
  }
}

/** A message but for what names the clock. */
const timeless = (message: Message, start: number): string =>
  JSON.stringify({
    ...message,
    time: message.time - start,
    expires: message.expires === undefined ? null : message.expires - start,
  }).replace(/20\d\d-\d\d-\d\dT[\d:.]+Z/g, (time) => String(Date.parse(time) - start))

const digest = (messages: readonly Message[], start: number): string => {
  const hash = createHash('sha256')
  for (const message of messages) hash.update(timeless(message, start))
  return hash.digest('hex')
}

describe.each(['paris', 'kourou'])('the story of %s', (name) => {
  beforeAll(open(name))

  it('is the same for the same seed, whenever it starts, and another for another seed', () => {
    const later = epoch + 12_345_678
    const first = tell({ live: 8000 })
    const second = tell({ live: 8000, epoch: later })
    const other = tell({ live: 8000, seed: 2 })
    expect(digest(second.history, later)).toBe(digest(first.history, epoch))
    expect(digest(second.live, later)).toBe(digest(first.live, epoch))
    expect(digest(other.live, epoch)).not.toBe(digest(first.live, epoch))
  })

  it('speaks only products of the catalog, in bodies the contract knows, with ids that never repeat', () => {
    const { history, live } = tell({ rate: 500, live: 30_000 })
    const names = new Set(scenario.products.map(({ product }) => product))
    const ids = new Set<string>()
    const own = new Map(
      scenario.products.flatMap(({ product, descriptor }) =>
        descriptor.dataschema === undefined
          ? []
          : [[product, new Validator(descriptor.dataschema as Schema, '2020-12')] as const],
      ),
    )
    for (const message of [...history, ...live]) {
      expect(names.has(message.product), message.product).toBe(true)
      expect(message.entity).toMatch(
        message.type === 'vigie.act.v1' ? /^poll\.[a-z0-9-]+\.[a-z0-9-]+\.[a-z0-9_-]+$/ : /^[a-z0-9-]+$/,
      )
      expect(ids.has(message.id), message.id).toBe(false)
      ids.add(message.id)
      if (message.body === null) continue
      const parsed = v.safeParse(bodies[message.type], message.body)
      if (!parsed.success) expect.fail(`${message.id}: ${parsed.issues[0].message}`)
      const schema = own.get(message.product)
      if (schema !== undefined) expect(schema.validate(message.body).errors, message.id).toEqual([])
    }
    const spoken = new Set([...history, ...live].map(({ product }) => product))
    const silent = toldOf(scenario).filter(({ product }) => !spoken.has(product))
    expect(silent.map(({ product }) => product)).toEqual([])
  })

  it.each([60, 600])(
    'says nothing that the contract does not take, at %i story minutes a minute',
    (speed) => {
      const { live } = tell({ live: 40_000, speed })
      const schemas: { [type: string]: v.GenericSchema } = bodies
      const wrong = live.flatMap(({ id, type, body }) => {
        const issue = body === null ? undefined : v.safeParse(schemas[type]!, body).issues?.[0]
        return issue === undefined ? [] : [`${id} ${v.getDotPath(issue)}: ${issue.message}`]
      })
      expect(wrong).toEqual([])
    },
  )

  it('begins with its functions held, but for the one whose relief is late', async () => {
    const place = { organisation: 'CNCS', wall: 'salle', node: 'poste-07' }
    const roster = await rosterOf(scenario.directory, place, epoch)
    if (!roster.ok || roster.value === null) throw new Error('no roster')
    const { key, text, acts } = roster.value
    const minutes = 62
    const story = createStory({
      ...{ scenario, documents, seed: 1, rate: 20, speed: 20, epoch, place, duties: acts },
    })
    const before = story.history()
    const live = Array.from({ length: 20 * minutes * 60 }, () => story.next())
    const taken = (messages: readonly Message[]) =>
      messages.filter(({ body }) => (body as { act?: string } | null)?.act === 'take-function')
    const fold = (messages: readonly Message[], from: State): State =>
      messages.reduce((state, { entity, body, time }) => {
        const judged = judge({ entity, body: body as ActBody }, { place, nodes: null })
        if (!judged.ok || judged.value === null) throw new Error(`${entity} does not count`)
        return reduce(state, { input: judged.value, author: (body as ActBody).by, at: time })
      }, from)
    const read = readShared(key, text)
    if (!read.ok) throw new Error(read.error.message)
    const rosters = rostersIn([
      { key, rank: 0, revision: 1, wrong: null, document: read.value } as SharedThing,
    ])
    const functions = [...new Set(rosters[0]!.shifts.map((shift) => shift.function))]
    const known = functions.map((id) => ({ id, name: id, may: [] }))
    const rows = (state: State, now: number) =>
      rosterRows(tellRosters({ ...state, rosters }, { functions: known }, 9)[0]!, now)
    const atStart = fold(taken(before), wallStateOf())
    const late = rows(atStart, epoch).filter(({ state }) => state === 'late' || state === 'over')
    expect(late.map(({ next }) => next?.who)).toEqual(['B. Morel'])
    // who comes later comes on time, by the clock and not by the story's speed
    const due = acts.map(({ at }) => at).filter((at) => at >= epoch && at < epoch + minutes * 60_000)
    expect(taken(live).map(({ time }) => time)).toEqual(due)
    expect(taken(before).length + due.length).toBeLessThanOrEqual(acts.length)
    // the same for the same start
    const again = await rosterOf(scenario.directory, place, epoch)
    expect(again).toEqual(roster)
  })

  it('says in English whatever it says in French, but for what is called so everywhere', () => {
    const only = new Set<string>()
    const isTexts = (value: unknown): value is Record<string, unknown> =>
      typeof value === 'object' && value !== null && !Array.isArray(value)
    const look = (value: unknown, english: unknown): void => {
      if (!isTexts(value) || (Object.hasOwn(value, 'fr') && Object.hasOwn(value, 'en'))) return
      const { translations, by: _, line: __, geometry: ___, ...texts } = value
      const beside = isTexts(translations) ? translations['en'] : english
      for (const [key, text] of Object.entries(texts)) {
        look(text, null)
        if (typeof text !== 'string' || (isTexts(beside) && Object.hasOwn(beside, key))) continue
        // a state that Vigie has words for is said in the reader's language
        const isWord = key === 'status' && (Object.hasOwn(french, `status.${text}`) || progress.has(text))
        if (spoken.has(key) && text !== '' && !isWord) only.add(text.replace(/\d+/g, '%'))
      }
    }
    const { history, live } = tell({ rate: 200, live: 8000 })
    for (const { body } of [...history, ...live]) look(body, null)
    for (const { descriptor } of productsOf(scenario)) look(descriptor, null)
    const words = [...only].filter((text) => !properNames.some((name) => name.test(text)))
    expect(words).toEqual([])
  })

  it('describes every product and every series so that the contract accepts it', () => {
    const series = new Set<string>()
    for (const { name, descriptor } of productsOf(scenario)) {
      expect(v.safeParse(DescriptorSchema, descriptor).success, name).toBe(true)
      for (const one of Object.keys(descriptor.series ?? {})) series.add(`${name}/${one}`)
    }
    const told = new Set(
      tell({ live: 0 })
        .history.filter(({ type }) => type === 'vigie.metric.v1')
        .map(({ product, body }) => `${product}/${(body as Metric).series}`),
    )
    expect(told).toEqual(series)
  })

  it('uses symbol codes that milsymbol draws', () => {
    const codes = new Set(scenario.forces.groups.map(({ sidc }) => sidc))
    for (const message of tell({ live: 0 }).history) {
      const sidc = (message.body as Feature | null)?.properties?.sidc
      if (sidc !== undefined) codes.add(sidc)
    }
    for (const code of codes) expect(new ms.Symbol(code).isValid(), code).toBe(true)
  })
})

describe('the story of paris', () => {
  beforeAll(open('paris'))

  it('has the numbers that were promised', () => {
    const { story, live, history } = tell({ live: 14_000 })
    expect(story.tracks).toBeGreaterThanOrEqual(3000)
    const officers = new Set(
      live.filter(({ product }) => product === 'security.observations').map(({ entity }) => entity),
    )
    expect(officers.size).toBe(1500)
    const tracks = new Set(
      live.filter(({ type }) => type === 'vigie.track.v1').map((m) => `${m.product}/${m.entity}`),
    )
    expect(tracks.size).toBe(story.tracks)
    const boats = new Set(live.filter((m) => m.product === 'transport.boats').map(({ entity }) => entity))
    expect(boats.size).toBe(94)
    expect(scenario.products.length).toBeGreaterThanOrEqual(20)
    expect(new Set(toldOf(scenario).map(({ descriptor }) => descriptor.domain)).size).toBe(5)
    expect(history.some(({ time }) => time < epoch - 5.5 * 3_600_000)).toBe(true)
  })

  it('tells the third incident live, some twelve seconds after the start', () => {
    const { history, live } = tell({ rate: 500, live: 30_000 })
    const state = (messages: readonly Message[], entity: string) =>
      messages.filter((message) => message.entity === entity && message.product.endsWith('.incidents'))
    expect(state(history, 'inc-039').at(-1)?.body).toMatchObject({ properties: { severity: 'Moderate' } })
    expect(state(history, 'inc-041').at(-1)?.body).toMatchObject({ properties: { severity: 'Severe' } })
    expect(state(history, 'inc-042')).toEqual([])
    const third = state(live, 'inc-042')
    expect((third[0]!.time - epoch) / 1000).toBeCloseTo(12, 0)
    expect(third.at(-1)?.body).toMatchObject({
      properties: { severity: 'Extreme', status: 'confirmed', ref: 'INC-042' },
    })
    const sighting = live.find(
      ({ entity, product, body }) =>
        product === 'security.observations' &&
        entity === 'o-0417' &&
        (body as Feature).properties.severity === 'Moderate',
    )
    expect(sighting!.time).toBeLessThan(third[0]!.time)
  })

  it('tells it all again with new numbers, night through', () => {
    // ten story minutes a second at few messages: two cycles in 40,000 of them
    const { live } = tell({ rate: 400, speed: 600, live: 20_000 })
    const incidents = new Set(
      live.filter(({ product }) => product.endsWith('.incidents')).map(({ entity }) => entity),
    )
    for (const entity of ['inc-042', 'inc-044', 'inc-046', 'inc-047', 'inc-049'])
      expect(incidents.has(entity), entity).toBe(true)
    const numbers = live
      .filter(({ product, entity }) => product.endsWith('.log') && entity !== 'situation')
      .map(({ entity }) => Number(entity.slice(5)))
    expect(numbers).toEqual(numbers.map((_, index) => 188 + index))
  })

  it('ends what it opened: no cordon or incident outlives its story', () => {
    const { live } = tell({ rate: 400, speed: 600, live: 4000 })
    const last = (entity: string) => live.filter((message) => message.entity === entity).at(-1)
    expect(last('inc-042')?.body).toBeNull()
    expect(last('cordon-inc-042')?.body).toBeNull()
  })

  it('moves every track as its course and speed say', () => {
    const { live } = tell({ rate: 4000, live: 60_000 })
    const before = new Map<string, { message: Message; track: Track }>()
    let compared = 0
    let astray = 0
    for (const message of live) {
      if (message.type !== 'vigie.track.v1') continue
      const track = message.body as Track
      const key = `${message.product}/${message.entity}`
      const earlier = before.get(key)
      before.set(key, { message, track })
      if (earlier === undefined) continue
      const [a, b] = [earlier.track.geometry.coordinates, track.geometry.coordinates]
      const metres = metresBetween([a[0], a[1]], [b[0], b[1]])
      const seconds = (message.time - earlier.message.time) / 1000
      const most = Math.max(earlier.track.properties.speed ?? 0, track.properties.speed ?? 0) * seconds
      compared++
      // two roundings of a metre, and the change of lane at a turning point
      if (metres > most * 1.15 + 60) astray++
    }
    expect(compared).toBeGreaterThan(20_000)
    expect(astray).toBe(0)
  })

  it('keeps one feed late and one lost, and the others fresh', () => {
    const { history, live } = tell({ rate: 500, live: 32_500 })
    const end = epoch + 65_000
    const age = new Map<string, number>()
    for (const { product, time } of [...history, ...live])
      age.set(product, Math.min(age.get(product) ?? Infinity, end - time))
    for (const { product, descriptor } of toldOf(scenario)) {
      const times = age.get(product)! / durationMs(descriptor.freshness)
      if (product === 'transport.air') expect(times, product).toBeGreaterThan(4)
      else if (product === 'logistics.deliveries' || product === 'logistics.figures') {
        expect(times, product).toBeGreaterThan(1)
        expect(times, product).toBeLessThan(4)
      } else expect(times, product).toBeLessThanOrEqual(1)
    }
  })
})

describe('the story of kourou', () => {
  beforeAll(open('kourou'))

  /** what a series measured, by minutes of the story */
  const measured = (messages: readonly Message[], series: string) =>
    messages.flatMap(({ time, body, type }) =>
      type === 'vigie.metric.v1' && (body as Metric).series === series
        ? [{ minute: (time - epoch) / 60_000 - 0.2, value: (body as Metric).value }]
        : [],
    )
  const between = (from: number, to: number) => (one: { minute: number }) =>
    one.minute >= from && one.minute < to
  const state = (messages: readonly Message[], entity: string) =>
    messages.filter((message) => message.entity === entity && message.body !== null)

  it('measures twelve things of twenty robots, each as often a second as it says', () => {
    const seconds = 10
    const [machines] = scenario.telemetry
    const { live } = tell({ rate: scenario.script.rate, live: scenario.script.rate * seconds })
    const counts = new Map<string, number>()
    for (const { product, body } of live)
      if (product === 'manufacturing.robots') {
        const { series } = body as Metric
        counts.set(series, (counts.get(series) ?? 0) + 1)
      }
    expect(counts.size).toBe(240)
    for (const { measure, hertz } of machines!.measures) {
      const often = counts.get(`r-11.${measure}`)! / seconds
      expect(often, measure).toBeGreaterThan(hertz * 0.9)
      expect(often, measure).toBeLessThan(hertz * 1.15)
    }
  })

  it('lets one robot drift within its band for an hour, and leave it twenty-six minutes before', () => {
    const { history, live } = tell({ rate: scenario.script.rate, live: 4000 })
    const current = measured(history, 'r-03.weld-current')
    const mean = (from: number, to: number) => {
      const values = current.filter(between(from, to)).map(({ value }) => value)
      return values.reduce((sum, value) => sum + value, 0) / values.length
    }
    const calm = mean(-180, -110)
    expect(calm).toBeGreaterThan(190)
    expect(mean(-60, -45)).toBeGreaterThan(calm + 2.5)
    expect(Math.max(...current.filter(between(-190, -40)).map(({ value }) => value))).toBeLessThan(202.5)
    expect(mean(-26, -20)).toBeGreaterThan(202)
    for (const { value } of measured(live, 'r-03.weld-current')) expect(value).toBeGreaterThan(211)
    // nobody else is out of band
    const [machines] = scenario.telemetry
    for (const { machine } of machines!.machines)
      if (machine !== 'r-03' && machine !== 'r-05')
        for (const { value } of measured(history, `${machine}.weld-current`)) {
          expect(value, machine).toBeGreaterThan(190)
          expect(value, machine).toBeLessThan(202)
        }
    const status = (entity: string) => (state(history, entity).at(-1)!.body as Feature).properties.status
    expect([status('r-01'), status('r-03'), status('r-05')]).toEqual(['ok', 'anomaly', 'maintenance'])
  })

  it('holds the count, and counts on to a later moment by as long as it was held', () => {
    const { history } = tell({ live: 0 })
    const held = (state(history, 'h0').at(-1)!.body as Feature).properties as Record<string, unknown>
    expect(held['status']).toBe('held')
    expect(held['target']).toBe(held['planned'])
    const since = Date.parse(held['held'] as string)
    expect((epoch - since) / 60_000).toBeCloseTo(12.13, 1)
    // a story's minute a tenth of a second
    const { live } = tell({ rate: 400, speed: 600, live: 400 * 60 })
    const told = state(live, 'h0').map(({ time, body }) => ({
      time,
      ...((body as Feature).properties as unknown as { status: string; target: string; planned: string }),
    }))
    expect(told.map(({ status }) => status).slice(0, 4)).toEqual(['running', 'held', 'running', 'done'])
    const [resumed] = told
    const minutes = (from: string, to: string) => ((Date.parse(to) - Date.parse(from)) * 600) / 60_000
    expect(minutes(resumed!.planned, resumed!.target)).toBeCloseTo(34.33, 1)
  })

  it('keeps the mast late, and every other feed fresh', () => {
    const { rate } = scenario.script
    const { history, live } = tell({ rate, live: rate * 30 })
    const end = epoch + 30_000
    for (const { product, descriptor } of toldOf(scenario)) {
      const times = [...history, ...live].filter((one) => one.product === product).map(({ time }) => time)
      const age = (end - Math.max(...times)) / durationMs(descriptor.freshness)
      if (product !== 'environment.mast') expect(age, product).toBeLessThanOrEqual(1)
      else expect(age > 1 && age < 4, `${product}: ${age}`).toBe(true)
    }
  })

  it('asks its functions, and all of them that answer do so as who holds them, at this wall', () => {
    const { history } = tell({ live: 0 })
    const asked = history.filter(({ type }) => type === 'vigie.act.v1')
    const place = { organisation: 'exercice', wall: 'exercice' }
    const inputs = asked.map(({ entity, body }) =>
      judge({ entity, body: body as ActBody }, { place, nodes: null }),
    )
    expect(inputs.filter((one) => !one.ok || one.value === null)).toEqual([])
    const answers = asked.flatMap(({ body }) => {
      const { act, input } = body as ActBody
      return act === 'answer-poll' ? [`${String(input['function'])} ${String(input['answer'])}`] : []
    })
    expect(answers).toContain('qualite no-go')
    expect(answers.filter((one) => one.endsWith(' go')).length).toBe(8)
  })

  it('moves a convoy along its way until it is there', () => {
    const { live } = tell({ rate: 400, speed: 60, live: 400 * 30 })
    const convoy = state(live, 'citerne-lox-2').map(({ body }) => body as Feature)
    const places = convoy.map(({ geometry }) => geometry.coordinates as [number, number])
    const total = metresBetween(places[0]!, places.at(-1)!)
    expect(total).toBeGreaterThan(3000)
    for (let i = 1; i < places.length; i++)
      expect(metresBetween(places[i - 1]!, places[i]!)).toBeLessThan(total / 2)
    expect(convoy.at(-1)!.properties.status).toBe('raccordée')
  })
})

describe('the pace', () => {
  beforeAll(open('paris'))

  it.each([20, 333, 2000, 20_000])('is %i messages a second over hours, to the message', (rate) => {
    let sent = 0
    for (let now = epoch; now <= epoch + 3_600_000; now += 7) sent = dueBy(now, epoch, rate)
    const last = 3_600_000 - (3_600_000 % 7)
    expect(sent).toBe(Math.floor((last * rate) / 1000) + 1)
  })

  it('gives messages the times of their turn', () => {
    const { live } = tell({ rate: 1000, live: 5000 })
    const positions = live.filter(({ product }) => product === 'transport.trains')
    for (const message of positions) expect(message.time).toBeLessThan(epoch + 5000)
    expect(live.length).toBe(5000)
    expect(live.at(-1)!.time).toBe(epoch + 4999)
  })
})
