import { groups, type Group } from '../../../preload/contract/act.ts'
import type { Record } from '../../../preload/contract/picture.ts'
import type { Feed } from '../../link/feeds.ts'
import type { ProductName } from '../../../preload/contract/product.ts'
import { folded } from '../../../preload/contract/text.ts'
import { domainOf } from '../../../preload/contract/entity.ts'
import { identifierInWords } from '../../../preload/contract/identifier.ts'
import { inWords } from '../../speech/said.ts'
import type { Speech } from '../../speech/speech.ts'
import type { Doing } from '../acts.ts'
import { printed } from '../keys.ts'
import { nameOf } from '../naming.ts'
import { entityOf } from '../record.ts'
import { waysFor } from '../ways.ts'
import type { DeskSituation } from '../situation.ts'

export interface Action {
  id: string
  group: Group
  words: string
  /** what tells it from another of the same words */
  detail: string
  /** the key that does the same, as printed on it */
  key: string
  act: Doing
}

/** All that can be done now; what can't is not offered. */
export function actionsOf(situation: DeskSituation, speech: Speech): Action[] {
  const actions = waysFor(situation.state).flatMap(({ group, key, offers }) =>
    group === null
      ? []
      : offers(situation).map(({ input, words, detail = '' }): Action => ({
          id: idOf(input),
          group,
          words: inWords(words, speech),
          detail: detailOf(input, detail, speech),
          key: key === null ? '' : printed(key, speech.say),
          act: input,
        })),
  )
  return actions.sort((a, b) => groups.indexOf(a.group) - groups.indexOf(b.group))
}

/** The act and what it takes: no two offers are of the same. */
const idOf = ({ act, ...own }: Doing): string =>
  [
    act,
    ...Object.values<unknown>(own).map((value) =>
      typeof value === 'string' ? value : JSON.stringify(value),
    ),
  ].join(' ')

function detailOf(input: Doing, detail: string | { entity: string }, speech: Speech): string {
  if (typeof detail === 'object') return identifierInWords(detail.entity)
  return input.act === 'product' ? `${speech.domain(domainOf(input.product))} · ${detail}` : detail
}

/** What the picture's search found, as entities to go to. */
export const foundActions = (
  found: readonly Record[],
  feedOf: (product: ProductName) => Feed | undefined,
  speech: Speech,
): Action[] =>
  found.map((record) => ({
    id: `found ${record.product} ${record.entity}`,
    group: 'found',
    words: nameOf(record, feedOf(record.product), speech),
    detail: `${identifierInWords(record.entity)} · ${speech.domain(domainOf(record.product))}`,
    key: '',
    act: { act: 'select', entity: entityOf(record) },
  }))

/**
 * The actions in which every word typed begins a word; where the first word typed begins the text itself, first.
 * The order is otherwise kept, so that the same letters always find the same.
 */
export function matching(actions: readonly Action[], typed: string): Action[] {
  const wanted = folded(typed).split(/\s+/).filter(Boolean)
  const [first] = wanted
  if (first === undefined) return [...actions]
  const placed = actions.flatMap((action) => {
    // in French a colon stands behind a space that no key types
    const text = folded(`${action.words} ${action.detail}`).replace(/\s/g, ' ')
    const begins = text.split(/[^\p{L}\p{N}]+/u)
    const fits = wanted.every(
      (word) => begins.some((begin) => begin.startsWith(word)) || ` ${text}`.includes(` ${word}`),
    )
    return fits ? [{ action, place: text.startsWith(first) ? 0 : 1 }] : []
  })
  return placed.sort((a, b) => a.place - b.place).map(({ action }) => action)
}
