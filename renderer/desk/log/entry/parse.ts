/**
 * A line as it is typed in one go: `19h12 !grave Robot au contact du sac #inc-042`; `! Défilé à 6 km/h` is a decision,
 * `> Obtenir l’image` a task. What is understood is taken out of the text and shown beside it; what is not stays in it as
 * it was typed.
 */
import type { Severity } from '../../../../preload/contract/event.ts'
import type { OpenKind } from '../../../../preload/contract/open-lines.ts'
import { folded } from '../../../../preload/contract/text.ts'
import { leadingTime, type Now, type TypedTime } from './typed-time.ts'

export interface Parsed {
  text: string
  /** when it happened; null: nothing was said of it */
  time: TypedTime | null
  severity: Severity | null
  /** a decision or a task; null: nothing was said of it */
  kind: OpenKind | null
  /** entities */
  refs: string[]
}

export interface ParsingWith extends Now {
  /** entities of incidents that are known here */
  incidents: readonly string[]
}

/** As people say them, in both languages; any beginning of two letters will do. */
const severityWords: readonly (readonly [string, Severity])[] = [
  ['extreme', 'Extreme'],
  ['grave', 'Severe'],
  ['severe', 'Severe'],
  ['moderee', 'Moderate'],
  ['moderate', 'Moderate'],
  ['normale', 'Minor'],
  ['mineure', 'Minor'],
  ['minor', 'Minor'],
]
const bySigns: { readonly [signs: string]: Severity } = { '!!': 'Severe', '!!!': 'Extreme' }
const bySign: { readonly [sign: string]: OpenKind } = { '!': 'decision', '>': 'task' }

/** `!gr` is severe; an exclamation of the text has a space or nothing behind it. */
export const severityOf = (word: string): Severity | null => {
  const typed = folded(word)
  return typed.length < 2 ? null : (severityWords.find(([known]) => known.startsWith(typed))?.[1] ?? null)
}

export function parseLine(typed: string, known: ParsingWith): Parsed {
  const begins = typed.trimStart()
  const leading = leadingTime(begins, known)
  let text = leading?.rest ?? begins
  let severity: Severity | null = null
  let kind: OpenKind | null = null

  // `!!! Colis suspect`: only at the beginning, as French puts a space before an exclamation mark
  for (;;) {
    const sign = /^(?:(!{1,3})\s+|(>)\s*)/.exec(text)
    if (sign === null) break
    const said = sign[1] ?? sign[2] ?? ''
    const [asKind, asSeverity] = [bySign[said], bySigns[said]]
    // each is said once: what follows is text
    if (asKind === undefined ? severity !== null : kind !== null) break
    kind = asKind ?? kind
    severity = asSeverity ?? severity
    text = text.slice(sign[0].length)
  }
  text = text.replace(/(^|\s)!(\p{L}+)(?=\s|$)/gu, (whole, space: string, word: string) => {
    const said = severityOf(word)
    if (said === null) return whole
    severity = said
    return space
  })
  const refs: string[] = []
  text = text.replace(
    /(^|\s)[#@]([\p{L}\p{N}._-]+)(?=[\s,;:.!?]|$)/gu,
    (whole, space: string, word: string) => {
      const wanted = folded(word)
      const found =
        known.incidents.find((entity) => folded(entity) === wanted) ??
        // `#042` is INC-042 where only one ends so
        only(
          known.incidents.filter(
            (entity) => /^\d{2,}$/.test(wanted) && folded(entity).endsWith(`-${wanted}`),
          ),
        )
      if (found === undefined) return whole
      if (!refs.includes(found)) refs.push(found)
      return space
    },
  )
  return {
    text: text
      .replace(/[ \t]{2,}/g, ' ')
      .replace(/ +([,.])/g, '$1')
      .trim(),
    time: leading?.time ?? null,
    severity,
    kind,
    refs,
  }
}

const only = <T>(all: readonly T[]): T | undefined => (all.length === 1 ? all[0] : undefined)

/** What somebody is about to name, before the caret: a place or thing, or an incident. */
export interface Naming {
  sign: '@' | '#'
  word: string
  /** where the sign stands */
  from: number
}
export function namingAt(typed: string, caret: number): Naming | null {
  const found = /(?:^|\s)([@#])([^\s@#]{0,60})$/u.exec(typed.slice(0, caret))
  if (found === null) return null
  const word = found[2] ?? ''
  return { sign: found[1] as '@' | '#', word, from: caret - word.length - 1 }
}

/** The text with what was named in place of what was typed, and where the caret is then. */
export function named(
  typed: string,
  { sign, word, from }: Naming,
  name: string,
): { typed: string; caret: number } {
  const rest = typed.slice(from + 1 + word.length).replace(/^ /, '')
  // an incident stands beside the text, a place in it
  const before = typed.slice(0, from) + (sign === '#' ? '' : `${name} `)
  return { typed: before + rest, caret: before.length }
}
