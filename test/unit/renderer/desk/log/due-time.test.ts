import { describe, expect, it } from 'vitest'
import { dueAsTyped, readDue } from '../../../../../renderer/desk/log/entry/due-time.ts'

/** 19:46 in Paris */
const now = Date.UTC(2026, 6, 26, 17, 46)
const at = { now, timeZone: 'Europe/Paris' }
const read = (typed: string) => {
  const due = readDue(typed, at)
  return due && [new Date(due.at).toISOString().slice(0, 16), due.past]
}

describe('by when something is to be done', () => {
  it.each([
    ['2055', '2026-07-26T18:55'],
    ['20h55', '2026-07-26T18:55'],
    ['20:55', '2026-07-26T18:55'],
    ['+30 min', '2026-07-26T18:16'],
    ['+30', '2026-07-26T18:16'],
    ['+1 h 30', '2026-07-26T19:16'],
    ['dans 2 h', '2026-07-26T19:46'],
    ['in 45 min', '2026-07-26T18:31'],
    ['demain 8h', '2026-07-27T06:00'],
    ['tomorrow 08:00', '2026-07-27T06:00'],
    ['27/07 08:00', '2026-07-27T06:00'],
    ['01/01 08:00', '2027-01-01T07:00'],
    ['1855Z', '2026-07-26T18:55'],
    // a time that was, is the next that it will be
    ['19:12', '2026-07-27T17:12'],
    ['0815', '2026-07-27T06:15'],
  ])('%s', (typed, time) => expect(read(typed)).toEqual([time, false]))
  it.each([
    ['-5 min', '2026-07-26T17:41'],
    ['hier 23:50', '2026-07-25T21:50'],
    ['26/07/2026 19:12', '2026-07-26T17:12'],
  ])('%s is past, and told', (typed, time) => expect(read(typed)).toEqual([time, true]))
  it.each(['', 'bientôt', '2590', 'demain', '+', '31/02 08:00', '+30 min 20'])('“%s” is none', (typed) =>
    expect(readDue(typed, at)).toBe(null),
  )
  it('is read again as it is written', () => {
    const due = Date.UTC(2026, 6, 27, 6, 5)
    expect(readDue(dueAsTyped(due, 'Europe/Paris'), at)?.at).toBe(due)
  })
})
