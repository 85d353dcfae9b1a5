/** Two people composed one board: what each did since they both read it, element by element, together. */
import type { DraftScene, DraftWidget } from '../../../preload/contract/boards.ts'
import { freePlace, isFree } from './cells.ts'

const text = (value: unknown): string => JSON.stringify(value) ?? ''
export const isSame = (one: unknown, other: unknown): boolean => text(sorted(one)) === text(sorted(other))
const sorted = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, each]) => each !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, each]) => [key, sorted(each)]),
  )
}
const settingsOf = ({ at: _, ...rest }: DraftWidget): unknown => rest

/** Which of the other's elements is which: the same, else the same elsewhere, else another one in its place, else of its kind. */
export function matched(base: readonly DraftWidget[], other: readonly DraftWidget[]): Map<number, number> {
  const found = new Map<number, number>()
  const taken = new Set<number>()
  const ways: ((one: DraftWidget, two: DraftWidget) => boolean)[] = [
    isSame,
    (one, two) => isSame(settingsOf(one), settingsOf(two)),
    (one, two) => one.widget === two.widget && isSame(one.at, two.at),
    (one, two) => one.widget === two.widget,
  ]
  for (const fits of ways)
    base.forEach((widget, index) => {
      if (found.has(index)) return
      const at = other.findIndex((each, place) => !taken.has(place) && fits(widget, each))
      if (at < 0) return
      found.set(index, at)
      taken.add(at)
    })
  return found
}

export interface Difference {
  /** `head`: what it is called, or its grid */
  is: 'head' | 'added' | 'removed' | 'changed'
  widget: DraftWidget | null
}

/** What is other in one than in the other, for whoever chooses. */
export function differences(from: DraftScene, to: DraftScene): Difference[] {
  const pairs = matched(from.widgets, to.widgets)
  const arrived = new Set(pairs.values())
  const head = ({ title, subtitle, grid }: DraftScene): unknown => ({ title, subtitle, grid })
  return [
    ...(isSame(head(from), head(to)) ? [] : [{ is: 'head' as const, widget: null }]),
    ...from.widgets.flatMap((widget, index): Difference[] => {
      const place = pairs.get(index)
      const other = place === undefined ? undefined : to.widgets[place]
      if (other === undefined) return [{ is: 'removed', widget }]
      return isSame(widget, other) ? [] : [{ is: 'changed', widget: other }]
    }),
    ...to.widgets.flatMap((widget, index): Difference[] =>
      arrived.has(index) ? [] : [{ is: 'added', widget }],
    ),
  ]
}

/** @returns value, and whether both changed it to something else: ours stands then */
function chosen(base: unknown, ours: unknown, theirs: unknown): { value: unknown; both: boolean } {
  if (isSame(ours, theirs) || isSame(theirs, base)) return { value: ours, both: false }
  if (isSame(ours, base)) return { value: theirs, both: false }
  return { value: ours, both: true }
}

export interface Merged {
  scene: DraftScene
  /** elements that both changed in the same thing: ours stands */
  both: readonly DraftWidget[]
  /** of theirs, those for which there was no room and that lie over another */
  over: readonly DraftWidget[]
}

/** @param base what both read; null: nothing */
export function merged(base: DraftScene | null, ours: DraftScene, theirs: DraftScene): Merged {
  const from = base?.widgets ?? []
  const toOurs = matched(from, ours.widgets)
  const toTheirs = matched(from, theirs.widgets)
  const both: DraftWidget[] = []
  const placed = new Map<number, DraftWidget>()
  const late: DraftWidget[] = []
  const known = { ours: new Set(toOurs.values()), theirs: new Set(toTheirs.values()) }

  from.forEach((was, index) => {
    const our = ours.widgets[toOurs.get(index) ?? -1]
    const their = theirs.widgets[toTheirs.get(index) ?? -1]
    if (our === undefined && their !== undefined) {
      // taken away here, and written on there: it is somebody's work
      if (!isSame(their, was)) late.push(their)
    } else if (our !== undefined && their === undefined) {
      if (!isSame(our, was)) placed.set(toOurs.get(index) ?? 0, our)
    } else if (our !== undefined && their !== undefined) {
      const keys = [...new Set([...Object.keys(our), ...Object.keys(their)])]
      const parts = keys.map((key) => [key, chosen(was[key], our[key], their[key])] as const)
      const widget = Object.fromEntries(
        parts.flatMap(([key, { value }]) => (value === undefined ? [] : [[key, value]])),
      ) as DraftWidget
      if (parts.some(([, { both: clash }]) => clash)) both.push(widget)
      placed.set(toOurs.get(index) ?? 0, widget)
    }
  })
  ours.widgets.forEach((widget, index) => {
    if (!known.ours.has(index)) placed.set(index, widget)
  })
  theirs.widgets.forEach((widget, index) => {
    if (known.theirs.has(index)) return
    // both added the very same
    if (!ours.widgets.some((our, at) => !known.ours.has(at) && isSame(our, widget))) late.push(widget)
  })

  const of = (key: 'title' | 'subtitle' | 'grid') => chosen(base?.[key], ours[key], theirs[key]).value
  const subtitle = of('subtitle') as DraftScene['subtitle']
  const grid = of('grid') as DraftScene['grid']
  const widgets: DraftWidget[] = []
  const over: DraftWidget[] = []
  for (const widget of [...[...placed].sort(([a], [b]) => a - b).map(([, each]) => each), ...late]) {
    if (isFree(widget.at, -1, widgets, grid)) widgets.push(widget)
    else {
      const room = freePlace([widget.at[2], widget.at[3]], widgets, grid)
      const there = room === null ? widget : ({ ...widget, at: room } as DraftWidget)
      if (room === null) over.push(there)
      widgets.push(there)
    }
  }
  return {
    scene: {
      ...{ scene: ours.scene, title: of('title') as DraftScene['title'], grid },
      ...(subtitle === undefined ? {} : { subtitle }),
      widgets,
    },
    both,
    over,
  }
}
