/** Displays as the system has them, and the screens of a wall as they are placed on them. */
import * as v from 'valibot'

export interface Bounds {
  x: number
  y: number
  width: number
  height: number
}

/**
 * A display as the system has it now. Id and label are from what it says of itself (EDID), where it does: they stay
 * the same when it is unplugged and comes back.
 */
export interface AttachedDisplay {
  id: number
  /** often its model; empty where it says nothing */
  label: string
  bounds: Bounds
}

/** One of the wall's screens: its number is what people call it, and it keeps it while Vigie runs. */
export interface PlannedScreen {
  screen: number
  display: number
  attached: boolean
  /** false: not the display that this screen had or should have; nothing shows on it until somebody accepts it */
  known: boolean
  label: string
  bounds: Bounds
}

/** Which display is which screen, and where the desk is. */
export interface WallPlan {
  screens: PlannedScreen[]
  /** the display that the desk fills, also while it is unplugged; null: the desk is a window among others */
  desk: { display: number; attached: boolean; bounds: Bounds } | null
}

/** What the other nodes of the wall are told of a screen. */
export const OwnScreenSchema = v.strictObject({
  screen: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(64)),
  label: v.pipe(v.string(), v.maxLength(200)),
  attached: v.boolean(),
  known: v.boolean(),
  /** pixels */
  width: v.pipe(v.number(), v.minValue(0), v.maxValue(100_000)),
  height: v.pipe(v.number(), v.minValue(0), v.maxValue(100_000)),
  /** metres from which it is read, inches */
  distance: v.pipe(v.number(), v.minValue(0), v.maxValue(1000)),
  diagonal: v.pipe(v.number(), v.minValue(0), v.maxValue(1000)),
  /** the level's id, as the two may have different schemes */
  ceiling: v.pipe(v.string(), v.maxLength(64)),
  /** what it shows when nobody chose */
  scene: v.pipe(v.string(), v.maxLength(255)),
})
export type OwnScreen = v.InferOutput<typeof OwnScreenSchema>
