import type { Record } from '../../../preload/contract/picture.ts'
import type { Feed } from '../../kit/feeds.ts'
import type { ProductName } from '../../../preload/contract/product.ts'
import type { DeskState } from '../../../preload/contract/state.ts'
import { folded } from '../../../preload/contract/text.ts'
import { identifierInWords } from '../../speech/identifier.ts'
import type { Speech } from '../../speech/speech.ts'
import type { Key } from '../../speech/words.ts'
import { isTaken, views, type Act, type View } from '../acts.ts'
import { nameOf } from '../naming.ts'
import { domainOf, targetOf, type Target } from '../record.ts'

export interface Action {
  id: string
  group: Key
  words: string
  /** what tells it from another of the same words */
  detail: string
  /** the key that does the same, as printed on it */
  key: string
  act: Act
}

interface Given {
  speech: Speech
  state: DeskState
  feeds: readonly Feed[]
  target: Target | null
  pointedOut: Target | null
  /** the selected thing may be taken on */
  alarming: boolean
}

const viewKeys: { [V in View]: string } = { wall: 'W', map: 'C', log: 'L', quarantine: 'Q' }

/** All that can be done now; what can't is not offered. */
export function actionsOf(given: Given): Action[] {
  const { speech, state, feeds, target, pointedOut, alarming } = given
  const { say, words } = speech
  const actions: Action[] = []
  const add = (group: Key, id: string, text: string, act: Act, detail = '', key = ''): void =>
    void actions.push({ id, group, words: text, detail, key, act })

  if (target !== null) {
    const about = identifierInWords(target.entity)
    if (alarming) {
      const taken = isTaken(state, target)
      add(
        'desk.palette.selected',
        'acknowledge',
        say(taken ? 'desk.selection.release' : 'desk.selection.take'),
        { act: 'acknowledge', target, taken: !taken },
        about,
        'A',
      )
    }
    const out = pointedOut?.product === target.product && pointedOut.entity === target.entity
    add(
      'desk.palette.selected',
      'point-out',
      say(out ? 'desk.selection.pointOutNoMore' : 'desk.selection.pointOut'),
      { act: 'point-out', target: out ? null : target },
      about,
      'M',
    )
  }
  add(
    'desk.palette.wall',
    'blank',
    say(state.node.blanked ? 'desk.wall.unblank' : 'desk.wall.blank'),
    { act: 'blank', blanked: !state.node.blanked },
    '',
    'B',
  )
  add('desk.palette.wall', 'identify', say('desk.wall.identify'), { act: 'identify' }, '', 'I')
  for (const { screen, attached, known, label } of state.screens)
    if (attached && !known)
      add(
        'desk.palette.wall',
        `accept ${screen}`,
        say('desk.display.accept', { screen }),
        { act: 'accept-display', screen },
        label,
      )
  for (const screen of state.screens)
    for (const scene of state.scenes)
      if (screen.scene !== scene.scene && scene.problem === null)
        add(
          'desk.palette.wall',
          `scene ${screen.screen} ${scene.scene}`,
          say('desk.palette.show', { scene: words(scene.title), screen: screen.screen }),
          { act: 'show-scene', screen: screen.screen, scene: scene.scene },
        )
  for (const view of views)
    add('desk.palette.go', `view ${view}`, say(`desk.nav.${view}`), { act: 'view', view }, '', viewKeys[view])
  add('desk.palette.go', 'next-alarm', say('desk.key.nextAlarm'), { act: 'next-alarm' }, '', 'N')
  const other = speech.language === 'fr' ? 'en' : 'fr'
  add('desk.palette.desk', 'language', say('desk.palette.language'), { act: 'language', language: other })
  add('desk.palette.desk', 'help', say('desk.key.help'), { act: 'help' }, '', '?')
  add('desk.palette.desk', 'undo', say('desk.key.undo'), { act: 'undo' }, '', 'Ctrl Z')
  for (const { product, descriptor, access } of feeds)
    if (access !== 'refused')
      add(
        'desk.palette.products',
        `product ${product}`,
        words(descriptor.title),
        { act: 'product', product },
        `${speech.domain(descriptor.domain)} · ${product}`,
      )
  return actions
}

/** What the picture's search found, as things to go to. */
export const foundActions = (
  found: readonly Record[],
  feedOf: (product: ProductName) => Feed | undefined,
  speech: Speech,
): Action[] =>
  found.map((record) => ({
    id: `found ${record.product} ${record.entity}`,
    group: 'desk.palette.found',
    words: nameOf(record, feedOf(record.product), speech),
    detail: `${identifierInWords(record.entity)} · ${speech.domain(domainOf(record.product))}`,
    key: '',
    act: { act: 'select', target: targetOf(record) },
  }))

/**
 * The actions in which every word typed begins a word; where the first word typed begins the text itself, first.
 * The order is otherwise kept, so that the same letters always find the same thing.
 */
export function matching(actions: readonly Action[], typed: string): Action[] {
  const wanted = folded(typed).split(/\s+/).filter(Boolean)
  const [first] = wanted
  if (first === undefined) return [...actions]
  const placed = actions.flatMap((action) => {
    const text = folded(`${action.words} ${action.detail}`)
    const begins = text.split(/[^\p{L}\p{N}]+/u)
    const fits = wanted.every(
      (word) => begins.some((begin) => begin.startsWith(word)) || text.includes(` ${word}`),
    )
    return fits ? [{ action, place: text.startsWith(first) ? 0 : 1 }] : []
  })
  return placed.sort((a, b) => a.place - b.place).map(({ action }) => action)
}
