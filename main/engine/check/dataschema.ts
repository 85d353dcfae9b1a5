/**
 * A product's own JSON Schema (2020-12), interpreted in counted steps. It comes from the catalog, so nothing in it is
 * trusted: only keywords whose work can be counted are taken, references never come back to themselves, patterns run
 * in linear time, and a message that cannot be judged within its steps is rejected and not let through.
 */
import { fail, ok, type Result } from '../../../preload/contract/result.ts'
import { printable } from '../../../preload/contract/text.ts'
import { outOfBounds } from './bounds.ts'
import { compilePattern, type Pattern } from './pattern.ts'

export interface DataSchema {
  /** @param bytes of the message: its share of the work. @returns what does not fit, or null */
  check(value: unknown, bytes: number): string | null
  /** of the last check; never more than `stepsFor` */
  readonly steps: number
}

const mostCharacters = 64 * 1024
/** Schemas once every reference is written out. */
const mostWrittenOut = 20_000
/** Schemas within schemas, references followed. */
const deepest = 64
/** Instructions of all its patterns together. */
const mostInstructions = 5_000

/** A step is some tens of nanoseconds; a message that is larger may cost more, up to a bound. */
export const stepsFor = (bytes: number): number => Math.min(2_000_000, 100_000 + 8 * bytes)

/** One schema. @returns whether the value fits; where not, `run` says why */
type Test = (value: unknown, run: Run) => boolean
interface Compiled {
  test: Test
  /** schemas in it, itself too, references written out */
  size: number
}

interface Run {
  left: number
  why: string
  where: string
}

/** Thrown within this file only. */
class Fault extends Error {}
class Exhausted extends Error {}

const spend = (run: Run, steps: number): void => {
  run.left -= steps
  if (run.left < 0) throw new Exhausted()
}
const wrong = (run: Run, why: string): false => {
  run.why = why
  run.where = ''
  return false
}
/** The way to what does not fit, written on the way back. */
const within = (run: Run, key: string | number): false => {
  run.where = `/${key}${run.where}`
  return false
}

type Json = { [key: string]: unknown }
const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const typeOf = (value: unknown): string =>
  value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value
const types = new Set(['null', 'boolean', 'object', 'array', 'number', 'string', 'integer'])

/** Says nothing about what fits. `format` neither: it is an annotation unless a vocabulary says otherwise. */
const annotations = new Set([
  ...['$schema', '$comment', 'title', 'description', 'default', 'examples', 'deprecated'],
  ...['readOnly', 'writeOnly', 'format', 'contentMediaType', 'contentEncoding', 'contentSchema'],
])

/** The same text for the same value, in counted steps. */
function canonical(value: unknown, run: Run): string {
  spend(run, 1)
  if (typeof value === 'string') spend(run, value.length >> 3)
  if (typeof value !== 'object' || value === null) return JSON.stringify(value === 0 ? 0 : value)
  if (Array.isArray(value)) return `[${value.map((item) => canonical(item, run)).join(',')}]`
  const keys = Object.keys(value).sort()
  return `{${keys.map((key) => `${canonical(key, run)}:${canonical((value as Json)[key], run)}`).join(',')}}`
}

const every: Compiled = { test: () => true, size: 1 }
const none: Compiled = { test: (_, run) => wrong(run, 'nothing is allowed here'), size: 1 }
const unbounded = (): Run => ({ left: Infinity, why: '', where: '' })

function makeCompiler(root: Json) {
  const made = new Map<object, Compiled>()
  const patterns = new Map<string, Pattern>()
  const open = new Set<object>()
  let instructions = mostInstructions

  const fault = (path: string, why: string): never => {
    throw new Fault(`${printable(path, 200)}: ${why}`)
  }

  const patternOf = (text: unknown, path: string): Pattern => {
    if (typeof text !== 'string') return fault(path, 'must be a string')
    const known = patterns.get(text)
    if (known) return known
    const compiled = compilePattern(text, instructions)
    if (!compiled.ok) return fault(path, compiled.error.message)
    instructions -= compiled.value.size
    patterns.set(text, compiled.value)
    return compiled.value
  }

  const target = (reference: unknown, path: string): unknown => {
    if (typeof reference !== 'string' || !/^#(\/|$)/.test(reference))
      return fault(path, 'only references within the schema are followed')
    let at: unknown = root
    for (const token of reference.slice(1).split('/').slice(1)) {
      let key: string
      try {
        key = decodeURIComponent(token).replaceAll('~1', '/').replaceAll('~0', '~')
      } catch {
        return fault(path, 'is no JSON pointer')
      }
      if (typeof at !== 'object' || at === null || !Object.hasOwn(at, key))
        return fault(path, 'leads nowhere')
      at = (at as Json)[key]
    }
    return at
  }

  function compile(schema: unknown, path: string): Compiled {
    if (schema === true) return every
    if (schema === false) return none
    if (!isObject(schema)) return fault(path, 'is no schema')
    const known = made.get(schema)
    if (known) return known
    if (open.has(schema)) return fault(path, 'refers to itself')
    if (open.size >= deepest) return fault(path, `nested deeper than ${deepest}`)
    open.add(schema)
    const compiled = compileObject(schema, path)
    open.delete(schema)
    made.set(schema, compiled)
    return compiled
  }

  function compileObject(schema: Json, path: string): Compiled {
    const tests: Test[] = []
    let size = 1
    const child = (value: unknown, at: string): Test => {
      const { test, size: more } = compile(value, at)
      size += more
      if (size > mostWrittenOut) fault(path, 'too large once its references are written out')
      return test
    }
    const list = (value: unknown, at: string): Test[] =>
      Array.isArray(value) && value.length > 0
        ? value.map((one, index) => child(one, `${at}/${index}`))
        : fault(at, 'must be a list of schemas')
    const map = (value: unknown, at: string): [string, Test][] =>
      isObject(value)
        ? Object.entries(value).map(([key, one]) => [key, child(one, `${at}/${key}`)])
        : fault(at, 'must be an object of schemas')
    const number = (value: unknown, at: string): number =>
      typeof value === 'number' ? value : fault(at, 'must be a number')
    const count = (value: unknown, at: string): number =>
      typeof value === 'number' && Number.isInteger(value) && value >= 0
        ? value
        : fault(at, 'must be a whole number, 0 or more')
    const names = (value: unknown, at: string): string[] =>
      Array.isArray(value) && value.every((name) => typeof name === 'string')
        ? value
        : fault(at, 'must be a list of names')

    /** The keywords that this schema has, each with how it is tested. */
    const keyword: { [name: string]: (value: unknown, at: string) => Test | null } = {
      $defs: () => null,
      definitions: () => null,
      $id: (_, at) => (schema === root ? null : fault(at, 'only the whole schema may have an $id')),
      $ref: (value, at) => child(target(value, at), at),
      type(value, at) {
        const wanted = Array.isArray(value) ? value : [value]
        if (wanted.length === 0 || !wanted.every((one) => types.has(one as string)))
          return fault(at, 'is no type of JSON')
        const allowed = new Set<unknown>(wanted)
        return (v, run) =>
          allowed.has(typeOf(v)) ||
          (allowed.has('integer') && Number.isInteger(v)) ||
          wrong(run, `must be of type ${wanted.join(' or ')}`)
      },
      enum(value, at) {
        if (!Array.isArray(value)) return fault(at, 'must be a list')
        const allowed = new Set(value.map((one) => canonical(one, unbounded())))
        return (v, run) => allowed.has(canonical(v, run)) || wrong(run, 'is none of the values allowed')
      },
      const(value) {
        const only = canonical(value, unbounded())
        return (v, run) => canonical(v, run) === only || wrong(run, 'is not the value required')
      },
      minimum(value, at) {
        const least = number(value, at)
        return (v, run) => typeof v !== 'number' || v >= least || wrong(run, `is less than ${least}`)
      },
      maximum(value, at) {
        const most = number(value, at)
        return (v, run) => typeof v !== 'number' || v <= most || wrong(run, `is more than ${most}`)
      },
      exclusiveMinimum(value, at) {
        const least = number(value, at)
        return (v, run) => typeof v !== 'number' || v > least || wrong(run, `is not more than ${least}`)
      },
      exclusiveMaximum(value, at) {
        const most = number(value, at)
        return (v, run) => typeof v !== 'number' || v < most || wrong(run, `is not less than ${most}`)
      },
      multipleOf(value, at) {
        const of = number(value, at)
        if (of <= 0) return fault(at, 'must be more than 0')
        return (v, run) => {
          if (typeof v !== 'number') return true
          const times = v / of
          // 0.3 is a multiple of 0.1, though not in binary
          const off = Math.abs(times - Math.round(times))
          return off <= 1e-9 * Math.max(1, Math.abs(times)) || wrong(run, `is no multiple of ${of}`)
        }
      },
      minLength: (value, at) => length(count(value, at), Infinity),
      maxLength: (value, at) => length(0, count(value, at)),
      pattern(value, at) {
        const pattern = patternOf(value, at)
        return (v, run) => {
          if (typeof v !== 'string') return true
          spend(run, pattern.size * (v.length + 1))
          return pattern.test(v) || wrong(run, 'does not match the pattern')
        }
      },
      minItems(value, at) {
        const least = count(value, at)
        return (v, run) =>
          !Array.isArray(v) || v.length >= least || wrong(run, `has fewer than ${least} items`)
      },
      maxItems(value, at) {
        const most = count(value, at)
        return (v, run) => !Array.isArray(v) || v.length <= most || wrong(run, `has more than ${most} items`)
      },
      uniqueItems(value) {
        if (value !== true) return null
        return (v, run) =>
          !Array.isArray(v) ||
          new Set(v.map((item) => canonical(item, run))).size === v.length ||
          wrong(run, 'has an item twice')
      },
      prefixItems(value, at) {
        const first = list(value, at)
        return (v, run) =>
          !Array.isArray(v) || first.every((test, i) => i >= v.length || test(v[i], run) || within(run, i))
      },
      items(value, at) {
        const from = Array.isArray(schema['prefixItems']) ? schema['prefixItems'].length : 0
        const test = child(value, at)
        return (v, run) => {
          if (!Array.isArray(v)) return true
          for (let i = from; i < v.length; i++) if (!test(v[i], run)) return within(run, i)
          return true
        }
      },
      contains(value, at) {
        const test = child(value, at)
        const least =
          schema['minContains'] === undefined ? 1 : count(schema['minContains'], `${path}/minContains`)
        const most =
          schema['maxContains'] === undefined ? Infinity : count(schema['maxContains'], `${path}/maxContains`)
        return (v, run) => {
          if (!Array.isArray(v)) return true
          let found = 0
          for (const item of v) if (test(item, run)) found++
          return (found >= least && found <= most) || wrong(run, 'does not contain as many as it must')
        }
      },
      minContains: () => null,
      maxContains: () => null,
      minProperties(value, at) {
        const least = count(value, at)
        return (v, run) =>
          !isObject(v) || keysOf(v, run).length >= least || wrong(run, `has fewer than ${least} properties`)
      },
      maxProperties(value, at) {
        const most = count(value, at)
        return (v, run) =>
          !isObject(v) || keysOf(v, run).length <= most || wrong(run, `has more than ${most} properties`)
      },
      required(value, at) {
        const needed = names(value, at)
        return (v, run) => !isObject(v) || has(v, needed, run)
      },
      dependentRequired(value, at) {
        if (!isObject(value)) return fault(at, 'must be an object of lists of names')
        const all = Object.entries(value).map(([key, more]) => [key, names(more, `${at}/${key}`)] as const)
        return (v, run) => {
          if (!isObject(v)) return true
          spend(run, all.length)
          return all.every(([key, more]) => !Object.hasOwn(v, key) || has(v, more, run))
        }
      },
      dependentSchemas(value, at) {
        const all = map(value, at)
        return (v, run) => !isObject(v) || all.every(([key, test]) => !Object.hasOwn(v, key) || test(v, run))
      },
      propertyNames(value, at) {
        const test = child(value, at)
        return (v, run) => !isObject(v) || keysOf(v, run).every((key) => test(key, run) || within(run, key))
      },
      properties(value, at) {
        const all = map(value, at)
        return (v, run) => {
          if (!isObject(v)) return true
          spend(run, all.length)
          return all.every(([key, test]) => !Object.hasOwn(v, key) || test(v[key], run) || within(run, key))
        }
      },
      patternProperties(value, at) {
        const all = map(value, at).map(([key, test]) => [patternOf(key, `${at}/${key}`), test] as const)
        return (v, run) =>
          !isObject(v) ||
          keysOf(v, run).every((key) =>
            all.every(
              ([pattern, test]) => !matches(pattern, key, run) || test(v[key], run) || within(run, key),
            ),
          )
      },
      additionalProperties(value, at) {
        const test = child(value, at)
        const own = new Set(isObject(schema['properties']) ? Object.keys(schema['properties']) : [])
        const kept = isObject(schema['patternProperties'])
          ? Object.keys(schema['patternProperties']).map((key) => patternOf(key, `${path}/patternProperties`))
          : []
        return (v, run) =>
          !isObject(v) ||
          keysOf(v, run).every(
            (key) =>
              own.has(key) ||
              kept.some((pattern) => matches(pattern, key, run)) ||
              test(v[key], run) ||
              within(run, key),
          )
      },
      allOf(value, at) {
        const all = list(value, at)
        return (v, run) => all.every((test) => test(v, run))
      },
      anyOf(value, at) {
        const any = list(value, at)
        return (v, run) => any.some((test) => test(v, run)) || wrong(run, 'fits none of what is allowed')
      },
      oneOf(value, at) {
        const one = list(value, at)
        return (v, run) =>
          one.filter((test) => test(v, run)).length === 1 ||
          wrong(run, 'does not fit exactly one of what is allowed')
      },
      not(value, at) {
        const test = child(value, at)
        return (v, run) => !test(v, run) || wrong(run, 'is what it must not be')
      },
      if(value, at) {
        const test = child(value, at)
        const yes = schema['then'] === undefined ? every.test : child(schema['then'], `${path}/then`)
        const no = schema['else'] === undefined ? every.test : child(schema['else'], `${path}/else`)
        return (v, run) => (test(v, run) ? yes(v, run) : no(v, run))
      },
      then: () => null,
      else: () => null,
    }

    for (const [name, value] of Object.entries(schema)) {
      if (annotations.has(name)) continue
      if (!Object.hasOwn(keyword, name)) fault(`${path}/${name}`, 'this keyword is not supported')
      const test = keyword[name]?.(value, `${path}/${name}`)
      if (test) tests.push(test)
    }
    const test: Test = (value, run) => {
      spend(run, 1 + tests.length)
      for (const one of tests) if (!one(value, run)) return false
      return true
    }
    return { test, size }
  }

  return compile
}

const keysOf = (value: Json, run: Run): string[] => {
  const keys = Object.keys(value)
  spend(run, keys.length)
  return keys
}

const has = (value: Json, needed: readonly string[], run: Run): boolean => {
  spend(run, needed.length)
  const missing = needed.find((name) => !Object.hasOwn(value, name))
  return missing === undefined || wrong(run, `“${missing}” is missing`)
}

const matches = (pattern: Pattern, text: string, run: Run): boolean => {
  spend(run, pattern.size * (text.length + 1))
  return pattern.test(text)
}

/** Characters, not UTF-16 units; counted only where the units leave it open. */
function length(least: number, most: number): Test {
  return (value, run) => {
    if (typeof value !== 'string') return true
    if (value.length < least) return wrong(run, `is shorter than ${least}`)
    if (value.length <= most && value.length >= 2 * least) return true
    spend(run, value.length)
    let characters = 0
    for (const _ of value) characters++
    return (
      (characters >= least && characters <= most) || wrong(run, `must have ${least} to ${most} characters`)
    )
  }
}

/** @returns `product.descriptor-invalid` with the place in the schema and what is wrong there */
export function compileDataSchema(schema: { [key: string]: unknown }): Result<DataSchema> {
  const faulty = (why: string): Result<DataSchema> => fail('product.descriptor-invalid', `dataschema${why}`)
  const bounds = outOfBounds(schema)
  if (bounds !== null) return faulty(`: ${bounds}`)
  if (JSON.stringify(schema).length > mostCharacters) return faulty(': longer than 64 KiB')
  let test: Test
  try {
    test = makeCompiler(schema)(schema, '').test
  } catch (error) {
    if (error instanceof Fault) return faulty(error.message)
    throw error
  }
  let steps = 0
  return ok({
    check(value, bytes) {
      const most = stepsFor(bytes)
      const run: Run = { left: most, why: '', where: '' }
      try {
        return test(value, run)
          ? null
          : printable(`${run.where === '' ? '' : `${run.where}: `}${run.why}`, 300)
      } catch (error) {
        if (!(error instanceof Exhausted)) throw error
        run.left = 0
        return `the product’s schema takes more than ${most} steps on this message: it must be simpler`
      } finally {
        steps = most - run.left
      }
    },
    get steps() {
      return steps
    },
  })
}
