import { describe, expect, it } from 'vitest'
import {
  ageInMinutes,
  ageInWords,
  dateOfDay,
  dateTimeGroup,
  hourOf,
  stopwatch,
  timeOfDay,
  timeWithSeconds,
  universalTime,
  whenFor,
} from '../../../../renderer/speech/time.ts'
import { createSay } from '../../../../renderer/speech/words.ts'

const paris = 'Europe/Paris'
const ceremony = Date.parse('2026-07-26T17:42:08Z')
const fr = createSay('fr')
const en = createSay('en')
const plain = (text: string): string => text.replaceAll('\u00a0', ' ')
const second = 1000
const minute = 60 * second
const hour = 60 * minute

describe('the clock', () => {
  it('says the military date-time group in universal time, month in English', () => {
    expect(dateTimeGroup(ceremony)).toBe('261742ZJUL26')
    expect(dateTimeGroup(Date.parse('2030-02-01T00:05:59Z'))).toBe('010005ZFEB30')
  })
  it('says universal time with its letter', () => {
    expect(plain(universalTime(ceremony))).toBe('17:42 Z')
  })
  it('says local time in the node’s zone, not in the machine’s', () => {
    expect(timeWithSeconds(ceremony, 'fr', paris)).toBe('19:42:08')
    expect(timeOfDay(ceremony, 'en', 'America/Cayenne')).toBe('14:42')
    expect(hourOf(ceremony, paris)).toBe(19)
  })
  it('counts midnight as hour 0', () => {
    expect(timeOfDay(Date.parse('2026-07-26T22:00:00Z'), 'fr', paris)).toBe('00:00')
    expect(hourOf(Date.parse('2026-07-26T22:00:00Z'), paris)).toBe(0)
  })
  it('writes dates as each language does', () => {
    expect(plain(dateOfDay(ceremony, 'fr', paris))).toBe('26 juil. 2026')
    expect(plain(dateOfDay(ceremony, 'en', paris))).toBe('26 Jul 2026')
  })
  it('adds the date to a time that is not of today', () => {
    expect(whenFor(ceremony - hour, ceremony, 'fr', paris)).toBe('18:42')
    expect(plain(whenFor(ceremony - 24 * hour, ceremony, 'fr', paris))).toBe('25 juil. 19:42')
  })
})

describe('ages', () => {
  it('read as people say them', () => {
    expect(plain(ageInWords(2 * second, fr))).toBe('2 s')
    expect(plain(ageInWords(3 * minute + 20 * second, fr))).toBe('3 min 20')
    expect(plain(ageInWords(3 * minute + 5 * second, fr))).toBe('3 min 05')
    expect(plain(ageInWords(hour + 5 * minute, fr))).toBe('1 h 05')
    expect(plain(ageInWords(52 * hour, fr))).toBe('2 j 04 h')
    expect(plain(ageInWords(52 * hour, en))).toBe('2 d 04 h')
  })
  it('of incidents are in minutes', () => {
    expect(plain(ageInMinutes(11 * minute + 59 * second, fr))).toBe('11 min')
    expect(plain(ageInMinutes(65 * minute, en))).toBe('1 h 05')
  })
  it('never part at a line’s end', () => {
    expect(ageInWords(3 * minute, fr)).not.toContain(' ')
  })
  it('are never negative where another clock runs ahead', () => {
    expect(plain(ageInWords(-5 * second, fr))).toBe('0 s')
    expect(stopwatch(-5 * second)).toBe('00:00')
  })
  it('of what is lost run like a watch', () => {
    expect(stopwatch(2 * minute + 14 * second)).toBe('02:14')
    expect(stopwatch(hour + 2 * minute + 14 * second)).toBe('1:02:14')
  })
})
