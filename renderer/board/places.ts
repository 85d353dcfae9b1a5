import type { Scene, Widget } from '../../preload/contract/scene.ts'

type At = Widget['at']

/** A widget and where it stands now; `index` is its place in the scene, which stays. */
export interface Placed {
  widget: Widget
  index: number
  at: At
}

/** Whether `one`'s edge is all of `other`'s, on that side of it. */
const above = ([x, y, w]: At, [column, row, width, height]: At): boolean =>
  column === x && width === w && row + height === y
const leftOf = ([x, y, , h]: At, [column, row, width, height]: At): boolean =>
  row === y && height === h && column + width === x

export const isOptional = (widget: Widget): boolean => 'optional' in widget && widget.optional === true

/**
 * Where a scene's widgets stand. One that is optional and has nothing here gives its place to the one above it, else
 * below, else at its left or right, whichever shares the whole edge with it.
 */
export function placesOf({ widgets }: Scene, isThere: (widget: Widget) => boolean): Placed[] {
  const placed = widgets.map((widget, index): Placed => ({ widget, index, at: widget.at }))
  const gone = placed.filter(({ widget }) => isOptional(widget) && !isThere(widget))
  const shown = placed.filter((each) => !gone.includes(each))
  for (const { at } of gone) {
    const [x, y, w, h] = at
    const up = shown.find((each) => above(at, each.at))
    const down = shown.find((each) => above(each.at, at))
    const left = shown.find((each) => leftOf(at, each.at))
    const right = shown.find((each) => leftOf(each.at, at))
    if (up) up.at = [up.at[0], up.at[1], w, up.at[3] + h]
    else if (down) down.at = [x, y, w, h + down.at[3]]
    else if (left) left.at = [left.at[0], left.at[1], left.at[2] + w, h]
    else if (right) right.at = [x, y, w + right.at[2], h]
  }
  return shown
}
