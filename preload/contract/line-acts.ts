/**
 * Rows of the table of acts (`act.ts`): what becomes of a line of the log that is addressed to a function. Each names the
 * line and the function, and nothing that the line says. Each stage is an entity of its own, so that the last act of each
 * says all that there is to know of it.
 */
import * as v from 'valibot'
import { about, act, never, ofAnyWall, toAll, type Said, type TextKey } from './act-row.ts'
import type { Author } from './author.ts'
import { EntityRefSchema, type EntityRef } from './entity.ts'
import { FunctionIdSchema } from './person.ts'
import { wallEntity, type Place } from './place.ts'
import type { DeskState } from './state.ts'
import { isSameReceipt, type Stage } from './told.ts'

interface OfFunction extends EntityRef {
  function: string
}

/** The end of it tells lines apart, and all of an entity has its bounds. */
const mostOfLine = 44
const lineToken = ({ product, entity }: EntityRef): string =>
  `${product}_${entity}`
    .toLowerCase()
    .replace(/[^a-z0-9_-]+/g, '-')
    .slice(-mostOfLine)

const theReceipt = (stage: Stage) =>
  about(
    'told',
    true,
    (input: OfFunction, place: Place) =>
      `${wallEntity(place, 'told')}.${stage}_${input.function}_${lineToken(input)}`,
    (place) => `${ofAnyWall(place, 'told')}.*`,
  )

const input = { ...EntityRefSchema.entries, function: FunctionIdSchema }
/** Whoever answers for a function says that they have it: main lets nobody say so who has not. */
const holds = ({ function: id }: OfFunction, { person, function: held, automation }: Author): boolean =>
  person !== null && automation === null && held === id

const told =
  (key: TextKey) =>
  ({ product, entity, function: id }: OfFunction, { sitting, told }: DeskState): Said => ({
    key,
    values: {
      number: told.lines.find((each) => each.product === product && each.entity === entity)?.number ?? entity,
      function: sitting.functions.find((each) => each.id === id)?.name ?? id,
    },
  })

export const lineActs = {
  /** the desk at which the function's holder sits has it */
  'deliver-line': act({
    input,
    roles: [],
    about: theReceipt('delivered'),
    shared: toAll,
    audited: false,
    mayBe: (_, { automation }) => automation !== null,
    inverse: never,
    desk: { group: null, key: null, help: null, offers: () => [], done: told('desk.notice.lineDelivered') },
  }),
  /** its holder has read it */
  'read-line': act({
    input,
    roles: ['desk'],
    about: theReceipt('read'),
    shared: toAll,
    audited: true,
    mayBe: holds,
    // what was read was
    inverse: never,
    desk: { group: null, key: null, help: null, offers: () => [], done: told('desk.notice.lineRead') },
  }),
  /** its holder has acted on it, or has not after all */
  'act-on-line': act({
    input: { ...input, acted: v.boolean() },
    roles: ['desk'],
    about: theReceipt('acted'),
    shared: toAll,
    audited: true,
    mayBe: holds,
    inverse(input, { told: { lines } }) {
      const line = lines.find(({ product, entity }) => isSameReceipt({ ...input, product, entity }, input))
      const before = line?.receipts.find((each) => each.function === input.function)
      return before === undefined || (before.acted !== null) === input.acted
        ? null
        : { ...input, acted: !input.acted }
    },
    desk: {
      group: null,
      key: null,
      help: null,
      offers: () => [],
      done: (input, state) =>
        told(input.acted ? 'desk.notice.lineActed' : 'desk.notice.lineNotActed')(input, state),
    },
  }),
}
export const lineActIds: readonly string[] = Object.keys(lineActs)
