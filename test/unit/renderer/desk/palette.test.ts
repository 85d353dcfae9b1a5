import { describe, expect, it } from 'vitest'
import { folded } from '../../../../preload/contract/text.ts'
import { actionsOf, foundActions, matching } from '../../../../renderer/desk/palette/actions.ts'
import type { DeskSituation } from '../../../../renderer/desk/situation.ts'
import { feedOf, incidentRecord, now } from '../../../doubles/picture.ts'
import { speechIn, stateOf } from '../../../doubles/desk.ts'

const entity = { product: 'security.incidents', entity: 'INC-042' }
const speech = speechIn('fr')
const given: DeskSituation = {
  state: stateOf(),
  feeds: [
    feedOf('health.beds', now, { descriptor: { title: { fr: 'Lits d’urgence', en: 'Emergency beds' } } }),
    feedOf('security.intelligence', null, { access: 'refused' }),
  ],
  selected: null,
  takeable: false,
  placed: false,
  screen: null,
  digit: null,
  atLog: false,
  ...{ atDocuments: false, reads: null, readable: null },
  noted: null,
  about: { domain: null, severity: null },
  line: null,
  calling: null,
}
const idsOf = (changes: Partial<DeskSituation> = {}) =>
  actionsOf({ ...given, ...changes }, speech).map(({ id }) => id)

describe('the palette', () => {
  it('offers each screen the scenes that it does not show and that can be shown', () => {
    expect(idsOf().filter((id) => id.startsWith('show-scene'))).toEqual([
      'show-scene 1 domains',
      'show-scene 2 situation',
    ])
  })
  it('offers products, but none that is refused', () => {
    expect(idsOf().filter((id) => id.startsWith('product'))).toEqual(['product health.beds'])
  })
  it('offers nothing to do with a selected entity while there is none, and taking on only what is an alarm', () => {
    const about = (changes: Partial<DeskSituation>) =>
      actionsOf({ ...given, ...changes }, speech)
        .filter(({ group }) => group === 'selected')
        .map(({ act }) => act.act)
    expect(about({})).toEqual([])
    expect(about({ selected: entity })).toEqual(['write-line'])
    expect(about({ selected: entity, placed: true })).toEqual(['write-line', 'point-out'])
    expect(about({ selected: entity, placed: true, takeable: true })).toEqual([
      ...['write-line', 'acknowledge', 'point-out'],
    ])
  })
  it('offers the way back of what is done', () => {
    const acknowledged = [{ ...entity, at: now, by: 'poste-07' }]
    const { node } = given.state
    const pointedOut = { ...entity, at: now }
    const actions = actionsOf(
      {
        ...given,
        state: stateOf({ node: { ...node, blanked: true, acknowledged }, pointedOut }),
        selected: entity,
        placed: true,
        takeable: true,
      },
      speech,
    )
    expect(actions.map(({ act }) => act)).toEqual(
      expect.arrayContaining([
        { act: 'unblank' },
        { act: 'acknowledge', ...entity, taken: false },
        { act: 'point-out', entity: null },
      ]),
    )
    expect(actions.map(({ act }) => act.act)).not.toContain('blank')
  })
  it('has no two entries of the same name', () => {
    const ids = idsOf({ selected: entity, placed: true, takeable: true })
    expect(new Set(ids).size).toBe(ids.length)
  })
})

describe('typing in the palette', () => {
  const actions = actionsOf(given, speech)
  const typed = (text: string) => matching(actions, text).map(({ id }) => id)

  it('finds by beginnings of words in any order, without accents and capitals', () => {
    expect(typed('ECRAN 1 cinq')).toEqual(['show-scene 1 domains'])
    expect(typed('cinq ecran')).toEqual(['show-scene 1 domains'])
    expect(typed('urgence')).toEqual(['product health.beds'])
    expect(folded('Élysée')).toBe('elysee')
  })
  it('finds nothing in the middle of a word, and everything for nothing typed', () => {
    expect(typed('rgence')).toEqual([])
    expect(typed('  ')).toHaveLength(actions.length)
  })
  it('finds each action by its own words as they stand there', () => {
    const all = [...actions, { ...actions[0]!, id: 'board', words: 'Board: back to the list' }]
    for (const { id, words } of all)
      expect(
        matching(all, words).map((action) => action.id),
        words,
      ).toContain(id)
  })
  it('puts first what begins with what was typed', () => {
    expect(typed('mur')[0]).toBe('view wall')
  })
  it('names what the search found with where it belongs', () => {
    const record = incidentRecord('security.incidents', 'INC-042', now, { name: 'Colis suspect' })
    expect(foundActions([record], () => undefined, speech)).toMatchObject([
      { words: 'Colis suspect', detail: 'INC-042 · Sécurité', act: { act: 'select', entity } },
    ])
  })
})
