// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { createPlot, type Drawing } from '../../../../../renderer/board/series/plot.ts'

vi.mock('uplot/dist/uPlot.min.css', () => ({}))
/** uPlot itself, on a canvas that only counts how often it is begun anew: that has no size in this window. */
let draws = 0
vi.hoisted(() => {
  // uPlot asks for these as it is loaded
  const paths = {
    Path2D: function () {},
    matchMedia: () => ({ addEventListener() {}, removeEventListener() {} }),
  }
  for (const [name, value] of Object.entries({ ...paths, devicePixelRatio: 1 }))
    Object.defineProperty(globalThis, name, { value, configurable: true, writable: true })
  const path = () => undefined
  Object.assign(globalThis.Path2D.prototype, {
    moveTo: path,
    lineTo: path,
    rect: path,
    arc: path,
    addPath: path,
  })
})
const pen = (): unknown =>
  new Proxy(
    {},
    {
      get: (_, name) => {
        if (name === 'measureText') return () => ({ width: 10 })
        if (name === 'createLinearGradient') return () => ({ addColorStop: () => undefined })
        return () => {
          if (name === 'clearRect') draws++
        }
      },
      set: () => true,
    },
  )

const drawing = (low: number, high: number): Drawing => ({
  span: { from: 0, to: 1000 },
  times: Float64Array.of(0, 1000),
  lines: [{ unit: 'A', places: [low, high], bounds: [], place: 0 }],
  rooms: new Map([['A', { low, high }]]),
  ...{ bands: [], mark: null },
})
const looks = { rem: 10, timeZone: 'UTC', language: 'fr', time: String, number: String } as const
/** px above the lines, and of the times below them, as `createPlot` wants it of uPlot */
const [above, below] = [8, 34]
let plot: ReturnType<typeof createPlot>

beforeEach(() => {
  Object.defineProperty(document, 'fonts', { value: { check: () => true }, configurable: true })
  vi.spyOn(HTMLCanvasElement.prototype, 'getContext').mockImplementation(pen as never)
  plot = createPlot(document.createElement('div'), looks)
  plot.size(410, 320)
})
afterEach(() => {
  plot.dispose()
  vi.restoreAllMocks()
})

it('a chart says where a value stands as soon as it is shown, the first time too', () => {
  plot.show(drawing(0, 100))
  expect(plot.y(100, 'A')).toBe(above)
  expect(plot.y(0, 'A')).toBe(320 - below)
  expect(plot.x(1000)).toBe(410)
})
it('a chart that is shown anew says where a value stands now, and in its size of now', () => {
  plot.show(drawing(0, 100))
  plot.show(drawing(0, 200))
  expect(plot.y(200, 'A')).toBe(above)
  plot.size(410, 420)
  plot.show(drawing(0, 200))
  expect(plot.y(0, 'A')).toBe(420 - below)
})
it('what is shown again is drawn once', async () => {
  plot.show(drawing(0, 100))
  await Promise.resolve()
  draws = 0
  plot.size(410, 420)
  plot.show(drawing(0, 200))
  await Promise.resolve()
  expect(draws).toBe(1)
})
