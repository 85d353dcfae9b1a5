import { describe, expect, it } from 'vitest'
import * as v from 'valibot'
import { DraftedSchema, type Drafted } from '../../../../preload/contract/reports.ts'
import {
  add,
  asStatement,
  comment,
  levelsFor,
  move,
  newStatement,
  resolve,
  review,
  setMarking,
  setText,
  strike,
  type Edit,
} from '../../../../renderer/report/edits.ts'
import { itemsOf } from '../../../../preload/contract/draft-sections.ts'
import { isLive, itemAt, nextToReview, textOf } from '../../../../renderer/report/parts.ts'
import { draftedOf } from '../../../doubles/report.ts'

const hand = { by: { person: 'C. Delmas', node: 'poste-02' }, at: 1000 }
const security = 'domain.security'
const zone = { section: security, key: 'zone security.zones INC-042' }
/** What main would take: every edit must leave such a draft. */
const done = (edit: Edit, draft: Drafted = draftedOf()): Drafted => v.parse(DraftedSchema, edit(draft, hand))
const said = (draft: Drafted) => itemsOf(draft.synthesis, security).map(textOf)

describe('what is written in a statement', () => {
  it('is one line of what can be read, however it was pasted', () => {
    expect(asStatement('  un\ndeux\u202e\u200b ')).toBe('un deux')
    expect(itemAt(done(setText(zone, 'un\ndeux')).synthesis, zone)).toMatchObject({ text: 'un deux' })
  })
  it('is its author’s from then on, and so is the section', () => {
    const draft = done(setText(zone, 'Périmètre levé.'))
    expect(isLive(draft, zone.key)).toBe(false)
    expect(draft.sections[security]).toEqual({ state: 'written', ...hand })
  })
  it('is never nothing', () => {
    const draft = draftedOf()
    expect(setText(zone, ' \n ')(draft, hand)).toBe(draft)
  })
})

describe('a marking', () => {
  it('is never below the sources of what is said, whatever somebody chooses', () => {
    const item = itemAt(done(setMarking(zone, 'np')).synthesis, zone)
    expect(item?.marking.level).toBe('dr')
    expect(levelsFor(draftedOf(), item!).map(({ id, may }) => [id, may])).toEqual([
      ['np', false],
      ['dr', true],
    ])
  })
  it('raised on one statement raises the whole', () => {
    const low = draftedOf()
    const meals = { section: 'figures', key: 'figure logistics.meals served' }
    expect(itemAt(done(setMarking(meals, 'dr'), low).synthesis, meals)?.marking.level).toBe('dr')
  })
})

describe('statements', () => {
  it('taken out stay away when it is drafted again', () => {
    const draft = done(strike(zone))
    expect(said(draft)).toHaveLength(2)
    expect(draft.struck).toContain(zone.key)
  })
  it('of somebody’s own say that no source reports them', () => {
    const own = newStatement('1', 'De moi.', { level: 'dr', caveats: [] })
    expect(own).toMatchObject({ sources: [], reliability: 'F', confidence: 1 })
    expect(said(done(add(security, zone.key, own)))[2]).toBe('De moi.')
    expect(said(done(add(security, null, own)))[0]).toBe('De moi.')
  })
  it('move up and down, and no further than the first and the last', () => {
    const [one, two, three] = said(draftedOf())
    expect(said(done(move(zone, -1)))).toEqual([two, one, three])
    expect(said(done(move(zone, 1), done(move(zone, 1))))).toEqual([one, three, two])
  })
})

describe('a review', () => {
  it('is lost by whoever writes in the section afterwards', () => {
    const reviewed = done(review('brief', true))
    expect(reviewed.sections['brief']?.state).toBe('reviewed')
    const [first] = reviewed.synthesis.brief
    const changed = done(setText({ section: 'brief', key: first!.key }, 'Autre chose.'), reviewed)
    expect(changed.sections['brief']?.state).toBe('written')
  })
  it('goes round the sections that nobody reviewed, and ends', () => {
    const draft = draftedOf()
    expect(nextToReview(draft, null)).toBe('brief')
    expect(nextToReview(draft, 'decisions')).toBe('domain.health')
    expect(nextToReview(draft, 'outlook')).toBe('brief')
    const all = Object.fromEntries(
      ['brief', 'events', 'decisions', 'figures', 'resources', 'engaged', 'outlook']
        .concat(['security', 'health', 'logistics'].map((domain) => `domain.${domain}`))
        .map((section) => [section, { state: 'reviewed' as const, ...hand }]),
    )
    expect(nextToReview(draftedOf({ sections: all }), 'brief')).toBeNull()
  })
})

it('a comment is answered and resolved, and stays to be read', () => {
  const draft = done(comment('c-2', { section: security, statement: zone.key }, 'La BSPP.'))
  expect(draft.comments.map(({ text }) => text)).toEqual(['Préciser qui tient la rive droite.', 'La BSPP.'])
  expect(done(resolve('c-1', true), draft).comments[0]?.resolved).toEqual(hand)
  expect(done(resolve('c-1', false), done(resolve('c-1', true), draft)).comments[0]?.resolved).toBeNull()
})
