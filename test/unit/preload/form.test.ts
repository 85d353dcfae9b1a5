import { readFileSync } from 'node:fs'
import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { compileDataSchema } from '../../../main/engine/check/dataschema.ts'
import { FormSchema, kindOfField, schemaOfEntry, type Form } from '../../../preload/contract/form.ts'
import { readShared } from '../../../preload/contract/shared-text.ts'

const own = v.parse(FormSchema, parse(readFileSync('resources/forms/observation.yaml', 'utf8')))
const asks = (properties: object, required: readonly string[] = ['where']) => ({
  ...own,
  schema: {
    type: 'object',
    required,
    properties: { where: { type: 'array', format: 'position', title: 'Où' }, ...properties },
  },
})
const text = (content: object, more: object = {}): string =>
  JSON.stringify({
    ...{ owner: 'CNCS', version: 1, marking: 'np', schema: 'vigie.form.v1', title: 'Essai' },
    ...{ saved: { node: 'poste-07', person: null }, content },
    ...more,
  })
const said = (content: object, more: object = {}): string => {
  const read = readShared('form.cncs.essai', text(content, more))
  return read.ok ? 'read' : `${read.error.code} ${read.error.message}`
}

describe('a form', () => {
  it('as it comes with Vigie is shared as it stands, and its schema is one that the check takes', () => {
    expect(said(own)).toBe('read')
    expect(compileDataSchema(schemaOfEntry(own)).ok).toBe(true)
    expect(Object.values(own.schema.properties).map(kindOfField)).toEqual([
      ...['text', 'place', 'choice', 'number', 'time', 'flag', 'entity', 'text'],
    ])
  })

  const nested = (levels: number): object => (levels === 0 ? {} : { a: nested(levels - 1) })
  const hostile: [string, object, string][] = [
    ['refers elsewhere', asks({ a: { type: 'string', title: 'A', $ref: '#' } }), 'does not belong here'],
    [
      'has a keyword that nobody knows',
      asks({ a: { type: 'string', title: 'A', uncheckable: 1 } }),
      'does not belong here',
    ],
    [
      'has a keyword of another kind',
      asks({ a: { type: 'boolean', title: 'A', minimum: 1 } }),
      'does not belong here',
    ],
    ['asks for a type that there is not', asks({ a: { type: 'object', title: 'A' } }), 'Invalid'],
    ['is nested deeply', asks({ a: { type: 'string', title: 'A', enum: [nested(60)] } }), 'nested deeper'],
    [
      'asks for so much',
      asks(
        Object.fromEntries(Array.from({ length: 60 }, (_, n) => [`a${n}`, { type: 'boolean', title: 'A' }])),
      ),
      '40 things',
    ],
    ['asks for no place', { ...own, schema: { ...own.schema, required: [], properties: {} } }, 'one place'],
    ['asks for two places', asks({ b: { type: 'array', format: 'position', title: 'B' } }), 'one place'],
    ['leaves its place out', asks({}, []), 'the place is required'],
    ['requires what it does not ask', asks({}, ['where', 'a']), 'is a field of the form'],
    ['calls a field as objects do', asks({ valueOf: { type: 'string', title: 'A' } }), 'may not be named so'],
    ['calls a field as its author', asks({ by: { type: 'string', title: 'A' } }), 'may not be named so'],
    [
      'has a severity of its own',
      asks({ severity: { type: 'string', title: 'A', enum: ['bad'] } }),
      'severity',
    ],
    ['has a name that is a number', asks({ name: { type: 'number', title: 'A' } }), 'are texts'],
  ]
  it.each(hostile)('that %s stays out, with the reason and the place', (_, content, why) => {
    expect(said(content)).toMatch(/^shared\.invalid line \d+, column \d+: /)
    expect(said(content)).toContain(why)
  })

  it('of another version, or a huge one, stays out', () => {
    expect(said(own, { schema: 'vigie.form.v2' })).toContain('vigie.form.v1 only')
    const many = Object.fromEntries(
      Array.from({ length: 39 }, (_, n) => [`a${n}`, { type: 'string', title: 'x'.repeat(9000) }]),
    )
    expect(said(asks(many))).not.toBe('read')
  })

  it('with a pattern that looks around, refers back or has no end is no schema for the check', () => {
    for (const pattern of ['(a+)\\1', '(?=a)b', '((a{1,50}){1,50}){1,50}', '(']) {
      const form: Form = v.parse(FormSchema, asks({ a: { type: 'string', title: 'A', pattern } }))
      const compiled = compileDataSchema(schemaOfEntry(form))
      expect(compiled.ok, pattern).toBe(false)
    }
  })
})
