/** What a policy says, as it is read and typed in a form. */
import type { Says } from '../../../preload/contract/policies.ts'
import { durationMs } from '../../../preload/contract/product.ts'
import type { Field } from './fields.ts'

export type Path = (string | number)[]

export function valueAt(says: unknown, path: readonly (string | number)[]): unknown {
  let value = says
  for (const [depth, key] of path.entries()) {
    // a wall that is only a name
    if (depth === 1 && path[0] === 'wall' && typeof value === 'string')
      return key === 'name' ? value : undefined
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined
    value = (value as Record<string | number, unknown>)[key]
  }
  return value
}

/** What is changed in the file where this is typed: a wall that is only a name becomes more than that. */
export function editOf(says: Says, path: Path, value: unknown): { path: Path; value: unknown } {
  const { wall } = says
  const [first, key] = path
  if (first !== 'wall' || typeof wall !== 'string' || typeof key !== 'string') return { path, value }
  return { path: ['wall'], value: key === 'name' ? value : { name: wall, [key]: value } }
}

/** As it stands in the field's place, what holds where nothing is said among it. */
export const heldBy = (says: unknown, { path, absent }: Field): unknown => valueAt(says, path) ?? absent

/** A text, where it is one. */
export const textAt = (says: unknown, path: readonly (string | number)[]): string => {
  const value = valueAt(says, path)
  return typeof value === 'string' || typeof value === 'number' ? String(value) : ''
}

export const isSame = (one: unknown, other: unknown): boolean =>
  JSON.stringify(one ?? null) === JSON.stringify(other ?? null)

/** A value as a person types it. */
export function typed(value: unknown, kind: Field['kind']): string {
  if (value === null || value === undefined) return ''
  return Array.isArray(value) ? value.map(asText).join(kind === 'names' ? '\n' : ', ') : asText(value)
}

const asText = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value))

const asNumber = (text: string): string | number => {
  const number = Number(text.replace(',', '.'))
  // what is no number is for the schema to refuse, at its place
  return text !== '' && Number.isFinite(number) ? number : text
}

/** What somebody typed, as the file has it; undefined: nothing. */
export function meant(text: string, kind: Field['kind']): unknown {
  const trimmed = text.trim()
  if (trimmed === '') return undefined
  if (kind === 'names')
    return trimmed
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== '')
  if (kind === 'numbers') return trimmed.split(/[\s,;]+/).map(asNumber)
  return kind === 'whole' ? asNumber(trimmed) : trimmed
}

/** `96 h`, `4 j`: the longest unit in which it is whole. */
export function spanOf(duration: unknown, day: string): string {
  const ms = typeof duration === 'string' && /^P[\dT]/.test(duration) ? durationMs(duration) : Number.NaN
  if (!Number.isFinite(ms)) return typed(duration, 'text')
  const units = [
    [day, 86_400_000],
    ['h', 3_600_000],
    ['min', 60_000],
  ] as const
  const [unit, length] = units.find(([, each]) => ms > 0 && ms % each === 0) ?? ['s', 1000]
  return `${ms / length} ${unit}`
}
