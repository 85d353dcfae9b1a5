import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { compileDataSchema } from '../../../../main/engine/check/dataschema.ts'
import { createForms, loadForms } from '../../../../main/wall/forms.ts'
import type { Delivery } from '../../../../preload/contract/document.ts'
import type { Form, ObservationInput } from '../../../../preload/contract/form.ts'
import { defaultScheme } from '../../../../preload/contract/marking.ts'
import { fail, ok, type Result } from '../../../../preload/contract/result.ts'
import type { SharedThing } from '../../../../preload/contract/shared.ts'

const place = { organisation: 'CNCS', wall: 'salle', node: 'poste-07' }
const me = { person: 'L. Perrin', function: 'chef', node: 'poste-07', automation: null }
const own = parse(readFileSync('resources/forms/observation.yaml', 'utf8')) as Form
const values = { name: 'Fumée noire', where: [2.35, 48.85] as [number, number] }
const input = (more: Partial<ObservationInput> = {}): ObservationInput => ({
  ...{ form: 'observation', marking: 'np', values },
  ...more,
})
const shared = (content: object, rank = 0): SharedThing => ({
  ...{ key: 'form.cncs.essai', revision: 3, published: 0, rank, wrong: null },
  document: {
    ...{ owner: 'CNCS', version: 1, marking: 'np', schema: 'vigie.form.v1', title: 'Essai' },
    ...{ saved: { node: 'poste-07', person: null }, content: content as { [key: string]: unknown } },
  },
})

async function formsAt({
  things = [],
  deskCeiling = 1,
  markings = ['np', 'dr'],
  answer = () => ok(null),
}: {
  things?: SharedThing[]
  deskCeiling?: number
  markings?: string[]
  answer?: () => Result<null>
} = {}) {
  const delivered: Delivery[] = []
  let made = 0
  const forms = createForms({
    ...{ place, own: await loadForms('resources/forms'), things: () => things, compile: compileDataSchema },
    policy: () => ({ scheme: defaultScheme, deskCeiling }),
    deliveries: {
      productOf: () => 'ops.observations',
      markings: () => markings,
      deliver(delivery) {
        delivered.push(delivery)
        return Promise.resolve(answer())
      },
    },
    newId: () => `id-${++made}`,
    now: () => 2_000_000,
  })
  return { forms, delivered }
}
const codeOf = async (answer: Promise<Result<unknown>>): Promise<string> => {
  const said = await answer
  return said.ok ? 'kept' : `${said.error.code} ${said.error.subject ?? ''}`.trim()
}

describe('what is entered by a form', () => {
  it('leaves as an observation of this node, with its place and who saw it', async () => {
    const { forms, delivered } = await formsAt()
    const typed = { ...values, people: 12, confirmed: true, text: '  deux foyers\u0007 ', since: '' }
    expect(await forms.enter(input({ values: typed }), me)).toEqual(
      ok({ entity: 'observation.cncs.poste-07.id-1' }),
    )
    expect(delivered).toMatchObject([
      {
        ...{ product: 'ops.observations', type: 'vigie.feature.v1', marking: 'np', files: [] },
        body: {
          geometry: { type: 'Point', coordinates: [2.35, 48.85] },
          properties: { name: 'Fumée noire', people: 12, confirmed: true, form: 'observation', by: me },
        },
      },
    ])
    const { properties } = delivered[0]?.body as { properties: object }
    expect(properties).toMatchObject({ category: 'observation', text: 'deux foyers' })
    expect(properties).not.toHaveProperty('since')
    expect(properties).not.toHaveProperty('where')
  })

  const wrong: [string, ObservationInput['values'], string][] = [
    ['nothing', {}, 'name where'],
    ['spaces', { ...values, name: '   ' }, 'name'],
    ['too short a text', { ...values, name: 'ab' }, 'name'],
    ['a place that is none', { ...values, where: [200, 0] }, 'where'],
    ['another choice', { ...values, severity: 'bad' }, 'severity'],
    ['half a person', { ...values, people: 0.5 }, 'people'],
    ['fewer than nobody', { ...values, people: -1 }, 'people'],
    ['a text for a number', { ...values, people: '12' }, 'people'],
    ['a word for a time', { ...values, since: 'now' }, 'since'],
    ['a text for yes or no', { ...values, confirmed: 'yes' }, 'confirmed'],
    ['what was not asked', { ...values, sidc: 'x' }, '?'],
  ]
  it.each(wrong)(
    'is held against it: %s is told with its fields, and nothing leaves',
    async (_, given, fields) => {
      const { forms, delivered } = await formsAt()
      expect(await codeOf(forms.enter(input({ values: given }), me))).toBe(`form.not-fitting ${fields}`)
      expect(delivered).toEqual([])
    },
  )

  it('is marked no lower than the form asks, nor than the form itself is', async () => {
    for (const thing of [shared({ ...own, marking: 'dr' }), shared(own, 1)]) {
      const { forms, delivered } = await formsAt({ things: [thing] })
      expect(forms.tell()[1]?.markings).toEqual(['dr'])
      const low = input({ form: 'form.cncs.essai' })
      expect(await codeOf(forms.enter(low, me))).toBe('form.below np')
      expect(delivered).toEqual([])
      expect(await codeOf(forms.enter({ ...low, marking: 'dr' }, me))).toBe('kept')
    }
    // and where that is more than may be written, not at all
    const { forms } = await formsAt({ things: [shared({ ...own, marking: 'dr' })], markings: ['np'] })
    expect(forms.tell()[1]?.markings).toEqual([])
  })

  it('that no engine answered for in time is the same one when it is said again', async () => {
    let answers = false
    const { forms, delivered } = await formsAt({
      answer: () => (answers ? ok(null) : fail('engine.stopped', 'no answer')),
    })
    await forms.enter(input(), me)
    answers = true
    await forms.enter(input(), me)
    await forms.enter(input(), me)
    expect(delivered.map(({ id }) => id)).toEqual(['id-1', 'id-1', 'id-2'])
  })

  it('of a form that is not there, or for another product, is refused with the reason', async () => {
    const { forms } = await formsAt({ things: [shared({ ...own, product: 'health.observations' })] })
    expect(await codeOf(forms.enter(input({ form: 'none' }), me))).toBe('form.unknown none')
    expect(await codeOf(forms.enter(input({ form: 'form.cncs.essai' }), me))).toBe(
      'form.elsewhere health.observations',
    )
  })
})

describe('the desk is told', () => {
  it('of no form that is above it', async () => {
    const above = await formsAt({ things: [shared(own, 1)], deskCeiling: 0 })
    expect(above.forms.tell().map(({ id }) => id)).toEqual(['observation'])
    expect(await codeOf(above.forms.enter(input({ form: 'form.cncs.essai' }), me))).toMatch(/^form\.unknown/)
  })

  it('of one that can’t be used, with the reason: a pattern without end, a level that nobody knows, a page of words', async () => {
    const asking = (field: object): object => ({
      ...own,
      schema: { ...own.schema, properties: { ...own.schema.properties, more: field } },
    })
    const cases: [object, string][] = [
      [
        asking({ type: 'string', title: 'A', pattern: '((a{1,50}){1,50}){1,50}' }),
        'too large once its repeats',
      ],
      [{ ...own, marking: 'secret' }, '“secret” is no level here'],
      [asking({ type: 'string', title: 'x'.repeat(40_000) }), ''],
      [asking({ type: 'string', title: 'A', $ref: '#' }), 'Invalid key'],
    ]
    for (const [content, why] of cases) {
      const { forms } = await formsAt({ things: [shared(content)] })
      const told = forms.tell()[1]
      expect(told?.form, why).toBeNull()
      expect(told?.wrong).toContain(why)
    }
  })
})
