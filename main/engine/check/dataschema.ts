/** A product's own JSON Schema. It comes from the catalog: what could hold us up is refused before it is used. */
import { Validator } from '@cfworker/json-schema'
import { fail, ok, type Result } from '../../../preload/contract/result.ts'
import { outOfBounds } from './bounds.ts'

/** @returns what does not fit, or null */
export type DataSchema = (value: unknown) => string | null

const mostCharacters = 64 * 1024
/** Each further reference can double the work. */
const mostReferences = 16
/** ms for one message; so many beyond it in a row, and the schema is switched off: one alone may be a busy machine */
const mostTime = 100
const mostSlow = 5

/** Repeated groups and more than two open-ended repeats can take a regular expression for ever. */
const isHostile = (pattern: string): boolean =>
  pattern.length > 200 ||
  /\)[*+{?]|\\[1-9k]/.test(pattern) ||
  (pattern.match(/[*+]|\{\d*,\}/g)?.length ?? 0) > 2

function* keywords(value: unknown): Generator<[string, unknown]> {
  if (typeof value !== 'object' || value === null) return
  for (const [key, item] of Object.entries(value)) {
    yield [key, item]
    yield* keywords(item)
  }
}

function hostility(schema: object): string | null {
  const wrong = outOfBounds(schema)
  if (wrong !== null) return wrong
  if (JSON.stringify(schema).length > mostCharacters) return 'longer than 64 KiB'
  let references = 0
  for (const [key, item] of keywords(schema)) {
    if (key === '$dynamicRef' || key === '$recursiveRef') return `${key} is not supported`
    if (
      key === '$ref' &&
      (typeof item !== 'string' || !item.startsWith('#') || ++references > mostReferences)
    )
      return 'too many references, or one that leads outside'
    if (key === 'pattern' && (typeof item !== 'string' || isHostile(item)))
      return 'a pattern that may never end'
    if (key === 'patternProperties' && typeof item === 'object' && item !== null)
      for (const pattern of Object.keys(item)) if (isHostile(pattern)) return 'a pattern that may never end'
  }
  return null
}

/** @param switchedOff told once, when the schema fails or takes too long on a message */
export function compileDataSchema(
  schema: { [key: string]: unknown },
  now: () => number,
  switchedOff: (why: string) => void,
): Result<DataSchema> {
  const wrong = hostility(schema)
  if (wrong !== null) return fail('product.descriptor-invalid', `dataschema: ${wrong}`)
  let validator: Validator
  try {
    validator = new Validator(schema, '2020-12', true)
    validator.validate({})
  } catch (error) {
    return fail('product.descriptor-invalid', `dataschema: ${String(error)}`)
  }
  let off = false
  let slow = 0
  return ok((value) => {
    if (off) return null
    const start = now()
    try {
      const { valid, errors } = validator.validate(value)
      slow = now() - start > mostTime ? slow + 1 : 0
      if (slow === mostSlow) {
        off = true
        switchedOff('dataschema: it takes too long')
      }
      return valid ? null : (errors[0]?.error ?? 'does not fit the product’s schema')
    } catch (error) {
      off = true
      switchedOff(`dataschema: ${String(error)}`)
      return null
    }
  })
}
