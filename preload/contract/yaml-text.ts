import * as v from 'valibot'
import { LineCounter, isMap, isScalar, parseDocument, visit, type Document } from 'yaml'
import { fail, ok, type ProblemCode, type Result } from './result.ts'
import { yamlOutOfBounds } from './yaml-bounds.ts'

/** What people write by hand is small; more is a mistake or an attack. */
export const mostText = 1_000_000

/** Where in the text the value at this path begins; where it is missing, where the thing that lacks it begins. */
const offsetOf = (document: Document, path: readonly (string | number)[]): number => {
  for (let length = path.length; length >= 0; length--) {
    const parent = document.getIn(path.slice(0, length - 1), true)
    // a wrong key is shown at the key, not at its value
    if (length > 0 && isMap(parent)) {
      const pair = parent.items.find(
        ({ key }) => isScalar(key) && String(key.value) === String(path[length - 1]),
      )
      if (pair && isScalar(pair.key) && pair.key.range) return pair.key.range[0]
    }
    const node = length === 0 ? document.contents : document.getIn(path.slice(0, length), true)
    if (typeof node === 'object' && node !== null && 'range' in node && Array.isArray(node.range))
      return Number(node.range[0])
  }
  return 0
}

/**
 * Reads YAML that a person wrote into what a schema describes.
 *
 * @param file only to be named
 * @returns `code` with `subject` as `FILE:LINE:COLUMN` (1-based) and the reason
 */
export function readYamlText<S extends v.GenericSchema>(
  text: string,
  schema: S,
  file: string,
  code: ProblemCode,
): Result<v.InferOutput<S>> {
  if (text.length > mostText) return fail(code, `the file is larger than ${mostText} characters`, file)
  const lines = new LineCounter()
  const at = (offset: number) => {
    const { line, col } = lines.linePos(offset)
    return { where: `line ${line}, column ${col}`, subject: `${file}:${line}:${col}` }
  }
  const beyond = yamlOutOfBounds(text)
  if (beyond !== null) {
    lines.addNewLine(0)
    for (const { index } of text.matchAll(/\n/g)) lines.addNewLine(index + 1)
    const { where, subject } = at(beyond.offset)
    return fail(code, `${where}: ${beyond.why}`, subject)
  }
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    // it would compare each with all before it
    uniqueKeys: false,
    // its warnings go to the terminal, with the text's own words
    logLevel: 'error',
  })
  const broken = document.errors[0]
  if (broken) {
    const { where, subject } = at(broken.pos[0])
    return fail(code, `${where}: ${broken.message}`, subject)
  }
  const twice = repeatedKey(document)
  if (twice !== null) {
    const { where, subject } = at(twice)
    return fail(code, `${where}: a key is there twice`, subject)
  }
  let plain: unknown
  try {
    plain = document.toJS({ maxAliasCount: 50 })
  } catch (error) {
    return fail(code, error instanceof Error ? error.message : String(error), file)
  }
  const read = v.safeParse(schema, plain, { abortPipeEarly: true })
  if (read.success) return ok(read.output)
  // what is there and wrong explains what is missed, not the other way round
  const issue =
    read.issues.find(({ expected }) => expected === 'never') ??
    read.issues.find(({ received }) => received !== 'undefined') ??
    read.issues[0]
  const path = (issue.path ?? []).map(({ key }) => (typeof key === 'number' ? key : String(key)))
  const { where, subject } = at(offsetOf(document, path))
  return fail(code, `${where}: ${reasonOf(issue, path)}`, subject)
}

/** @returns where the first one begins that its map has already */
function repeatedKey(document: Document): number | null {
  let found: number | null = null
  visit(document, {
    Map(_key, map) {
      const seen = new Set<unknown>()
      for (const { key } of map.items) {
        if (!isScalar(key)) continue
        if (seen.has(key.value)) {
          found = key.range?.[0] ?? 0
          return visit.BREAK
        }
        seen.add(key.value)
      }
      return undefined
    },
  })
  return found
}

const reasonOf = (issue: v.BaseIssue<unknown>, path: readonly (string | number)[]): string => {
  const last = path[path.length - 1]
  if (issue.expected === 'never') return `“${last}” does not belong here`
  if (issue.received === 'undefined' && last !== undefined) return `“${last}” is missing`
  return path.length === 0 ? issue.message : `${path.join('.')}: ${issue.message}`
}
