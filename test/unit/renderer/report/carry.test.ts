import { describe, expect, it } from 'vitest'
import type { Drafted } from '../../../../preload/contract/reports.ts'
import { carry, takeSection } from '../../../../renderer/report/carry.ts'
import { comment, setRecipients, setText, strike, type Edit } from '../../../../renderer/report/edits.ts'
import { itemsOf } from '../../../../preload/contract/draft-sections.ts'
import { itemAt, textOf } from '../../../../renderer/report/parts.ts'
import { draftedOf } from '../../../doubles/report.ts'

const hand = { by: { person: 'C. Delmas', node: 'poste-02' }, at: 1000 }
const zone = { section: 'domain.security', key: 'zone security.zones INC-042' }
const samu = { section: 'domain.health', key: 'figure health.load samu' }
const done = (edit: Edit, draft: Drafted): Drafted => edit(draft, hand)
const textAt = (draft: Drafted, at: typeof zone) => {
  const item = itemAt(draft.synthesis, at)
  return item === undefined ? null : textOf(item)
}

describe('a step that is taken back', () => {
  it('leaves what others wrote elsewhere since', () => {
    const before = draftedOf()
    const after = done(setText(zone, 'À moi.'), before)
    const theirs = done(setText(samu, 'À eux.'), after)
    const undone = carry(after, before, theirs)
    expect(textAt(undone, zone)).toBe(textAt(before, zone))
    expect(textAt(undone, samu)).toBe('À eux.')
    expect(undone.frozen).toEqual([samu.key])
  })
  it('brings a statement that was taken out back, with its sources', () => {
    const before = draftedOf()
    const after = done(strike(zone), before)
    // meanwhile it was drafted again, and its sources have other numbers
    const { synthesis } = after
    const turned = {
      ...after,
      synthesis: {
        ...synthesis,
        sources: [...synthesis.sources].reverse(),
        ...{ brief: [], events: { shown: [], of: 0 }, figures: [], resources: [], engaged: [] },
        ...{
          decisions: [],
          outlook: [],
          domains: synthesis.domains.map((each) => ({ ...each, statements: [] })),
        },
      },
    }
    const undone = carry(after, before, turned)
    const item = itemAt(undone.synthesis, zone)
    expect(item?.sources.map((number) => undone.synthesis.sources[number - 1]?.entity)).toEqual([
      'INC-042',
      'pol-0017',
    ])
    expect(undone.struck).toEqual([])
  })
  it('takes its own comment away and no other', () => {
    const before = draftedOf()
    const after = done(comment('mine', { section: 'brief', statement: null }, 'Un.'), before)
    const theirs = done(comment('theirs', { section: 'brief', statement: null }, 'Deux.'), after)
    expect(carry(after, before, theirs).comments.map(({ id }) => id)).toEqual(['c-1', 'theirs'])
  })
  it('gives the recipients back', () => {
    const before = draftedOf()
    const after = done(setRecipients('Un ; Deux ;; Un'), before)
    expect(after.recipients).toEqual(['Un', 'Deux'])
    expect(carry(after, before, done(setText(samu, 'À eux.'), after)).recipients).toEqual(before.recipients)
  })
})

it('one section is taken as another has it, and the rest stays', () => {
  const ours = done(setText(samu, 'À nous.'), done(setText(zone, 'À nous.'), draftedOf()))
  const theirs = done(setText(samu, 'À eux.'), draftedOf())
  const taken = takeSection(ours, theirs, 'domain.health')
  expect(textAt(taken, samu)).toBe('À eux.')
  expect(textAt(taken, zone)).toBe('À nous.')
  expect(itemsOf(taken.synthesis, 'brief')).toEqual(itemsOf(ours.synthesis, 'brief'))
})
