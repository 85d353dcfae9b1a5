/** A board as a screen would show it while it is composed, and how large it is there. */
import type { DraftScene, DraftWidget } from '../../../preload/contract/boards.ts'
import type { Grid, Scene, Widget } from '../../../preload/contract/scene.ts'
import { widgetAsWritten } from '../../../preload/contract/scene-written.ts'
import type { Screen } from '../../../preload/contract/state.ts'
import { sizeScale } from '../../kit/distance.ts'

const known = new WeakMap<DraftWidget, { grid: string; widget: Widget }>()

/** What is written the same is the same: an element that nobody touched is not made anew. */
function liveWidget(draft: DraftWidget, grid: Grid): Widget {
  const name = `${grid.columns} ${grid.rows}`
  const found = known.get(draft)
  if (found?.grid === name) return found.widget
  const read = widgetAsWritten(draft, grid) as Widget
  // it is composed here: what has nothing now says so, and keeps its place
  const widget = 'optional' in read ? ({ ...read, optional: false } as Widget) : read
  known.set(draft, { grid: name, widget })
  return widget
}

export const liveScene = (draft: DraftScene): Scene => ({
  ...draft,
  widgets: draft.widgets.map((widget) => liveWidget(widget, draft.grid)),
})

/** In rem of a wall, as wall.css has it: 192 across where nothing is read from afar. */
export interface Size {
  width: number
  height: number
}

/** What the bars, the head and the strip of products take of a screen's height, rem. */
const headHeight = 8.4
const others = 13
/** @param screen the one that it is for; undefined: one as walls have them */
export function sizeOn(screen: Pick<Screen, 'width' | 'height' | 'distance' | 'diagonal'> | undefined): {
  all: Size
  head: number
} {
  const scale = screen === undefined ? 1 : sizeScale(screen.distance, screen.diagonal)
  const ratio = screen === undefined || screen.width === 0 ? 9 / 16 : screen.height / screen.width
  const width = 192 / scale
  return { all: { width, height: width * ratio - others }, head: headHeight }
}
