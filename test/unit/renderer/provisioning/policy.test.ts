import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { ruleNames } from '../../../../main/policy/rules.ts'
import { fields, groupOf, keysInForm, onlyInFile } from '../../../../renderer/provisioning/policy/fields.ts'
import {
  editOf,
  heldBy,
  meant,
  spanOf,
  typed,
  valueAt,
} from '../../../../renderer/provisioning/policy/says.ts'
import { isKey } from '../../../../renderer/speech/words.ts'
import { valueKeysOf, type Node } from '../../main/policy/schema-keys.ts'

const schema = JSON.parse(await readFile('resources/policy.schema.json', 'utf8')) as Node

describe('the form of a policy', () => {
  it('has every key that a policy may have, or says that it is in the file', () => {
    const there = new Set([...keysInForm, ...onlyInFile.map(({ path }) => path.join('.'))])
    const keys = [...valueKeysOf(schema), 'scheme']
    expect(keys.length).toBeGreaterThan(40)
    expect(keys.filter((key) => !there.has(key))).toEqual([])
  })

  it('shows every difference in one of its groups, and has words for each field', () => {
    expect(ruleNames.filter((rule) => groupOf(rule) === undefined)).toEqual([])
    for (const { rule } of [...fields, ...onlyInFile]) expect(isKey(`policy.rule.${rule}`), rule).toBe(true)
  })
})

describe('what is typed', () => {
  const wall = fields.find(({ path }) => path.join('.') === 'wall.name')!
  it('into a wall that is only a name stays a name, or becomes more', () => {
    expect(heldBy({ wall: 'salle' }, wall)).toBe('salle')
    expect(valueAt({ wall: 'salle' }, ['wall', 'screens'])).toBeUndefined()
    expect(editOf({ wall: 'salle' }, ['wall', 'name'], 'autre')).toEqual({ path: ['wall'], value: 'autre' })
    expect(editOf({ wall: 'salle' }, ['wall', 'screens'], [1])).toEqual({
      ...{ path: ['wall'], value: { name: 'salle', screens: [1] } },
    })
    expect(editOf({ wall: { name: 'salle' } }, ['wall', 'name'], 'x').path).toEqual(['wall', 'name'])
  })
  it('is read as it was meant; what is none is left to the schema to refuse', () => {
    expect(meant('  \n', 'names')).toBeUndefined()
    expect(meant('CN=A, O=B\n\n CN=C ', 'names')).toEqual(['CN=A, O=B', 'CN=C'])
    expect(meant('2,5', 'whole')).toBe(2.5)
    expect(meant('many', 'whole')).toBe('many')
    expect(meant('-1.5, 48; 2 49', 'numbers')).toEqual([-1.5, 48, 2, 49])
    expect(typed(['a', 'b'], 'names')).toBe('a\nb')
    expect(typed([1, 2], 'numbers')).toBe('1, 2')
  })
  it('as a duration is said in the longest unit in which it is whole', () => {
    expect(
      ['PT96H', 'PT90M', 'P1D', 'PT36H', 'PT0S', 'four days', null].map((each) => spanOf(each, 'j')),
    ).toEqual([...['4 j', '90 min', '1 j', '36 h', '0 s', 'four days', '']])
  })
})
