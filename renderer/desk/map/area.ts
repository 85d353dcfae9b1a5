import type { Record } from '../../../preload/contract/picture.ts'
import { thingOf } from '../record.ts'
import { placeOf } from '../../map/place.ts'
import type { Area } from '../../map/tracks.ts'

/** Of what is named, so much at each edge may be far away from the rest and does not widen the view. */
const apart = 0.05
/** what lies at the edge is seen whole, with its callout */
const around = 0.15
/** degrees: one thing alone is seen with what is around it */
const least = 0.02

const between = (sorted: readonly number[]): [number, number] => {
  const cut = Math.floor(sorted.length * apart)
  const low = sorted[cut] ?? 0
  const high = sorted[sorted.length - 1 - cut] ?? low
  const more = Math.max((high - low) * around, (least - (high - low)) / 2)
  return [low - more, high + more]
}

/** West, south, east, north of what a map should open on; the world where nothing has a place. */
export function areaOf(records: readonly Record[]): Area {
  const places = records.flatMap((record) => {
    const thing = thingOf(record)
    return (thing && placeOf(thing.geometry)) ?? []
  })
  if (places.length === 0) return [-170, -60, 170, 75]
  const ascending = (a: number, b: number): number => a - b
  const [west, east] = between(places.map(({ lon }) => lon).sort(ascending))
  const [south, north] = between(places.map(({ lat }) => lat).sort(ascending))
  return [west, south, east, north]
}
