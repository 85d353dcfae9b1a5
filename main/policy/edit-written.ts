/** Changes one value of a policy as a person wrote it: every other line, and every comment, stays as it is. */
import { isDeepStrictEqual } from 'node:util'
import { Document, isCollection, isMap, isNode, isScalar, isSeq, parseDocument } from 'yaml'
import type { Node, YAMLMap, YAMLSeq } from 'yaml'

/** Where a value stands: keys, and numbers from 0 in a list. */
export type PathInPolicy = readonly (string | number)[]
/** undefined: it says nothing of it */
export type WrittenValue = unknown

const options = { uniqueKeys: false, logLevel: 'error' } as const
const read = (text: string): Document.Parsed => parseDocument(text, options)

/** On one line, as people write short things. */
function inOneLine(value: unknown): string {
  const document = new Document(value, { aliasDuplicateObjects: false })
  if (isCollection(document.contents)) document.contents.flow = true
  return document.toString({ lineWidth: 0 }).trimEnd()
}
/** … as it stands between commas and brackets. */
const inBrackets = (value: unknown): string => inOneLine([value]).slice(1, -1).trim()

/** The same with this in it; what becomes empty thereby goes, too. */
export function withValue(whole: unknown, path: PathInPolicy, value: WrittenValue): unknown {
  const [key, ...rest] = path
  if (key === undefined) return value
  if (typeof key === 'number') {
    const list: unknown[] = Array.isArray(whole) ? [...(whole as unknown[])] : []
    const next = withValue(list[key], rest, value)
    if (next === undefined) list.splice(key, 1)
    else list[Math.min(key, list.length)] = next
    return list
  }
  const isThings = typeof whole === 'object' && whole !== null && !Array.isArray(whole)
  const map = new Map<string, unknown>(isThings ? Object.entries(whole) : [])
  const next = withValue(map.get(key), rest, value)
  const isEmpty =
    rest.length > 0 && typeof next === 'object' && next !== null && Object.keys(next).length === 0
  if (next === undefined || isEmpty) map.delete(key)
  else map.set(key, next)
  return Object.fromEntries(map)
}

/** @returns the text with this value; as it was where that changes nothing */
export function editWritten(text: string, path: PathInPolicy, value: WrittenValue): string {
  const document = read(text)
  const before: unknown = document.toJS()
  const wanted = withValue(before, path, value)
  if (isDeepStrictEqual(before, wanted)) return text
  const says = (edited: string): boolean => {
    const again = read(edited)
    return again.errors.length === 0 && isDeepStrictEqual(again.toJS(), wanted)
  }
  const ways = [
    () => inPlace(text, document, path, value),
    () => inItsLine(text, document, path, value, wanted),
    () => anew(text, path, value),
  ]
  for (const way of ways) {
    const edited = way()
    if (edited !== null && says(edited)) return edited
  }
  // what is left of what its author wrote are the values
  return new Document(wanted).toString({ lineWidth: 0 })
}

const at = (whole: unknown, path: PathInPolicy): unknown =>
  path.reduce<unknown>(
    (value, key) =>
      typeof value === 'object' && value !== null
        ? (value as Record<string | number, unknown>)[key]
        : undefined,
    whole,
  )

const isBlock = (node: unknown): node is YAMLMap | YAMLSeq => isCollection(node) && node.flow !== true

/** Only the characters of the value itself, where one short value takes another's place. */
function inPlace(text: string, document: Document, path: PathInPolicy, value: WrittenValue): string | null {
  const node: unknown = document.getIn(path, true)
  if (!isScalar(node) || !node.range || typeof value === 'object' || value === undefined) return null
  if (node.type === 'BLOCK_LITERAL' || node.type === 'BLOCK_FOLDED') return null
  const inBlock = isBlock(document.getIn(path.slice(0, -1), true))
  return put(text, node.range[0], node.range[1], inBlock ? inOneLine(value) : inBrackets(value))
}

/** The line of what it is about, or a new one below its like. */
function inItsLine(
  text: string,
  document: Document,
  path: PathInPolicy,
  value: WrittenValue,
  wanted: unknown,
): string | null {
  let block: unknown = document.contents
  let depth = 0
  const inner = () => (isBlock(block) ? block.get(path[depth], true) : null)
  while (depth + 1 < path.length && isBlock(inner()) && at(wanted, path.slice(0, depth + 1)) !== undefined) {
    block = inner()
    depth += 1
  }
  const key = path[depth]
  if (!isBlock(block) || key === undefined) return null
  const next = depth + 1 === path.length ? value : at(wanted, path.slice(0, depth + 1))
  const node = inner()
  if (next === undefined) return without(text, block, key)
  if (node === undefined || node === null) return withLine(text, block, key, next)
  if (!isNode(node) || !node.range) return null
  const [from, end] = node.range
  if (!isBlock(node)) return put(text, from, end, inOneLine(next))
  // a list over several lines becomes one on the line of its key
  const before = text.slice(0, from).trimEnd().length
  return put(text, before, text.slice(0, end).trimEnd().length, ` ${inOneLine(next)}`)
}

const put = (text: string, from: number, to: number, what: string): string =>
  `${text.slice(0, from)}${what}${text.slice(to)}`
const startOfLine = (text: string, offset: number): number => text.lastIndexOf('\n', offset - 1) + 1

/** Where a block's key and value stand, whole lines. */
function linesOf(text: string, block: Node, key: string | number): [number, number] | null {
  let first: Node | undefined
  let last: unknown
  if (isMap(block)) {
    const pair = block.items.find((each) => isScalar(each.key) && String(each.key.value) === String(key))
    if (pair !== undefined && isScalar(pair.key)) first = pair.key
    last = pair?.value ?? first
  } else if (isSeq(block)) {
    last = block.items[Number(key)]
    if (isNode(last)) first = last
  }
  if (!first?.range || !isNode(last) || !last.range) return null
  const end = text.slice(0, last.range[1]).trimEnd().length
  const newline = text.indexOf('\n', end)
  return [startOfLine(text, first.range[0]), newline < 0 ? text.length : newline + 1]
}

function without(text: string, block: Node, key: string | number): string | null {
  const lines = linesOf(text, block, key)
  return lines === null ? null : put(text, ...lines, '')
}

function withLine(text: string, block: Node, key: string | number, value: unknown): string | null {
  const items = isMap(block) || isSeq(block) ? block.items : []
  const lastKey = isMap(block)
    ? (block.items.at(-1)?.key as { value?: unknown } | undefined)?.value
    : items.length - 1
  if (lastKey === undefined || items.length === 0) return null
  const lines = linesOf(text, block, lastKey as string | number)
  if (lines === null) return null
  const indent = /^\s*/.exec(text.slice(lines[0], lines[1]))?.[0] ?? ''
  const entry = isSeq(block) ? '- ' : `${inOneLine(String(key))}: `
  const newline = lines[1] === text.length && !text.endsWith('\n') ? '\n' : ''
  return put(text, lines[1], lines[1], `${newline}${indent}${entry}${inOneLine(value)}\n`)
}

/** As the YAML library writes the whole: its comments stay, how it was laid out does not. */
function anew(text: string, path: PathInPolicy, value: WrittenValue): string | null {
  const document = read(text)
  try {
    if (value === undefined) document.deleteIn(path)
    else document.setIn(path, document.createNode(value))
    return document.toString({ lineWidth: 0 })
  } catch {
    return null
  }
}
