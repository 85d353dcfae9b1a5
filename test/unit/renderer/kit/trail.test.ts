/** What somebody types at the trail's view, as a question. */
import { describe, expect, it } from 'vitest'
import { showingQuestion, wantedOf } from '../../../../renderer/kit/trail/question.ts'
import { isKey } from '../../../../renderer/speech/words.ts'
import { actIds, rowOf } from '../../../../preload/contract/act.ts'
import { trailKinds } from '../../../../preload/contract/trail.ts'
import { rows } from '../../../../preload/contract/schema.ts'

const paris = 'Europe/Paris'
/** 15:30 in Paris, in winter */
const now = Date.UTC(2026, 10, 27, 14, 30)
const wanted = (text: string, at = now) => wantedOf(text, 'fr', paris, at)
const minuteOf = (year: number, month: number, day: number, hour: number, minute: number): number =>
  Date.UTC(year, month - 1, day, hour, minute) + 59_999

describe('what is typed', () => {
  it('“écran 3 14:02” asks for that screen, up to the end of that minute in the node’s zone', () => {
    const question = wanted('Écran 3 14:02')
    expect(question).toEqual({ words: [], screen: 3, from: null, until: minuteOf(2026, 11, 27, 13, 2) })
    expect(showingQuestion(question)).toMatchObject({ screen: 3, limit: 1 })
  })

  it('“qu’y avait-il sur l’écran 3 à 14h02” finds the same time', () => {
    expect(wanted('ecran3 14h02')).toMatchObject({ screen: 3, until: minuteOf(2026, 11, 27, 13, 2) })
  })

  it('a time that is still to come today is yesterday’s', () => {
    expect(wanted('23:10').until).toBe(minuteOf(2026, 11, 26, 22, 10))
  })

  it('a day is the whole of it, in summer too', () => {
    const { from, until } = wanted('2026-07-14')
    expect([from, until]).toEqual([Date.UTC(2026, 6, 13, 22), Date.UTC(2026, 6, 14, 22) - 1])
    expect(wanted('14/07/2026 9:05').until).toBe(minuteOf(2026, 7, 14, 7, 5))
  })

  it('a person is a word, and a word of ours is what it is called too', () => {
    const { words, screen } = wanted('Martin masqué')
    expect(words.map(({ text }) => text)).toEqual(['martin', 'masque'])
    expect(words[1]?.kinds).toEqual(['act.blank'])
    expect(screen).toBeNull()
  })

  it('a number that names no screen is a word', () => {
    expect(wanted('112')).toMatchObject({ screen: null, words: [{ text: '112' }] })
  })
})

describe('everything that is recorded has its words', () => {
  const calls = rows.flatMap(({ group, name, row }) =>
    row.kind === 'call' && typeof row.audited === 'function' ? [`call.${group}.${name}`] : [],
  )
  const acts = actIds.filter((id) => rowOf(id).audited).map((id) => `act.${id}`)
  it.each([...trailKinds, ...acts, ...calls])('%s', (kind) => {
    // French is where a key is born; another test holds English to the same
    expect(isKey(`desk.trail.kind.${kind}`)).toBe(true)
  })
})
