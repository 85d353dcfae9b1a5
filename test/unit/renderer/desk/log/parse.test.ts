import { describe, expect, it } from 'vitest'
import { named, namingAt, parseLine } from '../../../../../renderer/desk/log/entry/parse.ts'

const now = Date.UTC(2026, 6, 26, 17, 46)
const known = { now, timeZone: 'Europe/Paris', incidents: ['inc-042', 'inc-041', 'san-041'] }
const read = (typed: string) => {
  const { text, time, severity, refs } = parseLine(typed, known)
  return { text, at: time && new Date(time.at).toISOString().slice(11, 16), severity, refs }
}

describe('a line that is typed in one go', () => {
  it('says when, how grave, about what, and the rest is its text', () => {
    expect(read('19h12 !grave Robot au contact du sac #inc-042')).toEqual({
      text: 'Robot au contact du sac',
      ...{ at: '17:12', severity: 'Severe', refs: ['inc-042'] },
    })
    expect(read('-5 min !extreme Robot at the bag #042')).toEqual({
      text: 'Robot at the bag',
      ...{ at: '17:41', severity: 'Extreme', refs: ['inc-042'] },
    })
  })
  it('of nothing but a text is that text', () =>
    expect(read('Prise de poste, équipe B.')).toEqual({
      text: 'Prise de poste, équipe B.',
      ...{ at: null, severity: null, refs: [] },
    }))
  it.each([
    ['!! Sac', 'Severe'],
    ['!!! Sac', 'Extreme'],
    ['1912 !!! Sac', 'Extreme'],
    ['Sac !extrême', 'Extreme'],
    ['Sac !mod', 'Moderate'],
    ['Bag !severe', 'Severe'],
    ['Bag !minor', 'Minor'],
  ])('%s', (typed, severity) =>
    expect(read(typed)).toMatchObject({ severity, text: expect.stringMatching(/^(Sac|Bag)$/) }),
  )
  it.each(['Attention ! Évacuez !', 'Évacuez !!!', 'Attention !', 'Wait!', 'le code !xyz tient'])(
    'an exclamation is one: %s',
    (typed) => expect(read(typed)).toMatchObject({ severity: null, text: typed }),
  )
  it('names what nobody knows as it was typed', () =>
    expect(read('voir #inc-999 et @nulle-part, mail a@b.fr')).toMatchObject({
      text: 'voir #inc-999 et @nulle-part, mail a@b.fr',
      refs: [],
    }))
  it('does not choose between two of one number', () =>
    expect(read('voir #041')).toMatchObject({ text: 'voir #041', refs: [] }))
  it('names one thing once', () => expect(read('#042 #INC-042 sac').refs).toEqual(['inc-042']))
  it('of hostile length or signs comes back at once', () => {
    expect(parseLine('! '.repeat(2000), known).text.length).toBeLessThan(4001)
    expect(parseLine('-'.repeat(4000), known).time).toBe(null)
    expect(parseLine('19h'.repeat(1300), known).time).toBe(null)
    expect(parseLine('@'.repeat(4000), known).refs).toEqual([])
    expect(parseLine('\u202e\u0000<script>', known).text).toContain('<script>')
  })
})

describe('a decision or a task', () => {
  const kinds = (typed: string) => {
    const { text, kind, severity } = parseLine(typed, known)
    return [text, kind, severity]
  }
  it.each([
    ['! Défilé à 6 km/h', ['Défilé à 6 km/h', 'decision', null]],
    ['> Obtenir l’image', ['Obtenir l’image', 'task', null]],
    ['>Obtenir l’image', ['Obtenir l’image', 'task', null]],
    ['1912 ! Défilé à 6 km/h', ['Défilé à 6 km/h', 'decision', null]],
    ['!!! ! Évacuer', ['Évacuer', 'decision', 'Extreme']],
    ['! !! Évacuer', ['Évacuer', 'decision', 'Severe']],
    ['> !grave Évacuer', ['Évacuer', 'task', 'Severe']],
    ['! > Évacuer', ['> Évacuer', 'decision', null]],
  ])('%s', (typed, said) => expect(kinds(typed)).toEqual(said))
  it('is said at the beginning, or not at all', () => {
    for (const typed of ['plus de 100 > 50', 'Évacuez ! Vite', '!', 'a > b'])
      expect(kinds(typed)).toEqual([typed, null, null])
  })
})

describe('what is about to be named', () => {
  it('is what stands before the caret behind its sign', () => {
    expect(namingAt('fermer @pass', 12)).toEqual({ sign: '@', word: 'pass', from: 7 })
    expect(namingAt('#', 1)).toEqual({ sign: '#', word: '', from: 0 })
    expect(namingAt('fermer @pass puis', 17)).toBe(null)
    expect(namingAt('a@pass', 6)).toBe(null)
  })
  it('stands in the text once it is chosen, an incident beside it', () => {
    const place = namingAt('fermer @pass puis', 12)!
    expect(named('fermer @pass puis', place, 'passerelle Senghor')).toEqual({
      typed: 'fermer passerelle Senghor puis',
      caret: 26,
    })
    const incident = namingAt('sac #04', 7)!
    expect(named('sac #04', incident, 'INC-042')).toEqual({ typed: 'sac ', caret: 4 })
  })
})
