// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { createPlot, type Drawing } from '../../../../../renderer/board/series/plot.ts'

/** uPlot as far as it matters here: it places nothing before it has drawn, and left to itself it draws later. */
const { Drawn } = vi.hoisted(() => {
  type Scales = { [name: string]: { range: () => [number, number] } }
  class Drawn {
    static pxRatio = 1
    static draws = 0
    bbox = { left: 10, top: 20, width: 0, height: 0 }
    width: number
    height: number
    private scales = new Map<string, [number, number]>()
    private wanted = false
    constructor(private opts: { width: number; height: number; scales: Scales }) {
      this.width = opts.width
      this.height = opts.height
      this.later()
    }
    private later(): void {
      if (!this.wanted) queueMicrotask(() => this.draw())
      this.wanted = true
    }
    private draw(): void {
      Drawn.draws++
      this.bbox = { ...this.bbox, width: this.width - 10, height: this.height - 20 }
      for (const [name, { range }] of Object.entries(this.opts.scales)) this.scales.set(name, range())
      this.wanted = false
    }
    batch(does: (self: Drawn) => void): void {
      this.wanted = true
      does(this)
      this.draw()
    }
    setData(): void {
      this.later()
    }
    setSize({ width, height }: { width: number; height: number }): void {
      this.width = width
      this.height = height
      this.later()
    }
    valToPos(value: number, scale: string): number {
      const [low, high] = this.scales.get(scale) ?? [NaN, NaN]
      return (1 - (value - low) / (high - low)) * this.bbox.height
    }
    destroy(): void {}
  }
  return { Drawn }
})
vi.mock('uplot', () => ({ default: Drawn }))
vi.mock('uplot/dist/uPlot.min.css', () => ({}))

const drawing = (low: number, high: number): Drawing => ({
  span: { from: 0, to: 1000 },
  times: Float64Array.of(0, 1000),
  lines: [{ unit: 'A', places: [low, high], bounds: [], place: 0 }],
  rooms: new Map([['A', { low, high }]]),
  ...{ bands: [], mark: null },
})
const looks = { rem: 10, timeZone: 'UTC', language: 'fr', time: String, number: String } as const
let plot: ReturnType<typeof createPlot>

beforeEach(() => {
  Object.defineProperty(document, 'fonts', { value: { check: () => true }, configurable: true })
  plot = createPlot(document.createElement('div'), looks)
  plot.size(110, 120)
})
afterEach(() => plot.dispose())

it('a chart says where a value stands as soon as it is shown, the first time too', () => {
  plot.show(drawing(0, 100))
  expect(plot.y(100, 'A')).toBe(20)
  expect(plot.y(0, 'A')).toBe(120)
})
it('a chart that is shown anew says where a value stands now, and in its size of now', () => {
  plot.show(drawing(0, 100))
  plot.show(drawing(0, 200))
  expect(plot.y(200, 'A')).toBe(20)
  plot.size(110, 220)
  plot.show(drawing(0, 200))
  expect(plot.y(0, 'A')).toBe(220)
})
it('what is shown again is drawn once', async () => {
  plot.show(drawing(0, 100))
  await Promise.resolve()
  Drawn.draws = 0
  plot.size(110, 220)
  plot.show(drawing(0, 200))
  await Promise.resolve()
  expect(Drawn.draws).toBe(1)
})
