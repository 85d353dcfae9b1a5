/**
 * A formula's line, read: CEL (cel.dev) by its library for what is said in parentheses and behind `where`, with products,
 * durations and the words `and`, `or`, `not`, `by`, `where` as people write them. Nothing is evaluated here, and what is
 * read has no loops, no patterns and no calls but those below: what one event costs is bounded by its length.
 */
import { Environment } from '@marcbachmann/cel-js'
import { severities } from './event.ts'
import { nameInDomain } from './entity.ts'
import {
  aggregates,
  mostFormula,
  type AggregateName,
  type FormulaFault,
  type FormulaFaultCode,
} from './formula.ts'
import { durationMs, type ProductName } from './product.ts'

/** What is asked of an event. `severity` is compared by its place in `severities`. */
export type Condition =
  | { is: 'literal'; value: string | number | boolean }
  | { is: 'field'; name: string }
  | { is: 'not' | 'minus'; of: Condition }
  | { is: Binary; a: Condition; b: Condition }
  | { is: 'in'; a: Condition; list: (string | number)[] }
  | { is: 'contains' | 'startsWith' | 'endsWith'; a: Condition; text: string }
const binaries = ['&&', '||', '==', '!=', '<', '<=', '>', '>=', '+', '-', '*', '/', '%'] as const
export type Binary = (typeof binaries)[number]

/** What is made of the aggregates: they are named by their place. */
export type Made =
  | { is: 'literal'; value: number }
  | { is: 'aggregate'; at: number }
  | { is: 'minus' | 'abs'; of: Made }
  | { is: '+' | '-' | '*' | '/'; a: Made; b: Made }

export interface Aggregate {
  name: AggregateName
  product: ProductName
  /** ms */
  window: number
  /** of `percentile`: 0 to 100 */
  percent: number
  condition: Condition | null
}

export interface Formula {
  made: Made
  aggregates: Aggregate[]
  /** of all of them */
  where: Condition | null
  /** a field; null: one figure */
  by: string | null
}

export type ReadFormula = { formula: Formula } | { fault: FormulaFault }

export const leastWindow = 1000
export const mostWindow = 24 * 3_600_000
const mostAggregates = 6
/** Of `latest`, where nothing is said. */
const latestWindow = 3_600_000

/** Fields that an event has as columns, and what they are; any other name is one of its properties. */
export const fieldTypes: { [name: string]: 'text' | 'number' | 'severity' } = {
  entity: 'text',
  series: 'text',
  unit: 'text',
  name: 'text',
  category: 'text',
  status: 'text',
  severity: 'severity',
  value: 'number',
  lon: 'number',
  lat: 'number',
  course: 'number',
  speed: 'number',
}
type Type = 'text' | 'number' | 'severity' | 'yes' | 'any'

class Fault extends Error {
  constructor(
    readonly code: FormulaFaultCode,
    readonly from: number,
    readonly to: number,
    readonly what = '',
  ) {
    super(code)
  }
}

const cel = new Environment({
  unlistedVariablesAreDyn: true,
  limits: { maxAstNodes: 200, maxDepth: 24, maxListElements: 50, maxMapEntries: 0, maxCallArguments: 4 },
})

/** What we use of the library's tree. */
interface Node {
  op: string
  args: unknown
  start: number
  end: number
}

const units: { [unit: string]: number } = { s: 1000, min: 60_000, h: 3_600_000, d: 86_400_000, j: 86_400_000 }
const duration = /(\d+(?:\.\d+)?)\s*(s|min|h|d|j)(?![\p{L}\p{N}_])/uy
const iso = /P(?=[\dT])(?:\d+D)?(?:T(?=\d)(?:\d+H)?(?:\d+M)?(?:\d+S)?)?(?![\p{L}\p{N}_])/uy
const named = /[a-z0-9][a-z0-9-]{0,63}\.[a-z0-9][a-z0-9-]{0,63}(?=\s*[,)])/y
const word = /[\p{L}_][\p{L}\p{N}_]*/uy
const said: { [word: string]: string } = { and: '&&', or: '||', not: '!' }
const signs: { [sign: string]: string } = { '≥': '>=', '≤': '<=', '≠': '!=', '×': '*', '−': '-', '÷': '/' }

/** A part of the line as CEL, and where in the line each of its characters comes from. */
interface Part {
  text: string
  origin: number[]
  /** where it begins and ends in the line */
  from: number
  to: number
}

interface Parts {
  value: Part
  by: Part | null
  where: Part | null
  products: ProductName[]
}

/** Cuts the line into its clauses, and writes as CEL what people write otherwise. */
function cut(line: string, of: ProductName | null): Parts {
  const products: ProductName[] = []
  const part = (from: number): Part => ({ text: '', origin: [], from, to: from })
  const clauses: Parts = { value: part(0), by: null, where: null, products }
  let current = clauses.value
  let depth = 0
  let at = 0
  const add = (text: string, length: number): void => {
    current.text += text
    for (let i = 0; i < text.length; i++) current.origin.push(at + Math.min(i, length - 1))
    at += length
    current.to = at
  }
  const match = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at
    return pattern.exec(line)
  }
  const begins = (): boolean => at === 0 || !/[\p{L}\p{N}_.]/u.test(line[at - 1]!)
  while (at < line.length) {
    const sign = line[at]!
    if (sign === '"' || sign === "'") {
      let end = at + 1
      while (end < line.length && line[end] !== sign) end += line[end] === '\\' ? 2 : 1
      if (end >= line.length) throw new Fault('syntax', at, line.length, sign)
      add(line.slice(at, end + 1), end + 1 - at)
      continue
    }
    if (signs[sign] !== undefined) {
      add(signs[sign], 1)
      continue
    }
    if (begins()) {
      const product = /\(\s*$/.test(current.text) && current === clauses.value ? match(named) : null
      if (product !== null && !/^\d+\.\d+$/.test(product[0])) {
        products.push(product[0])
        add(`p_${products.length - 1}`, product[0].length)
        continue
      }
      const length = match(iso)
      if (length !== null) {
        add(`w_${durationMs(length[0])}`, length[0].length)
        continue
      }
      const time = match(duration)
      if (time !== null) {
        add(`w_${Math.round(Number(time[1]) * units[time[2]!]!)}`, time[0].length)
        continue
      }
      const known = match(word)
      if (known !== null) {
        const [text] = known
        if (depth === 0 && (text === 'by' || text === 'where')) {
          if (clauses[text] !== null) throw new Fault('clause', at, at + text.length, text)
          at += text.length
          current = part(at)
          clauses[text] = current
        } else if (
          of !== null &&
          current === clauses.value &&
          text === nameInDomain(of) &&
          /\(\s*$/.test(current.text)
        ) {
          products.push(of)
          add(`p_${products.length - 1}`, text.length)
        } else if (text.startsWith('p_') || text.startsWith('w_')) {
          throw new Fault('not-here', at, at + text.length, text)
        } else add(Object.hasOwn(said, text) ? said[text]! : text, text.length)
        continue
      }
    }
    if (sign === '(' || sign === '[') depth++
    if (sign === ')' || sign === ']') depth--
    add(sign, 1)
  }
  return clauses
}

/** @returns the part's tree, its places those of the line */
function treeOf(part: Part): Node {
  const place = (at: number): number => part.origin[at] ?? part.to
  try {
    return moved((cel.parse(part.text) as unknown as { ast: Node }).ast, place)
  } catch (error) {
    if (error instanceof Fault) throw error
    const { code, range } = error as { code?: unknown; range?: { start: number; end: number } }
    if (typeof code !== 'string') throw error
    const from = place(range?.start ?? 0)
    const to = Math.max(from + 1, place(Math.max(range?.start ?? 0, (range?.end ?? 0) - 1)) + 1)
    const what = part.text.slice(range?.start ?? 0, range?.end ?? 0)
    throw new Fault(code === 'limit_exceeded' ? 'too-deep' : 'syntax', from, to, what)
  }
}

function moved(node: Node, place: (at: number) => number): Node {
  const move = (value: unknown): unknown =>
    Array.isArray(value)
      ? value.map(move)
      : typeof value === 'object' && value !== null && 'op' in value
        ? moved(value as Node, place)
        : value
  const start = place(node.start)
  return {
    op: node.op,
    args: move(node.args),
    start,
    end: Math.max(start + 1, place(Math.max(node.start, node.end - 1)) + 1),
  }
}

const isBinary = (op: string): op is Binary => (binaries as readonly string[]).includes(op)
const isSeverity = (text: unknown): text is string => (severities as readonly unknown[]).includes(text)

function literal(node: Node): { is: 'literal'; value: string | number | boolean } {
  const { args: value } = node
  if (typeof value === 'bigint') return { is: 'literal', value: Number(value) }
  if (typeof value === 'number' && Number.isFinite(value)) return { is: 'literal', value }
  if (typeof value === 'string' || typeof value === 'boolean') return { is: 'literal', value }
  throw new Fault('not-here', node.start, node.end)
}

interface Typed {
  condition: Condition
  type: Type
}

const fault = (code: FormulaFaultCode, { start, end }: Node, what = ''): never => {
  throw new Fault(code, start, end, what)
}

function conditionOf(node: Node): Typed {
  if (node.op === 'value') {
    const condition = literal(node)
    const type = { string: 'text', number: 'number', boolean: 'yes' } as const
    return { condition, type: type[typeof condition.value as 'string'] }
  }
  if (node.op === 'id') {
    const name = String(node.args)
    if (/^[pw]_\d/.test(name)) return fault('not-here', node)
    const type = Object.hasOwn(fieldTypes, name) ? fieldTypes[name]! : 'any'
    return { condition: { is: 'field', name }, type }
  }
  if (node.op === '.') {
    const [of, name] = node.args as [Node, string]
    // `properties.zone` is `zone`
    if (of.op === 'id' && of.args === 'properties')
      return { condition: { is: 'field', name: `properties.${name}` }, type: 'any' }
    return fault('not-here', node, name)
  }
  if (node.op === '!_') {
    const { condition, type } = conditionOf(node.args as Node)
    if (type !== 'yes' && type !== 'any') fault('yes-or-no', node.args as Node)
    return { condition: { is: 'not', of: condition }, type: 'yes' }
  }
  if (node.op === '-_') {
    const { condition, type } = conditionOf(node.args as Node)
    if (type !== 'number' && type !== 'any') fault('type', node.args as Node)
    return { condition: { is: 'minus', of: condition }, type: 'number' }
  }
  if (node.op === 'in') {
    const [left, right] = node.args as [Node, Node]
    const a = conditionOf(left)
    if (right.op !== 'list') return fault('not-here', right)
    const list = (right.args as Node[]).map((one) => {
      if (a.type === 'severity') return severityOf(one)
      const { value } = one.op === 'value' ? literal(one) : fault('type', one)
      const isFitting = a.type === 'any' || (a.type === 'number') === (typeof value === 'number')
      if (typeof value === 'boolean' || !isFitting) return fault('type', one)
      return value
    })
    return { condition: { is: 'in', a: a.condition, list }, type: 'yes' }
  }
  if (node.op === 'rcall') {
    const [name, of, given] = node.args as [string, Node, Node[]]
    if (name !== 'contains' && name !== 'startsWith' && name !== 'endsWith')
      return fault('unknown-function', node, name)
    const a = conditionOf(of)
    if (a.type !== 'text' && a.type !== 'any') fault('type', of)
    const [text] = given
    if (text?.op !== 'value' || typeof text.args !== 'string' || given.length !== 1)
      return fault('arguments', node, name)
    return { condition: { is: name, a: a.condition, text: text.args }, type: 'yes' }
  }
  if (isBinary(node.op)) return binaryOf(node.op, node.args as [Node, Node], node)
  if (node.op === 'call') {
    const [name] = node.args as [string]
    return fault((aggregates as readonly string[]).includes(name) ? 'nested' : 'unknown-function', node, name)
  }
  return fault('not-here', node)
}

/** `Minor` or "Minor" beside a severity. */
function severityOf(node: Node): number {
  const value = node.op === 'id' || node.op === 'value' ? node.args : null
  if (!isSeverity(value)) return fault('severity', node, typeof value === 'string' ? value.slice(0, 100) : '')
  return (severities as readonly string[]).indexOf(value)
}

function binaryOf(op: Binary, [left, right]: [Node, Node], node: Node): Typed {
  const made = (a: Condition, b: Condition, type: Type): Typed => ({ condition: { is: op, a, b }, type })
  const isField = ({ op: kind, args }: Node): boolean => kind === 'id' && args === 'severity'
  const isOrder = op === '<' || op === '<=' || op === '>' || op === '>='
  const isEqual = op === '==' || op === '!='
  if ((isOrder || isEqual) && isField(left) !== isField(right)) {
    const of = (one: Node): Condition =>
      isField(one) ? conditionOf(one).condition : { is: 'literal', value: severityOf(one) }
    return made(of(left), of(right), 'yes')
  }
  const a = conditionOf(left)
  const b = conditionOf(right)
  const wants = (type: Type, code: FormulaFaultCode): void => {
    if (a.type !== type && a.type !== 'any') fault(code, left)
    if (b.type !== type && b.type !== 'any') fault(code, right)
  }
  if (op === '&&' || op === '||') {
    wants('yes', 'yes-or-no')
    return made(a.condition, b.condition, 'yes')
  }
  if (isOrder || isEqual) {
    if (a.type !== b.type && a.type !== 'any' && b.type !== 'any') fault('type', node)
    if (isOrder && (a.type === 'yes' || b.type === 'yes')) fault('type', node)
    return made(a.condition, b.condition, 'yes')
  }
  wants('number', 'type')
  return made(a.condition, b.condition, 'number')
}

const wholeCondition = (node: Node): Condition => {
  const { condition, type } = conditionOf(node)
  return type === 'yes' || type === 'any' ? condition : fault('yes-or-no', node)
}

function aggregateOf(name: AggregateName, given: Node[], node: Node, products: ProductName[]): Aggregate {
  const at = given[0]?.op === 'id' ? /^p_(\d+)$/.exec(String(given[0].args)) : null
  const product = at === null ? undefined : products[Number(at[1])]
  if (product === undefined)
    return fault(
      'product',
      given[0] ?? node,
      given[0]?.op === 'id' ? String(given[0].args).slice(0, 100) : '',
    )
  const rest = given.slice(1)
  let percent = 50
  if (name === 'percentile') {
    const one = rest.shift()
    const value = one?.op === 'value' ? literal(one).value : null
    if (typeof value !== 'number' || value < 0 || value > 100) return fault('percent', one ?? node)
    percent = value
  }
  let window = latestWindow
  const length = rest[0]?.op === 'id' ? /^w_(\d+)$/.exec(String(rest[0].args)) : null
  if (length !== null) {
    window = Number(length[1])
    if (window < leastWindow || window > mostWindow) fault('window-bounds', rest[0]!)
    rest.shift()
  } else if (name !== 'latest') fault('window', rest[0] ?? node, name)
  if (rest.length > 1) fault('arguments', rest[1]!, name)
  return { name, product, window, percent, condition: rest[0] === undefined ? null : wholeCondition(rest[0]) }
}

function madeOf(node: Node, all: Aggregate[], products: ProductName[]): Made {
  const inner = (one: Node): Made => madeOf(one, all, products)
  if (node.op === 'value') {
    const { value } = literal(node)
    return typeof value === 'number' ? { is: 'literal', value } : fault('type', node)
  }
  if (node.op === '-_') return { is: 'minus', of: inner(node.args as Node) }
  if (node.op === '+' || node.op === '-' || node.op === '*' || node.op === '/') {
    const [a, b] = node.args as [Node, Node]
    return { is: node.op, a: inner(a), b: inner(b) }
  }
  if (node.op === 'call') {
    const [name, given] = node.args as [string, Node[]]
    if ((aggregates as readonly string[]).includes(name)) {
      if (all.length >= mostAggregates) fault('too-many', node)
      all.push(aggregateOf(name as AggregateName, given, node, products))
      return { is: 'aggregate', at: all.length - 1 }
    }
    const [a, b] = given
    if (name === 'abs')
      return given.length === 1 && a ? { is: 'abs', of: inner(a) } : fault('arguments', node, name)
    if (name === 'ratio')
      return given.length === 2 && a && b
        ? { is: '/', a: inner(a), b: inner(b) }
        : fault('arguments', node, name)
    return fault('unknown-function', { ...node, end: node.start + name.length }, name)
  }
  if (node.op === 'id') return fault('no-figure', node, String(node.args).slice(0, 100))
  return fault('not-here', node)
}

/** @param of the product that may be named without its domain */
export function readFormula(line: string, of: ProductName | null = null): ReadFormula {
  try {
    if (line.trim() === '') throw new Fault('empty', 0, 0)
    if (line.length > mostFormula) throw new Fault('too-many', mostFormula, line.length)
    const { value, by, where, products } = cut(line, of)
    if (value.text.trim() === '') throw new Fault('empty', value.from, value.to)
    const all: Aggregate[] = []
    const tree = treeOf(value)
    const made = madeOf(tree, all, products)
    if (all.length === 0) fault('no-figure', tree)
    return {
      formula: {
        made,
        aggregates: all,
        where: where === null ? null : wholeCondition(clause(where, 'where')),
        by: by === null ? null : groupIn(by),
      },
    }
  } catch (error) {
    if (error instanceof Fault) {
      const { code, from, to, what } = error
      return {
        fault: {
          code,
          from: Math.min(from, line.length),
          to: Math.min(to, line.length),
          what: what.slice(0, 100),
        },
      }
    }
    // the library stumbled
    return { fault: { code: 'syntax', from: 0, to: line.length, what: '' } }
  }
}

function clause(part: Part, name: string): Node {
  if (part.text.trim() === '') throw new Fault('clause', part.from - name.length, part.from, name)
  return treeOf(part)
}

function groupIn(part: Part): string {
  const text = part.text.trim()
  const from = part.from + part.text.search(/\S|$/)
  if (!/^(?:properties\.)?[\p{L}_][\p{L}\p{N}_-]{0,63}$/u.test(text))
    throw new Fault(
      'by',
      text === '' ? part.from - 2 : from,
      Math.max(part.to, part.from),
      text.slice(0, 100),
    )
  return text
}
