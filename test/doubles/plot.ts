/** What a chart has drawn, where no canvas is there to draw it on. */
import type { Drawing, Plot } from '../../renderer/board/series/plot.ts'

export const drawings: Drawing[] = []

export const createPlot = (): Plot => ({
  show: (drawing) => drawings.push(drawing),
  size: () => undefined,
  x: () => 100,
  y: () => 50,
  dispose: () => undefined,
})
