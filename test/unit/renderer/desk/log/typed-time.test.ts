import { describe, expect, it } from 'vitest'
import { leadingTime, readTime } from '../../../../../renderer/desk/log/entry/typed-time.ts'

/** 26 July 2026, 19:46 in Paris, which is 17:46 Z. */
const now = Date.UTC(2026, 6, 26, 17, 46)
const paris = { now, timeZone: 'Europe/Paris' }
const at = (typed: string, known = paris): string | null => {
  const time = readTime(typed, known)
  return time && `${new Date(time.at).toISOString().slice(0, 16)}${time.odd === null ? '' : ` ${time.odd}`}`
}

describe('a time as somebody types it', () => {
  it.each([
    ['1912', '2026-07-26T17:12'],
    ['19:12', '2026-07-26T17:12'],
    ['19h12', '2026-07-26T17:12'],
    ['19 h 12', '2026-07-26T17:12'],
    ['19h', '2026-07-26T17:00'],
    ['0712', '2026-07-26T05:12'],
    ['1712Z', '2026-07-26T17:12'],
    ['-5 min', '2026-07-26T17:41'],
    ['− 5 mn', '2026-07-26T17:41'],
    ['-5', '2026-07-26T17:41'],
    ['-2 h', '2026-07-26T15:46'],
    ['-1h30', '2026-07-26T16:16'],
    ['il y a 20 min', '2026-07-26T17:26'],
    ['20 min ago', '2026-07-26T17:26'],
    ['hier 23:50', '2026-07-25T21:50'],
    ['hier à 2350', '2026-07-25T21:50'],
    ['yesterday 23:50', '2026-07-25T21:50'],
    ['avant-hier 21h', '2026-07-24T19:00 old'],
    ['25/07 20:00', '2026-07-25T18:00'],
    ['26/07/2026 19:12', '2026-07-26T17:12'],
    ['now', '2026-07-26T17:46'],
    ['maintenant', '2026-07-26T17:46'],
  ])('%s', (typed, expected) => expect(at(typed)).toBe(expected))

  it('without a day is the last that it was', () => expect(at('23:50')).toBe('2026-07-25T21:50'))
  it('of some minutes from now is of today: clocks differ', () => expect(at('1950')).toBe('2026-07-26T17:50'))
  it('that is still to come is said to be', () =>
    expect(at('27/07/2026 19:12')).toBe('2026-07-27T17:12 future'))
  it('of long ago is said to be', () => expect(at('01/07 08:00')).toBe('2026-07-01T06:00 old'))
  it('of a day that is still to come this year was last year', () =>
    expect(at('31/12 23:00')).toBe('2025-12-31T22:00 old'))
  it.each([
    '',
    '2560',
    '25:00',
    '19:60',
    'bientôt',
    '31/02 10:00',
    '19:12 et après',
    '-',
    '1',
    '99999999999',
  ])('that is none is not guessed: %s', (typed) => expect(at(typed)).toBe(null))
  it('where clocks went back is the later of the two, unless that is still to come', () => {
    const morning = { now: Date.UTC(2026, 9, 25, 5, 0), timeZone: 'Europe/Paris' }
    expect(at('0230', morning)).toBe('2026-10-25T01:30')
    expect(at('0230', { ...morning, now: Date.UTC(2026, 9, 25, 0, 40) })).toBe('2026-10-25T00:30')
  })
  it('that no clock showed, as it went forward, was yesterday’s, or is none on that day', () => {
    const spring = { now: Date.UTC(2026, 2, 29, 8, 0), timeZone: 'Europe/Paris' }
    expect(at('0230', spring)).toBe('2026-03-28T01:30 old')
    expect(at('29/03/2026 02:30', spring)).toBe(null)
  })
  it('is of where the node is', () =>
    expect(at('1912', { now, timeZone: 'America/Cayenne' })).toBe('2026-07-25T22:12'))
})

describe('a line', () => {
  const begins = (typed: string): string | null => leadingTime(typed, paris)?.rest ?? null
  it.each([
    ['1912 Robot au contact', 'Robot au contact'],
    ['19h12 robot au contact', 'robot au contact'],
    ['-5 min robot au contact', 'robot au contact'],
    ['hier 23:50 porte fermée', 'porte fermée'],
    ['yesterday 23:50 gate closed', 'gate closed'],
    ['1912 !grave sac', '!grave sac'],
  ])('begins with a time: %s', (typed, rest) => expect(begins(typed)).toBe(rest))
  it.each([
    '2000 personnes évacuées',
    '-5 degrés au sol',
    '12 blessés',
    '18 h de travail',
    '1912',
    '5 min de retard',
    'Hier, rien',
  ])('begins with none: %s', (typed) => expect(begins(typed)).toBe(null))
})
