import { describe, expect, it } from 'vitest'
import { folded } from '../../../../preload/contract/text.ts'
import { actionsOf, foundActions, matching } from '../../../../renderer/desk/palette/actions.ts'
import { feedOf, incidentRecord, now } from '../kit/picture-doubles.ts'
import { speechIn, stateOf } from './doubles.ts'

const target = { product: 'security.incidents', entity: 'INC-042' }
const given = {
  speech: speechIn('fr'),
  state: stateOf(),
  feeds: [
    feedOf('health.beds', now, { descriptor: { title: { fr: 'Lits d’urgence', en: 'Emergency beds' } } }),
    feedOf('security.intelligence', null, { access: 'refused' }),
  ],
  target: null,
  pointedOut: null,
  alarming: false,
}
const idsOf = (changes: Partial<Parameters<typeof actionsOf>[0]> = {}) =>
  actionsOf({ ...given, ...changes }).map(({ id }) => id)

describe('the palette', () => {
  it('offers each screen the scenes that it does not show and that can be shown', () => {
    expect(idsOf().filter((id) => id.startsWith('scene'))).toEqual(['scene 1 domains', 'scene 2 situation'])
  })
  it('offers products, but none that is refused', () => {
    expect(idsOf().filter((id) => id.startsWith('product'))).toEqual(['product health.beds'])
  })
  it('offers nothing to do with a selected thing while there is none, and taking on only what is an alarm', () => {
    expect(idsOf()).not.toContain('point-out')
    expect(idsOf({ target })).toContain('point-out')
    expect(idsOf({ target })).not.toContain('acknowledge')
    expect(idsOf({ target, alarming: true })).toContain('acknowledge')
  })
  it('offers the way back of what is done', () => {
    const acknowledged = [{ ...target, at: now, by: 'poste-07' }]
    const { node } = given.state
    const actions = actionsOf({
      ...given,
      state: stateOf({ node: { ...node, blanked: true, acknowledged } }),
      target,
      pointedOut: target,
      alarming: true,
    })
    const actOf = (id: string) => actions.find((action) => action.id === id)?.act
    expect(actOf('blank')).toEqual({ act: 'blank', blanked: false })
    expect(actOf('acknowledge')).toEqual({ act: 'acknowledge', target, taken: false })
    expect(actOf('point-out')).toEqual({ act: 'point-out', target: null })
  })
  it('has no two entries of the same name', () => {
    const ids = idsOf({ target, alarming: true })
    expect(new Set(ids).size).toBe(ids.length)
  })
})

describe('typing in the palette', () => {
  const actions = actionsOf(given)
  const typed = (text: string) => matching(actions, text).map(({ id }) => id)

  it('finds by beginnings of words in any order, without accents and capitals', () => {
    expect(typed('ECRAN 1 cinq')).toEqual(['scene 1 domains'])
    expect(typed('cinq ecran')).toEqual(['scene 1 domains'])
    expect(typed('urgence')).toEqual(['product health.beds'])
    expect(folded('Élysée')).toBe('elysee')
  })
  it('finds nothing in the middle of a word, and everything for nothing typed', () => {
    expect(typed('rgence')).toEqual([])
    expect(typed('  ')).toHaveLength(actions.length)
  })
  it('puts first what begins with what was typed', () => {
    expect(typed('mur')[0]).toBe('view wall')
  })
  it('names what the search found with where it belongs', () => {
    const record = incidentRecord('security.incidents', 'INC-042', now, { name: 'Colis suspect' })
    expect(foundActions([record], () => undefined, given.speech)).toMatchObject([
      { words: 'Colis suspect', detail: 'INC-042 · Sécurité', act: { act: 'select', target } },
    ])
  })
})
