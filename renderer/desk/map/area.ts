import type { Record } from '../../../preload/contract/picture.ts'
import { extentOf, world } from '../../map/extent.ts'
import type { Area } from '../../../preload/contract/scene.ts'
import { placedOf } from '../record.ts'
import { placeOf } from '../../map/place.ts'

/** West, south, east, north of what a map should open on; the world where nothing has a place. */
export const areaOf = (records: readonly Record[]): Area =>
  extentOf(
    records.flatMap((record) => {
      const placed = placedOf(record)
      return (placed && placeOf(placed.geometry)) ?? []
    }),
  ) ?? world
