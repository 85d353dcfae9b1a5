/** What people share as they read it: YAML or JSON into a document, and back. Apart, as no window's bridge needs it. */
import * as v from 'valibot'
import { stringify } from 'yaml'
import { placeIn } from './formula.ts'
import { readFormula } from './formula-text.ts'
import { tokenOf } from './place.ts'
import { fail, ok, type Result } from './result.ts'
import type { Scene } from './scene.ts'
import { WrittenSceneSchema } from './scene-written.ts'
import { asWritten, plainly } from './scene-text.ts'
import {
  contents,
  envelope,
  mostSharedBytes,
  partsOf,
  schemaOf,
  type KeyParts,
  type SharedDocument,
  type SharedKey,
} from './shared.ts'
import { oneLine, printableBody } from './text.ts'
import { readYamlText } from './yaml-text.ts'

/** What it calls itself must be what its key says. */
const documentOf = ({ kind, owner, name }: KeyParts) =>
  v.strictObject({
    ...envelope,
    owner: v.pipe(
      envelope.owner,
      v.check((said) => tokenOf(said) === owner, `by its key it is ${owner}’s`),
    ),
    schema: v.literal(schemaOf(kind), `this version reads ${schemaOf(kind)} only`),
    content: v.pipe(
      contents[kind] as typeof contents.rule,
      v.check(
        (content) => kind !== 'scene' || content['scene'] === name,
        `by its key the scene is called ${name}`,
      ),
      v.rawCheck(({ dataset, addIssue }) => {
        const why = kind === 'formula' && dataset.typed ? faultIn(dataset.value) : null
        if (why !== null) addIssue({ message: why })
      }),
    ),
  })

/** Where a formula's line is wrong, and how; null: nowhere. */
function faultIn(content: { [key: string]: unknown }): string | null {
  const { value, of } = content
  if (typeof value !== 'string') return null
  const read = readFormula(value, typeof of === 'string' ? of : null)
  if (!('fault' in read)) return null
  const { line, column } = placeIn(value, read.fault.from)
  const what = read.fault.what === '' ? '' : ` (${read.fault.what})`
  return `the formula is wrong in its line ${line}, column ${column}: ${read.fault.code}${what}`
}

/** @returns `shared.invalid`, with the key, the line and the column as its subject */
export function readShared(key: SharedKey, text: string): Result<SharedDocument> {
  const schema = documentOf(partsOf(key))
  const plain = partsOf(key).kind === 'report' ? v.safeParse(schema, jsonIn(text)) : null
  if (plain?.success === true) return ok(cleaned(plain.output))
  const read = readYamlText(text, schema, key, 'shared.invalid')
  return read.ok ? ok(cleaned(read.value)) : read
}

/** Read as what it mostly is, at a hundredth of the time; what is wrong with one is found as in any other. */
function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Whether what was read before is still what this version would read. */
export function rereadShared(key: SharedKey, value: unknown): Result<SharedDocument> {
  const read = v.safeParse(documentOf(partsOf(key)), value)
  return read.success ? ok(read.output) : fail('shared.invalid', read.issues[0].message, key)
}

const cleaned = (document: SharedDocument): SharedDocument => {
  const { title, content, owner, saved } = document
  const line = (words: string): string => oneLine(words, 500)
  return {
    ...document,
    owner: line(owner),
    title: typeof title === 'string' ? line(title) : { fr: line(title.fr), en: line(title.en) },
    saved: { node: line(saved.node), person: saved.person === null ? null : line(saved.person) },
    content: printableBody(content),
  }
}

const Marked = v.object({ marking: envelope.marking })
/** @returns what one that can't be used says of who may see it; null: nothing readable */
export function markingIn(key: SharedKey, text: string): string | null {
  const read = readYamlText(text, Marked, key, 'shared.invalid')
  return read.ok ? read.value.marking : null
}

/** As people read it. @returns `shared.too-large` */
export function writeShared(key: SharedKey, document: Omit<SharedDocument, 'schema'>): Result<string> {
  const { owner, version, marking, title, saved, content } = document
  const { kind } = partsOf(key)
  const schema = schemaOf(kind)
  const said = kind === 'scene' ? asWritten(content) : content
  const all = { owner, version, marking, schema, title, saved, content: said }
  // a draft is saved every few seconds, and nobody writes one by hand
  const text =
    kind === 'report'
      ? JSON.stringify(all)
      : kind === 'scene'
        ? plainly(all)
        : stringify(all, { aliasDuplicateObjects: false })
  const read = readShared(key, text)
  if (!read.ok) return read
  const bytes = new TextEncoder().encode(text).length
  return bytes > mostSharedBytes ? fail('shared.too-large', tooLarge(bytes), key) : ok(text)
}

export const tooLarge = (bytes: number): string =>
  `${Math.ceil(bytes / 1024)} KiB; a thing that people share has ${mostSharedBytes / 1024} KiB at most`

/** @returns the scene that a document of that kind says */
export const sceneIn = ({ content }: SharedDocument): Scene | null => {
  const read = v.safeParse(WrittenSceneSchema, content)
  return read.success ? read.output : null
}
