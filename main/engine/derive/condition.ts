/** A condition as a function of a batch's row. What is missing, or of another type, fits no comparison. */
import type { Binary, Condition } from '../../../preload/contract/formula-text.ts'
import { fieldOf, type Read, type Value } from './rows.ts'

const compared: { [B in Binary]?: (a: Value, b: Value) => Value } = {
  '==': (a, b) => a === b,
  '!=': (a, b) => a !== b,
  '<': (a, b) => typeof a === typeof b && a! < b!,
  '<=': (a, b) => typeof a === typeof b && a! <= b!,
  '>': (a, b) => typeof a === typeof b && a! > b!,
  '>=': (a, b) => typeof a === typeof b && a! >= b!,
  '+': (a, b) => number(a) + number(b),
  '-': (a, b) => number(a) - number(b),
  '*': (a, b) => number(a) * number(b),
  '/': (a, b) => number(a) / number(b),
  '%': (a, b) => number(a) % number(b),
}
const number = (value: Value): number => (typeof value === 'number' ? value : Number.NaN)

export function readOf(condition: Condition): Read {
  switch (condition.is) {
    case 'literal':
      return () => condition.value
    case 'field':
      return fieldOf(condition.name)
    case 'not': {
      const of = readOf(condition.of)
      return (rows, i) => of(rows, i) !== true
    }
    case 'minus': {
      const of = readOf(condition.of)
      return (rows, i) => -number(of(rows, i))
    }
    case 'in': {
      const a = readOf(condition.a)
      const list = new Set<Value>(condition.list)
      return (rows, i) => list.has(a(rows, i))
    }
    case 'contains':
    case 'startsWith':
    case 'endsWith': {
      const { is, text } = condition
      const a = readOf(condition.a)
      return (rows, i) => {
        const value = a(rows, i)
        if (typeof value !== 'string') return false
        return is === 'contains' ? value.includes(text) : value[is](text)
      }
    }
    case '&&': {
      const [a, b] = [readOf(condition.a), readOf(condition.b)]
      return (rows, i) => a(rows, i) === true && b(rows, i) === true
    }
    case '||': {
      const [a, b] = [readOf(condition.a), readOf(condition.b)]
      return (rows, i) => a(rows, i) === true || b(rows, i) === true
    }
    default: {
      const [a, b] = [readOf(condition.a), readOf(condition.b)]
      const by = compared[condition.is]!
      return (rows, i) => by(a(rows, i), b(rows, i))
    }
  }
}
