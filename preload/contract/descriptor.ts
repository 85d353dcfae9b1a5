/**
 * A descriptor as it comes from the catalog. What decides trust or meaning must be right (kind, domain, marking,
 * dataschema); a wrong hint is left out, and its owner is told: the data comes all the same.
 */
import * as v from 'valibot'
import { domainOf } from './entity.ts'
import {
  DescriptorSchema,
  DurationSchema,
  OpenSchema,
  SeriesDescriptorSchema,
  durationMs,
  type Descriptor,
  type Open,
  type ProductName,
} from './product.ts'
import { fail, ok, type Result } from './result.ts'
import { oneLine } from './text.ts'
import { WordsSchema } from './words.ts'

export interface ReadDescriptor {
  descriptor: Descriptor
  /** what was wrong and is not used, each with its place and why; for the owner, in English */
  leftOut: string[]
}

/** What a product promises that says nothing, or nothing readable. */
const freshness = 'PT5M'
/** Nothing is let go because of a slip: the node's policy says how long at most. */
const retention = 'P365D'
const leastRetention = 'PT1M'
const mostLeftOut = 20
const mostCharacters = 500
const deepest = 6

type Json = { [key: string]: unknown }
const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Every text in it on one line, without what could hide in it or turn it round. */
function cleaned(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return oneLine(value, mostCharacters)
  if (typeof value !== 'object' || value === null) return value
  if (depth > deepest) return null
  if (Array.isArray(value)) return value.map((item) => cleaned(item, depth + 1))
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => key !== '__proto__')
      .map(([key, item]) => [oneLine(key, 200), cleaned(item, depth + 1)]),
  )
}

/** @returns `product.descriptor-invalid` with the place and what is wrong there */
export function readDescriptor(product: ProductName, value: unknown): Result<ReadDescriptor> {
  const faulty = (why: string): Result<ReadDescriptor> => fail('product.descriptor-invalid', why, product)
  if (!isObject(value)) return faulty('the descriptor is no object')
  const leftOut: string[] = []
  const leave = (path: string, why: string): void => {
    if (leftOut.length < mostLeftOut) leftOut.push(oneLine(`${path}: ${why}`, 300))
    else if (leftOut.length === mostLeftOut) leftOut.push('and more')
  }
  const { dataschema, ...hints } = value
  const raw = cleaned(hints) as Json

  const { kind, domain, marking } = DescriptorSchema.entries
  const trusted = v.safeParse(v.object({ kind, domain, marking }), raw)
  if (!trusted.success) {
    const [issue] = trusted.issues
    return faulty(`${v.getDotPath(issue) ?? 'the descriptor'}: ${oneLine(issue.message, 200)}`)
  }
  if (trusted.output.domain !== domainOf(product))
    return faulty(`the descriptor's domain is ${trusted.output.domain}`)
  if (dataschema !== undefined && !isObject(dataschema)) return faulty('dataschema: must be an object')

  /** @returns what may be used of it; undefined: nothing, and if something was there, it is told */
  const hint = <S extends v.GenericSchema>(
    schema: S,
    path: string,
    from: unknown,
  ): v.InferOutput<S> | undefined => {
    if (from === undefined) return undefined
    const read = v.safeParse(schema, from)
    if (read.success) return read.output
    const [issue] = read.issues
    leave(path, `${issue.message}; left out`)
    return undefined
  }
  /** Which part of it is wrong is told; then none of it holds: without its licence nobody may pass it on. */
  const open = (from: unknown): Open | undefined => {
    if (from === undefined) return undefined
    const read = v.safeParse(OpenSchema, from)
    if (read.success) return read.output
    const [issue] = read.issues
    leave(['open', v.getDotPath(issue)].filter(Boolean).join('.'), `${issue.message}; left out`)
    return undefined
  }
  /** What must be there for people, or is assumed. */
  const assumed = <S extends v.GenericSchema>(schema: S, path: string, from: unknown, otherwise: string) => {
    if (from === undefined) leave(path, `is missing; “${otherwise}” is assumed`)
    return hint(schema, path, from) ?? otherwise
  }
  const each = <T>(
    path: string,
    from: unknown,
    one: (at: string, from: unknown, key: string) => T | undefined,
  ) => {
    if (from === undefined) return undefined
    if (!isObject(from)) {
      leave(path, 'must be an object; left out')
      return undefined
    }
    const entries = Object.entries(from).map(
      ([key, item]) => [key, one(`${path}.${key}`, item, key)] as const,
    )
    return Object.fromEntries(entries.filter(([, item]) => item !== undefined))
  }
  const series = (path: string, from: unknown, name: string): Json | undefined => {
    if (!isObject(from)) {
      leave(path, 'must be an object; left out')
      return undefined
    }
    const { title, qualifier, unit, range, precision, threshold } = SeriesDescriptorSchema.entries
    return present({
      title: assumed(title, `${path}.title`, from['title'], name),
      qualifier: hint(qualifier, `${path}.qualifier`, from['qualifier']),
      unit: hint(unit, `${path}.unit`, from['unit']),
      range: hint(range, `${path}.range`, from['range']),
      precision: hint(precision, `${path}.precision`, from['precision']),
      threshold: hint(threshold, `${path}.threshold`, from['threshold']),
    })
  }

  let kept = assumed(DurationSchema, 'retention', raw['retention'], retention)
  if (durationMs(kept) < durationMs(leastRetention)) {
    leave('retention', `${kept} is less than ${leastRetention}, which is kept`)
    kept = leastRetention
  }
  const { symbology, unit, range } = raw
  const whole = v.safeParse(
    DescriptorSchema,
    present({
      ...trusted.output,
      title: assumed(WordsSchema, 'title', raw['title'], product),
      owner: assumed(WordsSchema, 'owner', raw['owner'], '–'),
      freshness: assumed(DurationSchema, 'freshness', raw['freshness'], freshness),
      retention: kept,
      symbology: each('symbology', symbology, (at, symbol) => hint(v.string(), at, symbol)),
      unit: hint(DescriptorSchema.entries.unit, 'unit', unit),
      range: hint(DescriptorSchema.entries.range, 'range', range),
      series: each('series', raw['series'], series),
      open: open(raw['open']),
      dataschema,
    }),
  )
  return whole.success
    ? ok({ descriptor: whole.output, leftOut })
    : faulty(oneLine(whole.issues[0].message, 200))
}

const present = (entries: Json): Json =>
  Object.fromEntries(Object.entries(entries).filter(([, value]) => value !== undefined))
