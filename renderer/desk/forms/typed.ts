/**
 * What somebody types into a field, as the form's schema wants it: numbers with either decimal sign, times as in the log,
 * places as they are read out (`48,8566 2,3522`, `48.8566 N 2.3522 E`, MGRS). Whether it fits, the check says.
 */
import { toPoint } from 'mgrs'
import { kindOfField, type EntryValue, type Field, type FieldKind } from '../../../preload/contract/form.ts'
import { readTime, type Now } from '../log/entry/typed-time.ts'

/** Six decimals of a degree are 11 cm. */
const rounded = (degrees: number): number => Math.round(degrees * 1e6) / 1e6

const isOnEarth = ([lon, lat]: [number, number]): boolean => Math.abs(lon) <= 180 && Math.abs(lat) <= 90

/** @returns longitude and latitude; null: nobody can say which place is meant */
export function readPlace(typed: string): [number, number] | null {
  const text = typed.trim().toUpperCase()
  const grid = text.replace(/\s+/g, '')
  if (/^\d{1,2}[C-HJ-NP-X][A-HJ-NP-Z]{2}(?:\d{2}){1,5}$/.test(grid)) {
    try {
      const [lon, lat] = toPoint(grid)
      return [rounded(lon), rounded(lat)]
    } catch {
      return null
    }
  }
  const one = String.raw`([+−-]?\d{1,3}(?:[.,]\d+)?)\s*°?\s*`
  const match = new RegExp(String.raw`^${one}([NS])?\s*[,;/\s]\s*${one}([EWO])?$`).exec(text)
  if (match === null) return null
  const degrees = (figures = '', hemisphere = ''): number => {
    const value = Number(figures.replace('−', '-').replace(',', '.'))
    return rounded(/[SWO]/.test(hemisphere) ? -value : value)
  }
  const place: [number, number] = [degrees(match[3], match[4]), degrees(match[1], match[2])]
  return isOnEarth(place) ? place : null
}

export function readNumber(typed: string): number | null {
  const text = typed.replace(/\s/g, '').replace('−', '-').replace(',', '.')
  return /^[+-]?\d+(?:\.\d+)?$/.test(text) ? Number(text) : null
}

/** What a yes and a no are while they are typed. */
export const flags = { yes: 'yes', no: 'no' } as const

const readers: { [K in FieldKind]: (typed: string, now: Now) => EntryValue | null } = {
  choice: (typed) => typed,
  text: (typed) => typed,
  entity: (typed) => typed,
  time(typed, now) {
    const read = readTime(typed, now)
    return read === null ? null : new Date(read.at).toISOString()
  },
  place: readPlace,
  number: readNumber,
  flag: (typed) => typed === flags.yes,
}

/** @returns what it says; null: it can't be read as that. Nothing typed says nothing: undefined */
export function readField(field: Field, typed: string, now: Now): EntryValue | null | undefined {
  const text = typed.trim()
  return text === '' ? undefined : readers[kindOfField(field)](text, now)
}
