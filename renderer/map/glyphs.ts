/** Vigie's own marks, for what has no standard symbol or is too many for one. Drawn in a unit square, y down. */
import type { Severity } from '../../preload/contract/event.ts'

export interface Glyph {
  /** px on the screen */
  size: number
  /** turns with the course */
  turns: boolean
  draw(pen: CanvasRenderingContext2D): void
}

export const colours = {
  ground: '#0d1115',
  ink: '#e9edf0',
  dim: '#9fabb5',
  faint: '#66727d',
  extreme: '#ff4f4a',
  severe: '#ff9a3c',
  moderate: '#f0cf4d',
  minor: '#7d8993',
  accent: '#7fb8d6',
  friend: '#4da3cc',
} as const

const disc = (pen: CanvasRenderingContext2D, radius: number): void => {
  pen.beginPath()
  pen.arc(0.5, 0.5, radius, 0, 7)
}

const path = (pen: CanvasRenderingContext2D, ...points: [number, number][]): void => {
  pen.beginPath()
  points.forEach(([x, y], i) => (i === 0 ? pen.moveTo(x, y) : pen.lineTo(x, y)))
  pen.closePath()
}

const dot = (size: number, colour: string): Glyph => ({
  size,
  turns: false,
  draw(pen) {
    pen.fillStyle = colour
    disc(pen, 0.42)
    pen.fill()
  },
})

const chevron = (size: number, colour: string): Glyph => ({
  size,
  turns: true,
  draw(pen) {
    path(pen, [0.5, 0.04], [0.88, 0.94], [0.5, 0.72], [0.12, 0.94])
    pen.lineJoin = 'round'
    pen.lineWidth = 0.12
    pen.strokeStyle = colours.ground
    pen.stroke()
    pen.fillStyle = colour
    pen.fill()
  },
})

const cross = (size: number, colour: string): Glyph => ({
  size,
  turns: false,
  draw(pen) {
    pen.fillStyle = colour
    pen.fillRect(0.38, 0.12, 0.24, 0.76)
    pen.fillRect(0.12, 0.38, 0.76, 0.24)
  },
})

export const glyphs = {
  none: { size: 0, turns: false, draw: () => undefined },
  dot: dot(6, colours.minor),
  officer: dot(5, '#43697f'),
  unit: dot(6, '#37799a'),
  vehicle: dot(4.5, '#434e57'),
  boat: chevron(17, colours.ink),
  'service-boat': chevron(13, colours.dim),
  train: {
    size: 8,
    turns: true,
    draw(pen) {
      pen.fillStyle = '#4d5861'
      pen.beginPath()
      pen.roundRect(0.3, 0.02, 0.4, 0.96, 0.18)
      pen.fill()
    },
  },
  aircraft: chevron(15, colours.dim),
  helicopter: {
    size: 26,
    turns: false,
    draw(pen) {
      pen.strokeStyle = colours.accent
      pen.lineWidth = 0.1
      pen.lineCap = 'round'
      pen.beginPath()
      pen.moveTo(0.08, 0.08)
      pen.lineTo(0.92, 0.92)
      pen.moveTo(0.92, 0.08)
      pen.lineTo(0.08, 0.92)
      pen.stroke()
      pen.fillStyle = colours.accent
      disc(pen, 0.2)
      pen.fill()
    },
  },
  post: cross(11, colours.minor),
  square: {
    size: 11,
    turns: false,
    draw(pen) {
      pen.strokeStyle = colours.dim
      pen.lineWidth = 0.16
      pen.strokeRect(0.12, 0.12, 0.76, 0.76)
    },
  },
} as const satisfies { [name: string]: Glyph }
export type GlyphName = keyof typeof glyphs

const severityColours: { [S in Severity]: string } = {
  Unknown: colours.dim,
  Minor: colours.dim,
  Moderate: colours.moderate,
  Severe: colours.severe,
  Extreme: colours.extreme,
}
/** Of a ring, a callout, an outline: grey until it asks for a person. */
export const colourOf = (severity: Severity): string => severityColours[severity]

/** Severity by shape first, then by colour (ISA-101): the four differ in black and white. */
export const severityGlyphs: { [S in Severity]: Glyph | null } = {
  Unknown: null,
  Minor: null,
  Moderate: {
    size: 17,
    turns: false,
    draw(pen) {
      pen.strokeStyle = colours.moderate
      pen.lineWidth = 0.2
      disc(pen, 0.38)
      pen.stroke()
    },
  },
  Severe: {
    size: 20,
    turns: false,
    draw(pen) {
      pen.fillStyle = colours.severe
      path(pen, [0.5, 0.02], [0.98, 0.5], [0.5, 0.98], [0.02, 0.5])
      pen.fill()
    },
  },
  Extreme: {
    size: 22,
    turns: false,
    draw(pen) {
      pen.fillStyle = colours.extreme
      path(pen, [0.5, 0.05], [0.99, 0.95], [0.01, 0.95])
      pen.fill()
      pen.fillStyle = '#17090a'
      pen.fillRect(0.45, 0.36, 0.1, 0.3)
      pen.fillRect(0.45, 0.74, 0.1, 0.1)
    },
  },
}

/** Words that feeds use for what we have a mark for; a descriptor's `symbology` comes before these. */
const words: { [word: string]: GlyphName } = {
  observation: 'officer',
  officer: 'officer',
  unit: 'unit',
  boat: 'boat',
  'parade-boat': 'boat',
  'safety-boat': 'service-boat',
  train: 'train',
  metro: 'train',
  helicopter: 'helicopter',
  aircraft: 'aircraft',
  vehicle: 'vehicle',
  coach: 'vehicle',
  delivery: 'vehicle',
  post: 'post',
  hospital: 'post',
  depot: 'square',
  station: 'square',
  resource: 'dot',
  // drawn from their geometry and name instead
  zone: 'none',
  perimeter: 'none',
  venue: 'none',
  incident: 'none',
}

export function glyphNamed(word: string): GlyphName | null {
  if (Object.hasOwn(glyphs, word)) return word as GlyphName
  return Object.hasOwn(words, word) ? words[word]! : null
}

/** Boats and buildings say more by a small mark at their place than by a frame that covers others. */
export const keepsToMark = (sidc: string): boolean => ['20', '30', '35'].includes(sidc.slice(4, 6))

/** What stands for a standard symbol when there are too many to draw it: by its symbol set (digits 5 and 6). */
export function glyphOfSidc(sidc: string): GlyphName {
  const set = sidc.slice(4, 6)
  const hierarchy = sidc.slice(10, 16)
  if (set === '30' || set === '35') return hierarchy === '140000' ? 'boat' : 'service-boat'
  if (set === '01') return hierarchy.startsWith('1102') ? 'helicopter' : 'aircraft'
  if (set === '15') return hierarchy.startsWith('15') ? 'train' : 'vehicle'
  if (set === '20') return 'post'
  return set === '10' || set === '11' ? 'unit' : 'dot'
}
