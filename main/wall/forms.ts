/**
 * Forms that people fill in at the desk: those that come with Vigie, and those that are shared. What is entered is held
 * against the form again here, and leaves as an observation, once.
 */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as v from 'valibot'
import type { Author } from '../../preload/contract/author.ts'
import { observationEntity, type Delivery } from '../../preload/contract/document.ts'
import {
  FormSchema,
  isPlace,
  wrongsOf,
  type DeskForm,
  type EntryValue,
  type Form,
  type ObservationInput,
} from '../../preload/contract/form.ts'
import type { Rank } from '../../preload/contract/marking.ts'
import type { Place } from '../../preload/contract/place.ts'
import { fail, ok, type Result } from '../../preload/contract/result.ts'
import { partsOf, type SharedThing } from '../../preload/contract/shared.ts'
import { oneLine, printable, wantedOf } from '../../preload/contract/text.ts'
import { readYamlText } from '../../preload/contract/yaml-text.ts'
import type { Deliveries } from './deliveries.ts'

/** More than anybody looks through. */
const mostForms = 200

/** Those that come with Vigie. One that can't be read is told of, and no other is missed for it. */
export async function loadForms(folder: string): Promise<DeskForm[]> {
  const names = await readdir(folder).catch((): string[] => [])
  return Promise.all(
    names
      .filter((name) => name.endsWith('.yaml'))
      .sort()
      .map(async (name): Promise<DeskForm> => {
        const file = join(folder, name)
        const read = readYamlText(await readFile(file, 'utf8'), FormSchema, file, 'form.invalid')
        const id = read.ok ? read.value.form : name
        return read.ok
          ? { id, title: read.value.title, from: 'vigie', form: read.value, wrong: null }
          : { id, title: name, from: 'vigie', form: null, wrong: read.error.message }
      }),
  )
}

/** A shared one as the desk is told of it. */
function sharedForm({ key, document, wrong }: SharedThing): DeskForm {
  const title = document?.title ?? key
  const from = 'platform' as const
  if (document === null) return { id: key, title, from, form: null, wrong: wrong?.problem.message ?? '' }
  const read = v.safeParse(FormSchema, document.content)
  return read.success
    ? { id: key, title, from, form: read.output, wrong: null }
    : { id: key, title, from, form: null, wrong: oneLine(wantedOf(read.issues[0]), 300) }
}

export interface FormsParts {
  place: Place
  own: readonly DeskForm[]
  things: () => Iterable<SharedThing>
  ceiling: () => Rank
  deliveries: Pick<Deliveries, 'deliver' | 'productOf'>
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

export function createForms(parts: FormsParts): Forms {
  const { place, own, things, ceiling, deliveries, newId, now } = parts
  /** what no engine has answered for in time: said again, it is the same observation */
  let unanswered: { said: string; id: string; at: number } | null = null

  const tell = (): DeskForm[] => [
    ...own,
    ...[...things()]
      .filter(({ key, rank }) => partsOf(key).kind === 'form' && rank <= ceiling())
      .sort((a, b) => (a.key < b.key ? -1 : 1))
      .slice(0, mostForms)
      .map(sharedForm),
  ]

  const bodyOf = ({ schema, category, form }: Form, values: ObservationInput['values'], by: Author) => {
    const clean = (value: EntryValue): EntryValue =>
      typeof value === 'string' ? printable(value).trim() : value
    const all = Object.entries(schema.properties)
    const [where] = all.find(([, field]) => isPlace(field)) ?? ['']
    const properties = Object.fromEntries(
      all.flatMap(([name]) => {
        const value = values[name]
        return name === where || value === undefined || value === '' ? [] : [[name, clean(value)]]
      }),
    )
    return {
      type: 'Feature' as const,
      geometry: { type: 'Point' as const, coordinates: values[where] as [number, number] },
      properties: { ...properties, category, form, by },
    }
  }

  return {
    tell,
    async enter(input, by) {
      const { form: wanted, marking, values } = input
      const form = tell().find(({ id }) => id === wanted)?.form ?? null
      if (form === null) return fail('form.unknown', 'this desk has no such form', wanted)
      const product = deliveries.productOf('vigie.feature.v1')
      if (form.product !== product)
        return fail('form.elsewhere', `what is entered here goes to ${product}`, form.product)
      const [wrong] = wrongsOf(form, values)
      if (wrong !== undefined) return fail('form.not-fitting', `${wrong.field}: ${wrong.why}`, wrong.field)
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
