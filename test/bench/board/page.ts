/** A chart and a table of ours and what they are made with alone, side by side in one page. */
import { elementScroll, observeElementOffset, observeElementRect, Virtualizer } from '@tanstack/virtual-core'
import { mount } from 'svelte'
import uPlot from 'uplot'
import { defaultScheme } from '../../../preload/contract/marking.ts'
import { ok } from '../../../preload/contract/result.ts'
import { overPixels, placesOver } from '../../../renderer/board/series/pixels.ts'
import { createPlot } from '../../../renderer/board/series/plot.ts'
import type { Surroundings } from '../../../renderer/kit/surroundings.ts'
import { createSpeech } from '../../../renderer/speech/speech.ts'
import Around from './Around.svelte'

declare global {
  interface Window {
    /** ms each */
    measureBoard: {
      seriesOurs: () => Promise<number>
      seriesTheirs: () => Promise<number>
      ready: () => Promise<void>
      tableOurs: () => Promise<number>
      tableTheirs: () => Promise<number>
    }
  }
}

const points = 100_000
const rows = 100_000
const width = 900
const height = 500
const start = Date.UTC(2026, 6, 26)
const frame = (): Promise<number> => new Promise((resolve) => requestAnimationFrame(resolve))
/** What was asked of the page is drawn: two frames later it is on its way. */
const shown = async (): Promise<void> => {
  await frame()
  await frame()
}
let seed = 5
const random = (): number => (seed = (seed * 1664525 + 1013904223) >>> 0) / 2 ** 32
const ours = document.querySelector<HTMLElement>('#ours')!
const theirs = document.querySelector<HTMLElement>('#theirs')!

function walk() {
  let value = 100
  const times = Float64Array.from({ length: points }, (_, i) => start + i * 100)
  const values = Float64Array.from({ length: points }, () => (value += random() - 0.5))
  return { times, values }
}
const chart = document.createElement('div')
const other = document.createElement('div')
const plot = createPlot(chart, {
  rem: 10,
  timeZone: 'UTC',
  language: 'en',
  time: (at) => new Date(at).toISOString().slice(11, 16),
  number: String,
})
plot.size(width, height)
let alone: uPlot | null = null

/** From a hundred thousand new points in hand until they are drawn. */
async function seriesOurs(): Promise<number> {
  ours.replaceChildren(chart)
  const data = walk()
  await shown()
  const began = performance.now()
  const span = { from: data.times[0]!, to: data.times[points - 1]! }
  const places = overPixels(data, span.from, span.to, width, 10_000)
  plot.show({
    span,
    times: placesOver(span.from, span.to, width),
    lines: [{ unit: '', places, bounds: [{ value: 110, level: 'severe', above: true }], place: 0 }],
    rooms: new Map([['', { low: -100, high: 300 }]]),
    bands: [],
    mark: null,
  })
  // uPlot draws with the microtask
  await Promise.resolve()
  return performance.now() - began
}

async function seriesTheirs(): Promise<number> {
  theirs.replaceChildren(other)
  const { times, values } = walk()
  if (alone === null)
    alone = new uPlot(
      {
        ...{ width, height, ms: 1 },
        legend: { show: false },
        cursor: { show: false },
        scales: { y: { range: [-100, 300] } },
        series: [{}, { stroke: '#a4aeb6', width: 2.8, points: { show: false } }],
      },
      [times, values],
      other,
    )
  await shown()
  const began = performance.now()
  alone.setData([times, values])
  await Promise.resolve()
  return performance.now() - began
}

const names = Array.from({ length: rows }, (_, i) => `Unit ${(i * 7919) % rows}`)
const loads = Float64Array.from({ length: rows }, () => random() * 100)
const states = names.map((_, i) => ['running', 'held', 'done'][i % 3]!)
const places = names.map((_, i) => `Quay ${i % 40}`)
const descriptor = {
  title: 'Units',
  owner: 'bench',
  domain: 'bench',
  kind: 'feature' as const,
  marking: 'np',
  freshness: 'PT1M',
  retention: 'P1D',
}
const entry = { product: 'bench.units', descriptor, access: 'permitted' as const, known: true, intake: null }
const texts = (list: string[]) => ({ numbers: new Float64Array(0), texts: list })
const speech = createSpeech(() => ({ language: 'en', timeZone: 'UTC' }))
const around = {
  touched: true,
  node: { scheme: defaultScheme, ceiling: 1, timeZone: 'UTC' },
  speech,
  clock: { now: start, here: start, instant: () => start, read: () => start },
  picture: {
    catalog: [entry],
    feeds: [{ ...entry, newest: start, entities: rows, stream: null }],
    listed: true,
    connection: { state: 'live', since: start, server: '', known: 1 },
    heard: start,
    marking: 1,
    records: () => new Map(),
    series: () => [],
    trend: () => undefined,
    withheld: () => false,
    open: () => () => undefined,
    draw: () => () => undefined,
    ask: () =>
      Promise.resolve(
        ok({
          entities: names,
          severities: new Uint8Array(rows),
          times: new Float64Array(rows).fill(start),
          columns: [texts(names), texts(states), { numbers: loads, texts: [] }, texts(places)],
          properties: ['name', 'status', 'load', 'place'],
          total: rows,
          marking: 0,
        }),
      ),
  },
} as unknown as Surroundings

let scrolled: HTMLElement | null = null
let scrolledAlone: HTMLElement | null = null

async function ready(): Promise<void> {
  ours.replaceChildren()
  theirs.replaceChildren()
  mount(Around, {
    target: ours,
    props: {
      around,
      widget: {
        widget: 'table',
        at: [0, 0, 1, 1],
        product: entry.product,
        columns: ['name', 'status', 'load', 'place'].map((property) => ({ property })),
      },
    },
  })
  while (scrolled === null || ours.querySelectorAll('[role=row]').length < 3) {
    await frame()
    scrolled = ours.querySelector('.scrolls')
  }
  const list = document.createElement('div')
  list.className = 'scrolled'
  const whole = document.createElement('div')
  list.append(whole)
  theirs.append(list)
  const lines = new Map<number, HTMLElement>()
  const draw = (virtual: Virtualizer<HTMLElement, HTMLElement>): void => {
    whole.style.height = `${virtual.getTotalSize()}px`
    const items = virtual.getVirtualItems()
    const seen = new Set(items.map(({ index }) => index))
    for (const [index, line] of lines)
      if (!seen.has(index)) {
        line.remove()
        lines.delete(index)
      }
    for (const { index, start: top } of items) {
      if (lines.has(index)) continue
      const line = document.createElement('div')
      line.className = 'line'
      line.style.top = `${top}px`
      for (const text of [names[index]!, states[index]!, String(loads[index]), places[index]!]) {
        const cell = document.createElement('span')
        cell.textContent = text
        line.append(cell)
      }
      lines.set(index, line)
      whole.append(line)
    }
  }
  const virtual = new Virtualizer<HTMLElement, HTMLElement>({
    count: rows,
    getScrollElement: () => list,
    estimateSize: () => 46,
    overscan: 6,
    scrollToFn: elementScroll,
    observeElementRect,
    observeElementOffset,
    onChange: draw,
  })
  virtual._didMount()
  virtual._willUpdate()
  draw(virtual)
  scrolledAlone = list
  await shown()
}

/** Twenty places far from each other, one a frame: until the last of them is there. */
async function scroll(list: HTMLElement): Promise<number> {
  await shown()
  const began = performance.now()
  for (let n = 1; n <= 20; n++) {
    list.scrollTop = ((n * 7) % 20) * (rows / 20) * 46
    await frame()
  }
  await frame()
  return performance.now() - began
}

window.measureBoard = {
  seriesOurs,
  seriesTheirs,
  ready,
  tableOurs: () => scroll(scrolled!),
  tableTheirs: () => scroll(scrolledAlone!),
}
