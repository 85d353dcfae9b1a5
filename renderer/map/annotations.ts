import { placeCallouts, type Box, type Callout, type Obstacle, type Target } from './callouts.ts'
import type { PlacedIncident } from './features.ts'
import { colours } from './glyphs.ts'
import { inView, type Mark } from './marks.ts'

/** Callouts, rings, the scale bar and the credits: the few things on the map that are made of elements. */
export interface Annotations {
  /** places everything again; call it when the camera or the incidents changed */
  draw(scene: AnnotationScene): void
  dispose(): void
}

export interface AnnotationScene {
  incidents: readonly PlacedIncident[]
  /** pixels of the map's box; null when it is behind the globe or not on the map */
  project(lon: number, lat: number): { x: number; y: number }
  width: number
  height: number
  /** names on the map, worth keeping clear of */
  names: readonly Obstacle[]
  crowd(box: Box): number
  /** "4 min" */
  age(ms: number): string
  now: number
  /** px of 1 rem */
  rem: number
  metresPerPixel: number
  /** what people look for: a wider ring in the accent, and always its label */
  marks: readonly Mark[]
  language: string
}

const svgNames = 'http://www.w3.org/2000/svg'
/** An incident list longer than this is no longer read on a map; the rest are rings. */
const mostCallouts = 12

/** @param choose told the incident whose ring or callout was clicked; null: there is no pointer here */
export function createAnnotations(
  parent: HTMLElement,
  credits: string,
  choose: ((key: string) => void) | null,
): Annotations {
  const layer = document.createElement('div')
  layer.className = 'map-annotations'
  const drawing = document.createElementNS(svgNames, 'svg')
  drawing.setAttribute('aria-hidden', 'true')
  const boxes = document.createElement('div')
  const scale = document.createElement('div')
  scale.className = 'map-scale'
  const bar = document.createElement('i')
  const distance = document.createElement('span')
  scale.append(bar, distance)
  const source = document.createElement('div')
  source.className = 'map-credits'
  source.textContent = credits
  layer.append(drawing, boxes, scale, source)
  if (choose !== null) {
    layer.classList.add('map-choosable')
    layer.addEventListener('click', ({ target }) => {
      const key = target instanceof Element ? target.closest('[data-key]')?.getAttribute('data-key') : null
      if (key !== null && key !== undefined) choose(key)
    })
  }
  parent.append(layer)

  let before = new Map<string, Callout>()

  /** Measured as it will stand, each time: a width from before its font had come is another font's. @returns px */
  function widthOf(title: string, second: string): number {
    const trial = boxOf({ x: 0, y: 0, width: 0, height: 0 }, 'transparent', title, second, null)
    boxes.append(trial)
    const width = Math.ceil(trial.getBoundingClientRect().width)
    trial.remove()
    return width
  }

  function drawScale(scene: AnnotationScene): Obstacle {
    const aim = 22 * scene.rem * scene.metresPerPixel
    const metres = roundMetres(aim)
    const width = metres / scene.metresPerPixel
    bar.style.width = `${width}px`
    distance.textContent = distanceInWords(metres, scene.language)
    const height = 4.6 * scene.rem
    return {
      x: 0,
      y: scene.height - height - 2 * scene.rem,
      width: width + 11 * scene.rem,
      height,
      weight: Infinity,
    }
  }

  return {
    draw(scene) {
      const { rem } = scene
      const ring = 3.4 * rem
      const targets: Target[] = []
      const marked = new Set(scene.marks.map(({ key }) => key))
      const shown = scene.incidents.flatMap((incident, index) => {
        const { x, y } = scene.project(incident.lon, incident.lat)
        if (!inView({ x, y }, scene, -ring)) return []
        const second = secondLine(incident, scene)
        const width = Math.min(52 * rem, Math.max(26 * rem, widthOf(incident.title, second)))
        return [
          {
            incident,
            number: index + 1,
            x,
            y,
            second,
            width: Math.ceil(width),
            height: Math.round(7.8 * rem),
          },
        ]
      })
      const named = new Set(shown.map(({ incident }) => incident.key))
      const others = scene.marks.flatMap((mark) => {
        const { x, y } = scene.project(mark.lon, mark.lat)
        // a marked incident has its own ring and words
        if (named.has(mark.key) || !inView({ x, y }, scene, -ring)) return []
        const width = Math.min(52 * rem, Math.max(20 * rem, widthOf(mark.title, mark.second)))
        return [{ mark, x, y, width: Math.ceil(width), height: Math.round(7.8 * rem) }]
      })
      // what people look for has the first choice of where its words stand
      for (const { mark, x, y, width, height } of others)
        targets.push({ id: mark.key, x, y, radius: ring * wide, width, height })
      const first = shown.filter(({ incident }) => marked.has(incident.key))
      const rest = shown.filter(({ incident }) => !marked.has(incident.key))
      for (const { incident, x, y, width, height } of [...first, ...rest].slice(0, mostCallouts)) {
        targets.push({ id: incident.key, x, y, radius: ring, width, height })
      }
      const obstacles = [...scene.names, drawScale(scene)]
      const surface = { width: scene.width, height: scene.height, obstacles, crowd: scene.crowd }
      const callouts = new Map(
        placeCallouts(targets, surface, before).map((callout) => [callout.id, callout]),
      )
      before = callouts

      drawing.setAttribute('width', String(scene.width))
      drawing.setAttribute('height', String(scene.height))
      const lines: SVGElement[] = []
      const rings: SVGElement[] = []
      const labels: HTMLElement[] = []
      // the worst is drawn last, above the others
      for (const { incident, number, x, y, second, width } of shown.toReversed()) {
        const colour = colourOf(incident)
        const callout = callouts.get(incident.key)
        rings.push(...ringOf(x, y, ring, colour, incident, marked.has(incident.key)))
        if (callout?.box && callout.leader) {
          const { x1, y1, x2, y2 } = callout.leader
          lines.push(svg('line', { x1, y1, x2, y2, stroke: colour, 'stroke-width': 2.5 }))
          const label = boxOf(callout.box, colour, incident.title, second, width)
          label.dataset['key'] = incident.key
          labels.push(label)
        } else {
          rings.push(...numberOf(x + ring * 0.78, y - ring * 0.78, rem, number, colour))
        }
      }
      for (const { mark, x, y, width, height } of others) {
        const callout = callouts.get(mark.key)
        rings.push(markRing(x, y, ring, mark.key))
        if (callout?.leader) {
          const { x1, y1, x2, y2 } = callout.leader
          lines.push(svg('line', { x1, y1, x2, y2, stroke: colours.accent, 'stroke-width': 2.5 }))
        }
        // without room it covers what is less looked for
        const box = callout?.box ?? besides(x, y, ring * wide, { width, height }, scene)
        const label = boxOf(box, colours.accent, mark.title, mark.second, width)
        label.dataset['mark'] = mark.key
        labels.push(label)
      }
      drawing.replaceChildren(...lines, ...rings)
      boxes.replaceChildren(...labels)
    },
    dispose() {
      layer.remove()
    },
  }
}

/** of a ring, beside one of an incident */
const wide = 1.35
const markRing = (x: number, y: number, r: number, key: string): SVGElement =>
  svg('circle', {
    cx: x,
    cy: y,
    r: r * wide,
    fill: 'none',
    stroke: colours.accent,
    'stroke-width': 4,
    'data-mark': key,
  })

/** Above the ring, else below it, and within the map. */
function besides(
  x: number,
  y: number,
  radius: number,
  { width, height }: { width: number; height: number },
  map: { width: number; height: number },
): Box {
  const above = y - radius - height - 8
  return {
    x: Math.max(0, Math.min(map.width - width, x - width / 2)),
    y: above >= 0 ? above : y + radius + 8,
    width,
    height,
  }
}

const secondLine = ({ place, opened }: PlacedIncident, { age, now }: AnnotationScene): string =>
  [place, age(Math.max(0, now - opened))].filter((part) => part !== '').join(' · ')

const colourOf = ({ severity }: PlacedIncident): string =>
  severity === 'Extreme'
    ? colours.extreme
    : severity === 'Severe'
      ? colours.severe
      : severity === 'Moderate'
        ? colours.moderate
        : colours.dim

function svg(name: string, attributes: { [name: string]: string | number }, text?: string): SVGElement {
  const element = document.createElementNS(svgNames, name)
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value))
  if (text !== undefined) element.textContent = text
  return element
}

/** A ring with the severity's own shape in it: the shape says it where the colour can't. */
function ringOf(
  x: number,
  y: number,
  r: number,
  colour: string,
  incident: PlacedIncident,
  marked: boolean,
): SVGElement[] {
  const { severity } = incident
  const parts = [
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
  if (marked) parts.push(markRing(x, y, r, incident.key))
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
  return parts
}

function numberOf(x: number, y: number, rem: number, number: number, colour: string): SVGElement[] {
  const r = 1.7 * rem
  return [
    svg('circle', { cx: x, cy: y, r, fill: colours.ground, stroke: colour, 'stroke-width': 2 }),
    svg(
      'text',
      {
        x,
        y,
        fill: colours.ink,
        'font-size': 2.2 * rem,
        'text-anchor': 'middle',
        'dominant-baseline': 'central',
      },
      String(number),
    ),
  ]
}

/** @param width px; null: as wide as its words */
function boxOf(box: Box, colour: string, title: string, second: string, width: number | null): HTMLElement {
  const element = document.createElement('div')
  element.className = 'map-callout'
  element.style.transform = `translate(${box.x}px, ${box.y}px)`
  element.style.width = width === null ? 'max-content' : `${width}px`
  element.style.height = `${box.height}px`
  element.style.borderColor = colour
  const heading = document.createElement('strong')
  heading.textContent = title
  const where = document.createElement('span')
  where.textContent = second
  element.append(heading, where)
  return element
}

/** A length that people measure with: 1, 2 or 5 of something. */
export function roundMetres(metres: number): number {
  const power = 10 ** Math.floor(Math.log10(metres))
  const lead = metres / power
  return power * (lead >= 5 ? 5 : lead >= 2 ? 2 : 1)
}

const distanceInWords = (metres: number, language: string): string =>
  metres >= 1000
    ? `${(metres / 1000).toLocaleString(language)} km`
    : `${metres.toLocaleString(language, { maximumFractionDigits: 0 })} m`
