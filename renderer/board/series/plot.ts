/** uPlot as this board uses it: our places, our bounds, nothing of its own but axes and lines. */
import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import type { Language } from '../../../preload/contract/words.ts'
import { worstOf, type Level } from '../../kit/severity.ts'
import type { Place } from './pixels.ts'
import type { Span } from './span.ts'

/** A value from which on a line has another colour. */
export interface Bound {
  value: number
  level: Level
  /** it is bad above, else below */
  above: boolean
}

export interface Line {
  /** lines of one unit share a scale */
  unit: string
  places: Place[]
  bounds: readonly Bound[]
  /** stands alone, or behind the first ones */
  place: number
}

export interface Band {
  unit: string
  min: number
  max: number
}

export interface Drawing {
  span: Span
  /** of each place, ms since 1970 */
  times: Float64Array
  lines: readonly Line[]
  /** by unit, what there must be room for; the first one has the axis */
  rooms: ReadonlyMap<string, { low: number; high: number }>
  bands: readonly Band[]
  /** since when the first line is as it is; null: not to be drawn */
  mark: { time: number; level: Level } | null
}

export interface Looks {
  /** px of one rem */
  rem: number
  timeZone: string
  /** another one is another plot */
  language: Language
  time: (at: number) => string
  number: (value: number) => string
}

export interface Plot {
  show(drawing: Drawing): void
  /** of what is shown next */
  size(width: number, height: number): void
  /** where a value or a time stands, px of the element; with `show` done */
  y(value: number, unit: string): number
  x(time: number): number
  dispose(): void
}

const colours: { [L in Level]: string } = {
  extreme: '#ff4f4a',
  severe: '#ff9a3c',
  moderate: '#f0cf4d',
  minor: '#a4aeb6',
}
/** the first is the one that is looked at; the others recede */
const greys = ['#c3ccd3', '#98a3ac', '#7d8993', '#66727d'] as const
const rule = '#3a454f'
const dim = '#9fabb5'

const scaleOf = (unit: string): string => `y ${unit}`

/** Grey within its bounds, and of its level from where it left them. */
function stroke(plot: uPlot, { unit, bounds, place }: Line): string | CanvasGradient {
  const grey = greys[Math.min(place, greys.length - 1)]!
  const { top, height } = plot.bbox
  if (bounds.length === 0 || !(height > 0)) return grey
  const gradient = plot.ctx.createLinearGradient(0, top, 0, top + height)
  // from the top: what holds above a bound that is bad above, and below one that is bad below
  const steps = bounds
    .map((bound) => {
      const at = (plot.valToPos(bound.value, scaleOf(unit), true) - top) / height
      return { ...bound, at: Number.isFinite(at) ? Math.min(1, Math.max(0, at)) : 0 }
    })
    .sort((a, b) => a.at - b.at)
  const levelAt = (at: number): Level => {
    const passed = steps.filter((step) => (step.above ? at < step.at : at > step.at))
    return worstOf(passed.map(({ level }) => level))
  }
  const edges = [0, ...steps.map(({ at }) => at), 1]
  for (let i = 0; i + 1 < edges.length; i++) {
    const [from, to] = [edges[i]!, edges[i + 1]!]
    if (to <= from) continue
    const level = levelAt((from + to) / 2)
    const colour = level === 'minor' ? grey : colours[level]
    gradient.addColorStop(from, colour)
    gradient.addColorStop(to, colour)
  }
  return gradient
}

export function createPlot(element: HTMLElement, looks: Looks): Plot {
  const { rem } = looks
  let plot: uPlot | null = null
  let made = ''
  let drawing: Drawing | null = null
  let width = 0
  let height = 0

  const px = (count: number): number => Math.round(count * rem * uPlot.pxRatio)
  const font = `${Math.round(2.2 * rem)}px "Inter Variable", sans-serif`

  function drawUnder({ ctx, bbox, valToPos }: uPlot): void {
    if (drawing === null) return
    ctx.save()
    for (const { unit, min, max } of drawing.bands) {
      if (drawing.rooms.get(unit) === undefined) continue
      const y = (value: number): number => {
        const at = valToPos(value, scaleOf(unit), true)
        return Math.min(bbox.top + bbox.height, Math.max(bbox.top, at))
      }
      const [top, bottom] = [y(max), y(min)]
      ctx.fillStyle = '#1c252d'
      ctx.fillRect(bbox.left, top, bbox.width, bottom - top)
      ctx.fillStyle = '#56626c'
      for (const edge of [top, bottom])
        if (edge > bbox.top && edge < bbox.top + bbox.height)
          ctx.fillRect(bbox.left, Math.round(edge), bbox.width, Math.max(1, px(0.1)))
    }
    ctx.restore()
  }

  function drawOver({ ctx, bbox, valToPos }: uPlot): void {
    if (drawing === null) return
    ctx.save()
    ctx.lineWidth = Math.max(1, px(0.16))
    ctx.setLineDash([px(0.8), px(0.6)])
    const drawn = new Set<string>()
    for (const { unit, bounds } of drawing.lines)
      for (const { value, level } of bounds) {
        const key = `${unit} ${value}`
        if (drawn.has(key) || drawing.bands.some(({ min, max }) => value === min || value === max)) continue
        drawn.add(key)
        const y = Math.round(valToPos(value, scaleOf(unit), true)) + 0.5
        if (!(y > bbox.top && y < bbox.top + bbox.height)) continue
        ctx.globalAlpha = 0.75
        ctx.strokeStyle = colours[level]
        ctx.beginPath()
        ctx.moveTo(bbox.left, y)
        ctx.lineTo(bbox.left + bbox.width, y)
        ctx.stroke()
      }
    if (drawing.mark !== null) {
      const x = Math.round(valToPos(drawing.mark.time, 'x', true)) + 0.5
      ctx.globalAlpha = 1
      ctx.strokeStyle = dim
      ctx.setLineDash([px(0.3), px(0.5)])
      ctx.beginPath()
      ctx.moveTo(x, bbox.top)
      ctx.lineTo(x, bbox.top + bbox.height)
      ctx.stroke()
    }
    ctx.restore()
  }

  /** half of a time's words, and what stands before the edge */
  const hasRoom = (time: number): boolean => {
    const { from, to } = drawing!.span
    return ((to - time) / (to - from)) * width > 3.2 * rem
  }

  function make(first: Drawing): uPlot {
    const units = [...first.rooms.keys()]
    const scales: uPlot.Scales = {
      x: { time: true, range: () => [drawing!.span.from, drawing!.span.to] },
    }
    for (const unit of units)
      scales[scaleOf(unit)] = {
        range: () => {
          const room = drawing!.rooms.get(unit)
          return room === undefined ? [0, 1] : [room.low, room.high]
        },
      }
    const axis: uPlot.Axis = {
      font,
      stroke: dim,
      grid: { show: false },
      ticks: { show: false },
    }
    return new uPlot(
      {
        width,
        height,
        ms: 1,
        tzDate: (at) => uPlot.tzDate(new Date(at), looks.timeZone),
        padding: [0.8 * rem, 0, 0, 0],
        legend: { show: false },
        cursor: { show: false },
        select: { show: false, left: 0, top: 0, width: 0, height: 0 },
        scales,
        axes: [
          {
            ...axis,
            size: 3.4 * rem,
            gap: 0.5 * rem,
            space: 14 * rem,
            border: { show: true, stroke: rule, width: 1 },
            // one whose end has no room at the edge would be read as another time
            values: (_, splits) => splits.map((at) => (hasRoom(at) ? looks.time(at) : '')),
          },
          {
            ...axis,
            scale: scaleOf(units[0] ?? ''),
            gap: 0.6 * rem,
            space: 3.6 * rem,
            size: (_, values) =>
              (Math.max(2, ...(values ?? []).map(({ length }) => length)) * 1.25 + 0.8) * rem,
            values: (_, splits) => splits.map(looks.number),
          },
        ],
        series: [
          {},
          ...first.lines.map(({ unit }, at): uPlot.Series => ({
            scale: scaleOf(unit),
            width: (at === 0 ? 0.28 : 0.22) * rem,
            points: { show: false },
            stroke: (self) => {
              const line = drawing?.lines[at]
              return line === undefined ? dim : stroke(self, line)
            },
          })),
        ],
        hooks: { drawClear: [drawUnder], draw: [drawOver] },
      },
      [first.times, ...first.lines.map(({ places }) => places)],
      element,
    )
  }

  // a canvas does not wait for its font, and is not drawn again when it has come
  if (!document.fonts.check(font)) void document.fonts.load(font).then(() => plot?.redraw(false, true))

  return {
    show(next) {
      drawing = next
      if (width <= 0 || height <= 0) return
      const shape = JSON.stringify([next.lines.map(({ unit }) => unit), [...next.rooms.keys()]])
      if (plot === null || shape !== made) {
        plot?.destroy()
        made = shape
        plot = make(next)
      }
      const { times, lines } = next
      // left to itself uPlot draws later, and says until then where things stood before, or nowhere
      plot.batch((self: uPlot) => {
        if (self.width !== width || self.height !== height) self.setSize({ width, height })
        self.setData([times, ...lines.map(({ places }) => places)])
      })
    },
    size(w, h) {
      width = w
      height = h
    },
    y: (value, unit) =>
      plot === null ? 0 : plot.valToPos(value, scaleOf(unit)) + plot.bbox.top / uPlot.pxRatio,
    x: (time) => (plot === null ? 0 : plot.valToPos(time, 'x') + plot.bbox.left / uPlot.pxRatio),
    dispose() {
      plot?.destroy()
      plot = null
    },
  }
}
