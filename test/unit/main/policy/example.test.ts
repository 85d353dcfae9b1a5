/** The example that administrators begin with, and the schema that their editors read. */
import { readFile, writeFile } from 'node:fs/promises'
import { toJsonSchema } from '@valibot/to-json-schema'
import { Validator } from '@cfworker/json-schema'
import { format } from 'prettier'
import { parse } from 'yaml'
import { describe, expect, it } from 'vitest'
import { PolicySchema, readPolicy } from '../../../../main/policy/policy.ts'
import { keysOf, type Node } from './schema-keys.ts'

const schemaFile = 'resources/policy.schema.json'
const example = await readFile('resources/policy.example.yaml', 'utf8')
const builtIn = await readFile('resources/policy.yaml', 'utf8')

describe('the schema of a policy', () => {
  const made = {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'Vigie: a node’s policy',
    ...toJsonSchema(PolicySchema, { typeMode: 'input', errorMode: 'ignore' }),
  }

  // `VIGIE_WRITE=1 npx vitest run … example.test.ts` writes it anew
  it('in resources is the one that policies are read by', async () => {
    if (process.env['VIGIE_WRITE'] === '1')
      await writeFile(schemaFile, await format(JSON.stringify(made), { parser: 'json' }))
    expect(JSON.parse(await readFile(schemaFile, 'utf8'))).toEqual(JSON.parse(JSON.stringify(made)))
  })

  it('takes the example and what comes with Vigie, and no key that there is not', () => {
    const validator = new Validator(made as object, '7')
    for (const text of [example, builtIn]) expect(validator.validate(parse(text)).errors).toEqual([])
    expect(validator.validate({ ...(parse(builtIn) as object), ceilling: 'dr' }).valid).toBe(false)
  })

  it('has no key that the example does not name', () => {
    const written = parse(example) as object
    const has = (value: unknown, path: string[]): boolean => {
      const [key, ...rest] = path
      if (key === undefined) return true
      if (Array.isArray(value)) return value.some((each) => has(each, path))
      return (
        typeof value === 'object' &&
        value !== null &&
        key in value &&
        has((value as Record<string, unknown>)[key], rest)
      )
    }
    const keys = keysOf(made as Node)
    expect(keys.length).toBeGreaterThan(30)
    expect(keys.filter((key) => !has(written, key.split('.')))).toEqual([])
  })
})

it('the example is a policy, and says what it says', () => {
  const read = readPolicy(example, 'policy.example.yaml')
  expect(read).toMatchObject({
    ok: true,
    value: { version: 1, node: 'poste-07', expires: Date.UTC(2029, 11, 31, 23, 59, 59), language: 'fr' },
  })
  expect(read.ok && [1, 3, 9].map((screen) => read.value.screen(screen).ceiling)).toEqual([1, 0, 0])
})
