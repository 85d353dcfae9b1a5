/** Displays as the system has them, and the screens of a wall as they are placed on them. */

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
