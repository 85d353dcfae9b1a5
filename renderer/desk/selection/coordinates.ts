import { forward } from 'mgrs'
import type { Language } from '../../../preload/contract/words.ts'
import type { Place } from '../../map/place.ts'
import { number } from '../../speech/numbers.ts'

const letters = {
  fr: { north: 'N', south: 'S', east: 'E', west: 'O' },
  en: { north: 'N', south: 'S', east: 'E', west: 'W' },
} as const

/** Four decimals are 11 m: what a person reads out; the MGRS beside it says the same to 10 m. */
export function latLon({ lat, lon }: Place, language: Language): string {
  const { north, south, east, west } = letters[language]
  const latitude = `${number(Math.abs(lat), language, 4)} ${lat < 0 ? south : north}`
  const longitude = `${number(Math.abs(lon), language, 4)} ${lon < 0 ? west : east}`
  return `${latitude} ${longitude}`
}

/** To 10 m, in groups as it is read over the radio; null towards the poles, where MGRS ends. */
export function mgrsOf({ lat, lon }: Place): string | null {
  if (!(lat >= -80 && lat <= 84) || !(Math.abs(lon) <= 180)) return null
  const grid = /^(\d{1,2}[A-Z])([A-Z]{2})(\d{4})(\d{4})$/.exec(forward([lon, lat], 4))
  return grid === null ? null : grid.slice(1).join(' ')
}
