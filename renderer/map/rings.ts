import type { Freshness } from '../../preload/contract/freshness.ts'
import type { PlacedIncident } from './features.ts'
import { colourOf, colours } from './glyphs.ts'
import { fadedTo } from './looks.ts'

const svgNames = 'http://www.w3.org/2000/svg'

export function svg(
  name: string,
  attributes: { [name: string]: string | number },
  text?: string,
): SVGElement {
  const element = document.createElementNS(svgNames, name)
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value))
  if (text !== undefined) element.textContent = text
  return element
}

/** What is drawn of an incident: as its symbol is, the fainter the older, and grey when it is lost. */
export interface RingLook {
  colour: string
  /** 0 to 1 */
  opacity: number
}

export const lookOf = ({ severity }: Pick<PlacedIncident, 'severity'>, freshness: Freshness): RingLook => ({
  colour: freshness === 'lost' ? colours.dim : colourOf(severity),
  opacity: fadedTo[freshness],
})

/** Fades as one: parts that lie on each other would show through. */
function together(opacity: number, parts: readonly SVGElement[]): SVGElement {
  const group = svg('g', { opacity })
  group.append(...parts)
  return group
}

/** rem: radius of a ring around an incident */
export const ringRadius = 3.4
/** of a ring around what people look for, beside one of an incident */
export const wide = 1.35

/** Around what people look for. */
export const markRing = (x: number, y: number, r: number, key: string): SVGElement =>
  svg('circle', {
    cx: x,
    cy: y,
    r: r * wide,
    fill: 'none',
    stroke: colours.accent,
    'stroke-width': 4,
    'data-mark': key,
  })

/** A ring with the severity's own shape in it: the shape says it where the colour can't. */
export function ringOf(
  x: number,
  y: number,
  r: number,
  { colour, opacity }: RingLook,
  incident: PlacedIncident,
  marked: boolean,
): SVGElement[] {
  const { severity } = incident
  const parts = [
    // what lies below would blur the shape
    svg('circle', { cx: x, cy: y, r, fill: colours.ground, 'fill-opacity': 0.6 }),
    svg('circle', {
      cx: x,
      cy: y,
      r,
      fill: colour,
      'fill-opacity': 0.16,
      stroke: colour,
      'stroke-width': 2.5,
      'data-key': incident.key,
    }),
  ]
  const s = r * 0.44
  if (severity === 'Extreme') {
    parts.push(
      svg('path', {
        d: `M${x} ${y - s * 1.1}L${x + s * 1.15} ${y + s * 0.9}L${x - s * 1.15} ${y + s * 0.9}Z`,
        fill: colour,
      }),
      svg('path', { d: `M${x} ${y - s * 0.35}v${s * 0.6}`, stroke: '#17090a', 'stroke-width': s * 0.24 }),
      svg('circle', { cx: x, cy: y + s * 0.6, r: s * 0.14, fill: '#17090a' }),
    )
  } else if (severity === 'Severe') {
    parts.push(svg('path', { d: `M${x} ${y - s}l${s} ${s}l${-s} ${s}l${-s} ${-s}Z`, fill: colour }))
  } else if (severity === 'Moderate') {
    parts.push(
      svg('circle', { cx: x, cy: y, r: s * 0.72, fill: 'none', stroke: colour, 'stroke-width': s * 0.36 }),
    )
  } else {
    parts.push(svg('circle', { cx: x, cy: y, r: s * 0.45, fill: colour }))
  }
  const ring = together(opacity, parts)
  return marked ? [ring, markRing(x, y, r, incident.key)] : [ring]
}

/** Beside the ring of an incident whose words found no room. */
export function numberOf(
  x: number,
  y: number,
  rem: number,
  number: number,
  { colour, opacity }: RingLook,
): SVGElement[] {
  const r = 1.7 * rem
  const words = { 'font-size': 2.2 * rem, 'text-anchor': 'middle', 'dominant-baseline': 'central' }
  return [
    together(opacity, [
      svg('circle', { cx: x, cy: y, r, fill: colours.ground, stroke: colour, 'stroke-width': 2 }),
      svg('text', { x, y, fill: colours.ink, ...words }, String(number)),
    ]),
  ]
}
