/**
 * A schema's regular expression in time that is linear in the text (RE2), whoever wrote it. What RE2 has no linear
 * time for (look-around, back references) is refused.
 */
import { RE2JS } from 're2js'
import { fail, ok, type Result } from '../../../preload/contract/result.ts'

export interface Pattern {
  /** instructions: matching costs at most so many steps per character */
  readonly size: number
  test(text: string): boolean
}

const mostCharacters = 500
/** A class by its Unicode property is a table of hundreds of ranges. */
const tableSize = 50
/** So that many small ones are not for nothing. */
const leastSize = 8

/**
 * What the pattern is once its counted repeats are written out, before anybody writes them out.
 * @param pattern one that JavaScript can read
 */
export function writtenOut(pattern: string): number {
  const token =
    /\\[pP]\{[^}]*\}|\\u\{[^}]*\}|\\.|\[(?:\\.|[^\]\\])*\]|\{\d+(?:,\d*)?\}|\((?:\?(?:<[^>]*>|[:=!]))?|./gsu
  const groups: number[] = []
  let size = 0
  let atom = 0
  let tables = 0
  for (const [part] of pattern.matchAll(token)) {
    if (part.startsWith('(')) {
      groups.push(size)
      size = 0
      atom = 0
    } else if (part === ')') {
      atom = size + 2
      size = (groups.pop() ?? 0) + atom
    } else if (part.startsWith('{')) {
      const most = Math.max(...(part.match(/\d+/g) ?? []).map(Number))
      size += atom * Math.max(0, most - 1)
      atom *= Math.max(1, most)
    } else {
      tables += part.match(/\\[pP]/g)?.length ?? 0
      atom = 1
      size += 1
    }
  }
  return size + tables * tableSize
}

/** @param most instructions that it may have */
export function compilePattern(pattern: string, most: number): Result<Pattern> {
  const faulty = (why: string): Result<Pattern> => fail('product.descriptor-invalid', why)
  if (pattern.length > mostCharacters) return faulty(`a pattern longer than ${mostCharacters} characters`)
  try {
    // ECMA-262 is what JSON Schema means by a pattern; only read here, never run
    const meant = new RegExp(pattern, 'u')
    if (writtenOut(pattern) > most) return faulty('a pattern too large once its repeats are written out')
    const compiled = RE2JS.compile(RE2JS.translateRegExp(meant))
    const size = compiled.programSize()
    if (size > most) return faulty('a pattern too large once its repeats are written out')
    // `find` and not `test`: the latter keeps megabytes of states per pattern
    return ok({ size: Math.max(size, leastSize), test: (text) => compiled.matcher(text).find() })
  } catch (error) {
    return faulty(`a pattern that cannot be used: ${error instanceof Error ? error.message : String(error)}`)
  }
}
