import { inSight, type Named } from './annotated.ts'
import { placeCallouts, type Box, type Callout, type Obstacle, type Target } from './callouts.ts'
import { colours } from './glyphs.ts'
import { lookOf, markRing, numberOf, ringOf, ringRadius, svg, wide, type RingLook } from './rings.ts'
import { createScaleBar } from './scale-bar.ts'

/** Callouts, rings, the scale bar and the credits: what on the map is made of elements. */
export interface Annotations {
  /** places everything again; @returns what now stands above the ground, or null: nothing changed */
  draw(scene: AnnotationScene): Box[] | null
  dispose(): void
}

export interface AnnotationScene extends Named {
  /** names on the map, worth keeping clear of */
  names: readonly Obstacle[]
  crowd(box: Box): number
  /** px of 1 rem */
  rem: number
  metresPerPixel: number
  language: string
}

/** An incident list longer than this is no longer read on a map; the rest are rings. */
const mostCallouts = 12
/** rem */
const callout = { height: 7.8, most: 52, least: 26, leastOfMark: 20 }

/** What people look for is never faded. */
const soughtLook: RingLook = { colour: colours.accent, opacity: 1 }

/** @param choose told the incident whose ring or callout was clicked; null: there is no pointer here */
export function createAnnotations(
  parent: HTMLElement,
  credits: string,
  choose: ((key: string) => void) | null,
): Annotations {
  const layer = document.createElement('div')
  layer.className = 'map-annotations'
  const drawing = svg('svg', { 'aria-hidden': 'true' })
  const boxes = document.createElement('div')
  const scaleBar = createScaleBar()
  const source = document.createElement('div')
  source.className = 'map-credits'
  source.textContent = credits
  layer.append(drawing, boxes, scaleBar.element, source)
  if (choose !== null) {
    layer.classList.add('map-choosable')
    layer.addEventListener('click', ({ target }) => {
      const key = target instanceof Element ? target.closest('[data-key]')?.getAttribute('data-key') : null
      if (key !== null && key !== undefined) choose(key)
    })
  }
  parent.append(layer)

  let placed: ReadonlyMap<string, Callout> = new Map()
  let drawn = ''

  /** Measured as they will stand, all at once: the page lays itself out once for it. @returns px */
  function widthsOf(words: readonly { title: string; second: string }[]): number[] {
    const nowhere = { x: 0, y: 0, width: 0, height: 0 }
    const trials = words.map(({ title, second }) => boxOf(nowhere, soughtLook, title, second, null))
    boxes.append(...trials)
    const widths = trials.map((trial) => Math.ceil(trial.getBoundingClientRect().width))
    for (const trial of trials) trial.remove()
    return widths
  }

  return {
    draw(scene) {
      const { rem, width, height, names } = scene
      const ring = ringRadius * rem
      const seen = inSight(scene, ring)
      // a font that came is another width
      const { status } = document.fonts
      const view = [width, height, rem, scene.metresPerPixel, scene.language, status]
      const next = JSON.stringify([view, seen, names])
      if (next === drawn) return null
      drawn = next

      const widths = widthsOf([
        ...seen.incidents.map(({ incident: { title }, second }) => ({ title, second })),
        ...seen.marks.map(({ mark }) => mark),
      ])
      const wideAs = (at: number, least: number): number =>
        Math.ceil(Math.min(callout.most * rem, Math.max(least * rem, widths[at]!)))
      const size = { height: Math.round(callout.height * rem) }
      const shown = seen.incidents.map((one, at) => ({ ...one, ...size, width: wideAs(at, callout.least) }))
      const others = seen.marks.map((one, at) => ({
        ...one,
        ...size,
        width: wideAs(shown.length + at, callout.leastOfMark),
      }))

      // what people look for has the first choice of where its words stand
      const first = shown.filter(({ marked }) => marked)
      const rest = shown.filter(({ marked }) => !marked)
      const targets: Target[] = [
        ...others.map(({ mark, ...at }) => ({ ...at, id: mark.key, radius: ring * wide })),
        ...[...first, ...rest]
          .slice(0, mostCallouts)
          .map(({ incident, x, y, ...own }) => ({ id: incident.key, x, y, radius: ring, ...own })),
      ]
      const furniture = [scaleBar.draw(scene), cornerOf(source, scene)]
      const obstacles = [...names, ...furniture]
      const callouts = placeCallouts(targets, { width, height, obstacles, crowd: scene.crowd }, placed)
      placed = new Map(callouts.map((one) => [one.id, one]))

      drawing.setAttribute('width', String(width))
      drawing.setAttribute('height', String(height))
      const lines: SVGElement[] = []
      const rings: SVGElement[] = []
      const numbers: SVGElement[] = []
      const labels: HTMLElement[] = []
      const covers: Box[] = []
      const lead = (line: NonNullable<Callout['leader']>, { colour, opacity }: RingLook): void => {
        lines.push(svg('line', { ...line, stroke: colour, 'stroke-width': 2.5, opacity }))
      }
      // the worst is drawn last, above the others
      for (const { incident, number, marked, freshness, x, y, second, width: own } of shown.toReversed()) {
        const look = lookOf(incident, freshness)
        const where = placed.get(incident.key)
        rings.push(...ringOf(x, y, ring, look, incident, marked))
        covers.push(within({ x, y }, ring))
        if (where?.box && where.leader) {
          covers.push(where.box)
          lead(where.leader, look)
          const label = boxOf(where.box, look, incident.title, second, own)
          label.dataset['key'] = incident.key
          labels.push(label)
        } else {
          numbers.push(...numberOf(x + ring * 0.78, y - ring * 0.78, rem, number, look))
        }
      }
      for (const { mark, x, y, ...own } of others) {
        const where = placed.get(mark.key)
        rings.push(markRing(x, y, ring, mark.key))
        if (where?.leader) lead(where.leader, soughtLook)
        // without room it covers what is less looked for
        const box = where?.box ?? besides(x, y, ring * wide, own, scene)
        covers.push(box)
        const label = boxOf(box, soughtLook, mark.title, mark.second, own.width)
        label.dataset['mark'] = mark.key
        labels.push(label)
      }
      // a number says that there is more than the ring above it shows
      drawing.replaceChildren(...lines, ...rings, ...numbers)
      boxes.replaceChildren(...labels)
      return [...furniture, ...covers]
    },
    dispose() {
      layer.remove()
    },
  }
}

/** The square in a ring: a name may touch the ring, and not the shape in it. */
function within({ x, y }: { x: number; y: number }, ring: number): Box {
  const half = ring * Math.SQRT1_2
  return { x: x - half, y: y - half, width: 2 * half, height: 2 * half }
}

/** The credits stand in the corner below, to the right. */
function cornerOf(element: HTMLElement, { width, height }: { width: number; height: number }): Obstacle {
  const { offsetWidth, offsetHeight } = element
  return {
    x: width - offsetWidth,
    y: height - offsetHeight,
    width: offsetWidth,
    height: offsetHeight,
    weight: Infinity,
  }
}

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

/**
 * Its edge fades; its words only turn grey: they must still be read.
 *
 * @param width px; null: as wide as its words
 */
function boxOf(
  box: Box,
  { colour, opacity }: RingLook,
  title: string,
  second: string,
  width: number | null,
): HTMLElement {
  const element = document.createElement('div')
  element.className = opacity < 1 ? 'map-callout map-stale' : 'map-callout'
  element.style.transform = `translate(${box.x}px, ${box.y}px)`
  element.style.width = width === null ? 'max-content' : `${width}px`
  element.style.height = `${box.height}px`
  element.style.borderColor = `color-mix(in srgb, ${colour} ${opacity * 100}%, transparent)`
  const heading = document.createElement('strong')
  heading.textContent = title
  const where = document.createElement('span')
  where.textContent = second
  element.append(heading, where)
  return element
}
