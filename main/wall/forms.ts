/**
 * Forms that people fill in at the desk: those that come with Vigie, and those that are shared. Each is judged before it is
 * told of, and what is entered is held against it by what holds products' events against their schemas. It leaves as an
 * observation, once.
 */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as v from 'valibot'
import type { Author } from '../../preload/contract/author.ts'
import { observationEntity, type Delivery } from '../../preload/contract/document.ts'
import {
  FormSchema,
  isPlace,
  mostText,
  schemaOfEntry,
  schemaOfField,
  type DeskForm,
  type EntryValue,
  type Form,
  type ObservationInput,
} from '../../preload/contract/form.ts'
import { rankOf } from '../../preload/contract/marking.ts'
import type { Place } from '../../preload/contract/place.ts'
import { fail, ok, type Result } from '../../preload/contract/result.ts'
import { partsOf, type SharedThing } from '../../preload/contract/shared.ts'
import { oneLine, printable, wantedOf } from '../../preload/contract/text.ts'
import { readYamlText } from '../../preload/contract/yaml-text.ts'
import type { Policy } from '../policy/policy.ts'
import type { Deliveries } from './deliveries.ts'

/** More than anybody looks through. */
const mostForms = 50
/** As it is told to the desk, characters. */
const mostCharacters = 32 * 1024

/** What holds a value against a JSON Schema, in counted steps. */
interface Check {
  /** @param bytes of what it is of. @returns what does not fit; null: it fits */
  check(value: unknown, bytes: number): string | null
}
export type Compile = (schema: { [key: string]: unknown }) => Result<Check>

/** One as it was found: read, or why it can't be. */
interface Found {
  id: string
  title: DeskForm['title']
  from: DeskForm['from']
  form: Form | null
  wrong: string | null
}

/** Those that come with Vigie. One that can't be read is told of, and no other is missed for it. */
export async function loadForms(folder: string): Promise<Found[]> {
  const names = await readdir(folder).catch((): string[] => [])
  return Promise.all(
    names
      .filter((name) => name.endsWith('.yaml'))
      .sort()
      .map(async (name): Promise<Found> => {
        const file = join(folder, name)
        const read = readYamlText(await readFile(file, 'utf8'), FormSchema, name, 'form.invalid')
        const id = read.ok ? read.value.form : name
        return read.ok
          ? { id, title: read.value.title, from: 'vigie', form: read.value, wrong: null }
          : { id, title: name, from: 'vigie', form: null, wrong: read.error.message }
      }),
  )
}

/** A shared one. */
function sharedForm({ key, document, wrong }: SharedThing): Found {
  const title = document?.title ?? key
  const from = 'platform' as const
  if (document === null) return { id: key, title, from, form: null, wrong: wrong?.problem.message ?? '' }
  const read = v.safeParse(FormSchema, document.content)
  return read.success
    ? { id: key, title, from, form: read.output, wrong: null }
    : { id: key, title, from, form: null, wrong: oneLine(wantedOf(read.issues[0]), 300) }
}

/** … with what is entered held against it: which fields don't fit. */
interface Judged extends Found {
  wrongIn: (values: ObservationInput['values']) => string[]
}

function judge(found: Found, compile: Compile): Judged {
  const unusable = (wrong: string | null): Judged => ({ ...found, form: null, wrong, wrongIn: () => [] })
  const { form } = found
  if (form === null) return unusable(found.wrong)
  if (JSON.stringify(form).length > mostCharacters)
    return unusable(`a form has ${mostCharacters / 1024} KiB at most`)
  const whole = compile(schemaOfEntry(form))
  if (!whole.ok) return unusable(oneLine(whole.error.message, 300))
  const fields: [string, Check][] = []
  for (const name of Object.keys(form.schema.properties)) {
    const one = compile(schemaOfField(form, name))
    if (!one.ok) return unusable(oneLine(one.error.message, 300))
    fields.push([name, one.value])
  }
  return {
    ...found,
    wrongIn(values) {
      const bytes = JSON.stringify(values).length
      if (whole.value.check(values, bytes) === null) return []
      const wrong = fields.filter(([, one]) => one.check(values, bytes) !== null).map(([name]) => name)
      // what was not asked is in no field
      return wrong.length > 0 ? wrong : ['?']
    },
  }
}

export interface FormsParts {
  place: Place
  own: readonly Found[]
  things: () => Iterable<SharedThing>
  compile: Compile
  policy: () => Pick<Policy, 'scheme' | 'deskCeiling'>
  deliveries: Pick<Deliveries, 'deliver' | 'productOf' | 'markings'>
  newId: () => string
  /** ms since 1970 */
  now: () => number
}

export interface Forms {
  /** @returns its entity, once it is kept */
  enter(input: ObservationInput, author: Author): Promise<Result<{ entity: string }>>
  /** what the desk is told: nothing that is above it */
  tell(): DeskForm[]
}

/** What is said of it, as it can be read; nothing at all is not said. */
const cleaned = (values: ObservationInput['values']): ObservationInput['values'] =>
  Object.fromEntries(
    Object.entries(values)
      .map(([name, value]): [string, EntryValue] => [
        name,
        typeof value === 'string' ? printable(value, mostText).trim() : value,
      ])
      .filter(([, value]) => value !== ''),
  )

function bodyOf({ schema, category, form }: Form, values: ObservationInput['values'], by: Author) {
  const all = Object.entries(schema.properties)
  const [where] = all.find(([, field]) => isPlace(field)) ?? ['']
  const { [where]: at, ...properties } = values
  const [first = form] = Object.values(properties).filter((value) => typeof value === 'string')
  return {
    type: 'Feature' as const,
    geometry: { type: 'Point' as const, coordinates: at as [number, number] },
    properties: { name: oneLine(first, 200), ...properties, category, form, by },
  }
}

export function createForms(parts: FormsParts): Forms {
  const { place, own, things, compile, policy, deliveries, newId, now } = parts
  /** what no engine has answered for in time: said again, it is the same observation */
  let unanswered: { said: string; id: string; at: number } | null = null

  const ownJudged = own.map((found) => judge(found, compile))
  /** a revision is judged once */
  const judged = new WeakMap<SharedThing, Judged>()
  const judgedOf = (thing: SharedThing): Judged => {
    const known = judged.get(thing) ?? judge(sharedForm(thing), compile)
    judged.set(thing, known)
    return known
  }

  /** @param rank of the form itself: what is entered says what it asks */
  const deskForm = (
    { id, title, from, form, wrong, wrongIn }: Judged,
    rank: number,
  ): { desk: DeskForm; wrongIn: Judged['wrongIn'] } => {
    const { scheme } = policy()
    const asked = form?.marking
    const known = asked === undefined || scheme.levels.some((level) => level.id === asked)
    const least = Math.max(rank, asked === undefined ? 0 : rankOf(scheme, asked))
    const markings = deliveries.markings('vigie.feature.v1').filter((level) => rankOf(scheme, level) >= least)
    const desk = known
      ? { id, title, from, rank, markings, form, wrong }
      : { id, title, from, rank, markings: [], form: null, wrong: `marking: “${asked}” is no level here` }
    return { desk, wrongIn }
  }
  const all = () => [
    ...ownJudged.map((each) => deskForm(each, 0)),
    ...[...things()]
      .filter(({ key, rank }) => partsOf(key).kind === 'form' && rank <= policy().deskCeiling)
      .sort((a, b) => (a.key < b.key ? -1 : 1))
      .slice(0, mostForms)
      .map((thing) => deskForm(judgedOf(thing), thing.rank)),
  ]

  return {
    tell: () => all().map(({ desk }) => desk),
    async enter(input, by) {
      const { form: wanted, marking } = input
      const found = all().find(({ desk }) => desk.id === wanted)
      const form = found?.desk.form ?? null
      if (found === undefined || form === null)
        return fail('form.unknown', 'this desk has no such form', wanted)
      const product = deliveries.productOf('vigie.feature.v1')
      if (form.product !== product)
        return fail('form.elsewhere', `what is entered here goes to ${product}`, form.product)
      if (deliveries.markings('vigie.feature.v1').includes(marking) && !found.desk.markings.includes(marking))
        return fail('form.below', 'the form asks for a higher marking', marking)
      const values = cleaned(input.values)
      const wrong = found.wrongIn(values)
      if (wrong.length > 0)
        return fail('form.not-fitting', 'some of what was entered is not what is asked', wrong.join(' '))
      const said = JSON.stringify([input, by])
      const { id, at } = unanswered?.said === said ? unanswered : { id: newId(), at: now() }
      const entity = observationEntity(place, id)
      const delivery: Delivery = {
        ...{ id, product, entity, type: 'vigie.feature.v1', marking, event: at, at },
        ...{ body: bodyOf(form, values, by), files: [] },
      }
      const kept = await deliveries.deliver(delivery)
      unanswered = !kept.ok && kept.error.code === 'engine.stopped' ? { said, id, at } : null
      return kept.ok ? ok({ entity }) : kept
    },
  }
}
