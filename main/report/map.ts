/**
 * The map of a synthesis, drawn for paper: its own lines, thin enough for print and dark enough for a copy in black and
 * white. Every severity is a shape, numbered; a callout never covers what it points to nor another one, and where there is
 * no room for it its number alone stands in the mark.
 */
import type { Severity } from '../../preload/contract/event.ts'
import type { ReportMap, ReportPosition } from '../../preload/contract/report.ts'
import type { Extent, Ground, GroundPart } from './ground.ts'
import { inks, shapeOf, type Shape } from './shapes.ts'

/** pt */
export interface Size {
  width: number
  height: number
}

const kilometresPerDegree = 111.32
/** Less than this is drawn with something around it, km. */
const leastSpan = 2.4
/** What reaches further than this is drawn as far as it goes, km. */
const nearSpan = 25

const longer = (extent: Extent): number => Math.cos((((extent.south + extent.north) / 2) * Math.PI) / 180)

const around = (places: readonly ReportPosition[]): Extent => {
  const lon = places.map(([each]) => each)
  const lat = places.map(([, each]) => each)
  return { west: Math.min(...lon), east: Math.max(...lon), south: Math.min(...lat), north: Math.max(...lat) }
}

const widened = (of: Extent, by: number): Extent => ({
  ...{
    west: of.west - by / kilometresPerDegree / longer(of),
    east: of.east + by / kilometresPerDegree / longer(of),
  },
  ...{ south: of.south - by / kilometresPerDegree, north: of.north + by / kilometresPerDegree },
})

const apart = (a: Extent, b: Extent): boolean =>
  a.east < b.west || a.west > b.east || a.north < b.south || a.south > b.north

/** What is shown: every place, the zones that are theirs, and room around, in the proportions of the paper. */
export function extentOf({ places, outlines }: ReportMap, { width, height }: Size): Extent {
  const of = around(places.map(({ at }) => at))
  const near = widened(of, 1)
  const zones = outlines
    .map(({ corners }) => around(corners))
    .filter(
      (zone) =>
        !apart(zone, near) &&
        Math.max((zone.east - zone.west) * longer(zone), zone.north - zone.south) * kilometresPerDegree <
          nearSpan,
    )
  const all = around(
    [of, ...zones].flatMap((one): ReportPosition[] => [
      [one.west, one.south],
      [one.east, one.north],
    ]),
  )
  const [lon, lat] = [(all.west + all.east) / 2, (all.south + all.north) / 2]
  const across = Math.cos((lat * Math.PI) / 180)
  const least = leastSpan / kilometresPerDegree
  const wide = Math.max(least, (all.east - all.west) * across) * 1.3
  const high = Math.max(least, all.north - all.south) * 1.36
  const scale = Math.max(wide / width, high / height)
  const [w, h] = [(scale * width) / across / 2, (scale * height) / 2]
  return { west: lon - w, east: lon + w, south: lat - h, north: lat + h }
}

interface Box {
  x: number
  y: number
  width: number
  height: number
}
const covers = (a: Box, b: Box): boolean =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height

const escaped = (text: string): string => text.replace(/[&<>"']/g, (each) => `&#${each.charCodeAt(0)};`)
const digits = (value: number): string => String(Math.round(value * 100) / 100)

const colours = {
  ...{ land: '#fbfbf9', park: '#e9f0e6', street: '#dcdfe1', border: '#9aa4ac', division: '#d3d8db' },
  ...{ water: '#c4dbe8', edge: '#9fc0d3', name: '#66727d', ink: '#14191e', zone: '#46515b' },
} as const

/** A severity's shape around a point, as large as `r`. */
export function glyph(shape: Shape, x: number, y: number, r: number): string {
  const ink = inks[shape]
  const at = (...points: [number, number][]): string =>
    points.map(([dx, dy]) => `${digits(x + dx * r)},${digits(y + dy * r)}`).join(' ')
  switch (shape) {
    case 'extreme':
      return `<polygon points="${at([0, -1], [1, 0.8], [-1, 0.8])}" fill="${ink}"/><path d="M${digits(x)} ${digits(y - 0.4 * r)}v${digits(0.6 * r)}" stroke="#fff" stroke-width="${digits(0.26 * r)}"/><circle cx="${digits(x)}" cy="${digits(y + 0.52 * r)}" r="${digits(0.14 * r)}" fill="#fff"/>`
    case 'severe':
      return `<polygon points="${at([0, -1], [1, 0], [0, 1], [-1, 0])}" fill="${ink}"/>`
    case 'moderate':
      return `<circle cx="${digits(x)}" cy="${digits(y)}" r="${digits(0.72 * r)}" fill="none" stroke="${ink}" stroke-width="${digits(0.36 * r)}"/>`
    default:
      return `<circle cx="${digits(x)}" cy="${digits(y)}" r="${digits(0.5 * r)}" fill="${ink}"/>`
  }
}

interface Drawing {
  size: Size
  /** km that the paper is wide */
  span: number
  x(place: ReportPosition): number
  y(place: ReportPosition): number
  /** pt for so many metres */
  metres(length: number): number
}

const pathOf = ({ x, y }: Drawing, lines: readonly ReportPosition[][], closed: boolean): string =>
  lines
    .map((line) => {
      const points = line.map((p) => `${digits(x(p))} ${digits(y(p))}`)
      return `M${points.join('L')}${closed ? 'Z' : ''}`
    })
    .join('')

function drawGround(drawing: Drawing, { parts }: Ground): string {
  const { span, metres } = drawing
  const stroke = (of: GroundPart[], colour: string, width: number): string =>
    of.length === 0 || width <= 0
      ? ''
      : `<path d="${pathOf(
          drawing,
          of.flatMap(({ lines }) => lines),
          false,
        )}" fill="none" stroke="${colour}" stroke-width="${digits(width)}" stroke-linecap="round" stroke-linejoin="round"/>`
  const fill = (of: GroundPart[], colour: string, edge: string): string =>
    of.length === 0
      ? ''
      : `<path d="${pathOf(
          drawing,
          of.flatMap(({ lines }) => lines),
          true,
        )}" fill="${colour}" fill-rule="evenodd" ${edge}/>`
  const those = (is: (part: GroundPart) => boolean): GroundPart[] => parts.filter(is)
  const layer = (name: GroundPart['layer']) => those((part) => part.layer === name)
  const kind = (...kinds: string[]) => those(({ kind: own }) => kinds.includes(own))
  const water = kind('water')
  const axes = (most: number, least: number) =>
    those(({ kind: own, rank }) => own === 'axis' && rank <= most && rank >= least)
  return [
    fill(layer('land'), colours.land, `stroke="${colours.edge}" stroke-width=".4"`),
    span < 60 ? fill(kind('green'), colours.park, '') : '',
    span > 25 && span < 1200 ? stroke(layer('divisions'), colours.division, 0.5) : '',
    stroke(layer('borders'), colours.border, 0.7),
    span < 1200 ? stroke(layer('rivers'), colours.water, span < 80 ? 1.6 : 0.8) : '',
    span < 14 ? stroke(axes(3, 3), colours.street, 0.7) : '',
    span < 45 ? stroke(axes(2, 1), colours.street, span < 14 ? 1.3 : 0.7) : '',
    span < 120 ? stroke(kind('motorway', 'ring'), colours.street, span < 14 ? 1.9 : 1.1) : '',
    // wide water over what crosses it; a bridge is too small for this paper
    ...[colours.edge, colours.water].flatMap((colour, pass) =>
      [...new Set(water.map(({ width }) => width))].map((width) =>
        stroke(
          water.filter((part) => part.width === width),
          colour,
          Math.max(pass === 0 ? 1.5 : 0.9, metres(width) * 1.1 + (pass === 0 ? 0.7 : 0)),
        ),
      ),
    ),
  ].join('')
}

const text = (x: number, y: number, size: number, body: string, more: string): string =>
  `<text x="${digits(x)}" y="${digits(y)}" font-size="${size}" ${more}>${escaped(body)}</text>`

/** Names as far as there is room, the most known first. */
function drawNames({ span, size, x, y }: Drawing, { parts }: Ground, taken: Box[]): string {
  const wanted = parts
    .filter(({ layer, kind, rank }) =>
      layer === 'towns'
        ? span > 16
        : kind === 'arrondissement'
          ? span < 18
          : ['landmark', 'bridge', 'station', 'venue'].includes(kind) &&
            span < (rank <= 1 ? 12 : rank <= 2 ? 6 : 3),
    )
    .sort((a, b) => b.people - a.people || a.rank - b.rank)
  const drawn: string[] = []
  for (const { kind, layer, name, lines } of wanted) {
    const [place] = lines[0] ?? []
    if (place === undefined || drawn.length >= 14) continue
    const isArea = kind === 'arrondissement' || layer === 'towns'
    const shown = layer === 'towns' ? name.toUpperCase() : name
    const width = shown.length * (isArea ? 5.1 : 3.7)
    const [px, py] = [x(place), y(place)]
    const at = isArea ? { x: px - width / 2, y: py - 3.5 } : { x: px + 3, y: py - 3.5 }
    const box = { ...at, width, height: 8 }
    if (at.x < 3 || at.x + width > size.width - 3 || at.y < 3 || at.y > size.height - 12) continue
    if (taken.some((other) => covers(other, box))) continue
    taken.push(box)
    const halo = `stroke="#fbfbf9" stroke-width="1.6" stroke-linejoin="round" paint-order="stroke"`
    drawn.push(
      isArea
        ? text(
            px,
            py + 2.2,
            6.5,
            shown,
            `text-anchor="middle" letter-spacing=".7" fill="${colours.name}" ${halo}`,
          )
        : `<circle cx="${digits(px)}" cy="${digits(py)}" r="1.2" fill="#fff" stroke="${colours.ink}" stroke-width=".7"/>${text(at.x, py + 2.3, 6.5, shown, `fill="${colours.zone}" ${halo}`)}`,
    )
  }
  return drawn.join('')
}

const radius = 7
const high = 13

interface Callout {
  text: string
  severity: Severity
  mark: { x: number; y: number }
  /** null: there was no room, and its number stands in the mark */
  box: Box | null
}

/** The worst first, each where it covers neither a mark nor a callout before it, as near as that is possible. */
export function placeCallouts(
  marks: readonly { x: number; y: number; name: string; severity: Severity }[],
  size: Size,
  taken: Box[],
): Callout[] {
  const discs = marks.map(({ x, y }) => ({
    ...{ x: x - radius - 1, y: y - radius - 1, width: 2 * radius + 2, height: 2 * radius + 2 },
  }))
  const frame = (box: Box): boolean =>
    box.x >= 3 && box.y >= 3 && box.x + box.width <= size.width - 3 && box.y + box.height <= size.height - 3
  return marks.map((mark, at) => {
    const shown = mark.name.length > 20 ? `${mark.name.slice(0, 19)}…` : mark.name
    const said = `${at + 1} ${shown}`
    const width = said.length * 5 + 11
    const away = [12, 26, 44, 64]
    const places = away.flatMap((gap): [number, number][] => [
      [mark.x + gap * 0.7, mark.y - gap - high],
      [mark.x - gap * 0.7 - width, mark.y - gap - high],
      [mark.x + gap, mark.y - high / 2],
      [mark.x - gap - width, mark.y - high / 2],
      [mark.x - width / 2, mark.y - gap - high],
      [mark.x - width / 2, mark.y + gap],
      [mark.x + gap * 0.7, mark.y + gap],
      [mark.x - gap * 0.7 - width, mark.y + gap],
    ])
    const found = places
      .map(([x, y]) => ({ x, y, width, height: high }))
      .find((box) => frame(box) && ![...discs, ...taken].some((other) => covers(other, box)))
    if (found !== undefined)
      taken.push({ x: found.x - 2, y: found.y - 2, width: width + 4, height: high + 4 })
    return { text: said, severity: mark.severity, mark, box: found ?? null }
  })
}

function drawCallouts(callouts: readonly Callout[]): string {
  const leaders = callouts.flatMap(({ mark, box, severity }) => {
    if (box === null) return []
    const to = {
      x: Math.min(Math.max(mark.x, box.x), box.x + box.width),
      y: Math.min(Math.max(mark.y, box.y), box.y + box.height),
    }
    return [
      `<path d="M${digits(mark.x)} ${digits(mark.y)}L${digits(to.x)} ${digits(to.y)}" stroke="${inks[shapeOf(severity)]}" stroke-width="1.1"/>`,
    ]
  })
  // what is worst is drawn last: it lies on top
  const marks = callouts.toReversed().map(({ mark, box, severity, text: said }) => {
    const shape = shapeOf(severity)
    const number = said.split(' ')[0] ?? ''
    return `<circle cx="${digits(mark.x)}" cy="${digits(mark.y)}" r="${radius}" fill="#fff" stroke="${inks[shape]}" stroke-width="1.5"/>${
      box === null
        ? text(
            mark.x,
            mark.y + 2.9,
            8,
            number,
            `text-anchor="middle" font-weight="700" fill="${colours.ink}"`,
          )
        : glyph(shape, mark.x, mark.y, 4.1)
    }`
  })
  const boxes = callouts.flatMap(({ box, severity, text: said }) =>
    box === null
      ? []
      : [
          `<rect x="${digits(box.x)}" y="${digits(box.y)}" width="${digits(box.width)}" height="${high}" rx="1.5" fill="#fff" stroke="${inks[shapeOf(severity)]}" stroke-width="1.2"/>${text(box.x + box.width / 2, box.y + 9.3, 8, said, `text-anchor="middle" font-weight="700" fill="${colours.ink}"`)}`,
        ],
  )
  return [...leaders, ...marks, ...boxes].join('')
}

/** A round length that fits a fifth of the paper, metres. */
export function scaleLength(span: number): number {
  const most = (span * 1000) / 5
  const power = 10 ** Math.floor(Math.log10(most))
  return power * (most / power >= 5 ? 5 : most / power >= 2 ? 2 : 1)
}

/** @returns SVG, its texts in Inter */
export function drawPaperMap(
  map: ReportMap,
  ground: Ground,
  extent: Extent,
  size: Size,
  decimal: string,
): string {
  const { width, height } = size
  const span = (extent.east - extent.west) * longer(extent) * kilometresPerDegree
  const drawing: Drawing = {
    ...{ size, span },
    x: ([lon]) => ((lon - extent.west) / (extent.east - extent.west)) * width,
    y: ([, lat]) => ((extent.north - lat) / (extent.north - extent.south)) * height,
    metres: (length) => (length / 1000 / span) * width,
  }
  const bar = scaleLength(span)
  const long = drawing.metres(bar)
  const said = bar >= 1000 ? `${bar / 1000} km` : `${bar} m`
  const foot: Box = { x: 0, y: height - 18, width: long + 44, height: 18 }
  const north: Box = { x: width - 18, y: 0, width: 18, height: 26 }
  const taken: Box[] = [foot, north]
  const marks = map.places.map(({ at, name, severity }) => ({
    ...{ x: drawing.x(at), y: drawing.y(at), name, severity },
  }))
  const callouts = placeCallouts(marks, size, taken)
  for (const { x, y } of marks)
    taken.push({ x: x - radius, y: y - radius, width: 2 * radius, height: 2 * radius })
  const zones = map.outlines
    .map(({ corners, closed }) => pathOf(drawing, [corners], closed))
    .map(
      (d) =>
        `<path d="${d}" fill="none" stroke="${colours.zone}" stroke-width=".9" stroke-dasharray="3.2 2.2"/>`,
    )
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${digits(width)}pt" height="${digits(height)}pt" viewBox="0 0 ${digits(width)} ${digits(height)}" font-family="Inter">`,
    `<clipPath id="frame"><rect width="${digits(width)}" height="${digits(height)}"/></clipPath>`,
    `<g clip-path="url(#frame)"><rect width="${digits(width)}" height="${digits(height)}" fill="${colours.water}"/>`,
    drawGround(drawing, ground),
    ...zones,
    drawNames(drawing, ground, taken),
    drawCallouts(callouts),
    `<path d="M6 ${digits(height - 11)}v4h${digits(long)}v-4" fill="none" stroke="${colours.ink}" stroke-width=".8"/>`,
    text(long + 10, height - 6, 7, said.replace('.', decimal), `fill="${colours.ink}"`),
    `<path d="M${digits(width - 9)} 5l3.4 9l-3.4 -2l-3.4 2z" fill="${colours.ink}"/>${text(width - 9, 22, 7, 'N', `text-anchor="middle" font-weight="600" fill="${colours.ink}"`)}`,
    `</g><rect x=".3" y=".3" width="${digits(width - 0.6)}" height="${digits(height - 0.6)}" fill="none" stroke="#8e99a2" stroke-width=".6"/></svg>`,
  ].join('')
}
