/** What a map on paper stands on: the basemap's land, water and ways, as far as they lie in what is drawn. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as v from 'valibot'
import type { ReportPosition } from '../../preload/contract/report.ts'
import type { Language } from '../../preload/contract/words.ts'

/** Degrees. */
export interface Extent {
  west: number
  south: number
  east: number
  north: number
}

const layers = ['land', 'borders', 'divisions', 'rivers', 'towns', 'paris'] as const
type Layer = (typeof layers)[number]

const Place = v.pipe(
  v.array(v.number()),
  v.minLength(2),
  v.transform(([lon = 0, lat = 0]): ReportPosition => [lon, lat]),
)
const FileSchema = v.object({
  features: v.array(
    v.object({
      properties: v.object({
        kind: v.optional(v.string()),
        name: v.optional(v.string()),
        rank: v.optional(v.number()),
        width: v.optional(v.number()),
        people: v.optional(v.number()),
      }),
      geometry: v.variant('type', [
        v.object({ type: v.literal('Point'), coordinates: Place }),
        v.object({ type: v.literal('LineString'), coordinates: v.array(Place) }),
        v.object({ type: v.literal('MultiLineString'), coordinates: v.array(v.array(Place)) }),
        v.object({ type: v.literal('Polygon'), coordinates: v.array(v.array(Place)) }),
      ]),
    }),
  ),
})
const CreditsSchema = v.object({ line: v.object({ fr: v.string(), en: v.string() }) })
type Feature = v.InferOutput<typeof FileSchema>['features'][number]

export interface GroundPart {
  layer: Layer
  kind: string
  name: string
  /** of streets and names: 1 is the first */
  rank: number
  /** of water, metres */
  width: number
  people: number
  /** areas as rings, lines as they are cut, a point as a line of one */
  lines: ReportPosition[][]
}

export interface Ground {
  parts: GroundPart[]
  credits: Record<Language, string>
}

const meets = (line: readonly ReportPosition[], { west, south, east, north }: Extent): boolean => {
  let [least, low, most, high] = [Infinity, Infinity, -Infinity, -Infinity]
  for (const [lon, lat] of line) {
    least = Math.min(least, lon)
    most = Math.max(most, lon)
    low = Math.min(low, lat)
    high = Math.max(high, lat)
  }
  return least <= east && most >= west && low <= north && high >= south
}

/** An area's ring as far as it lies in there (Sutherland and Hodgman): a continent is not drawn for a town. */
export function clipRing(
  ring: readonly ReportPosition[],
  { west, south, east, north }: Extent,
): ReportPosition[] {
  const sides: { axis: 0 | 1; bound: number; above: boolean }[] = [
    { axis: 0, bound: west, above: true },
    { axis: 0, bound: east, above: false },
    { axis: 1, bound: south, above: true },
    { axis: 1, bound: north, above: false },
  ]
  let kept: ReportPosition[] = [...ring]
  for (const { axis, bound, above } of sides) {
    const isIn = (p: ReportPosition): boolean => (above ? p[axis] >= bound : p[axis] <= bound)
    const crossing = (a: ReportPosition, b: ReportPosition): ReportPosition => {
      const share = (bound - a[axis]) / (b[axis] - a[axis])
      return [a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share]
    }
    kept = kept.flatMap((p, i): ReportPosition[] => {
      const before = kept[(i || kept.length) - 1] ?? p
      if (isIn(p)) return isIn(before) ? [p] : [crossing(before, p), p]
      return isIn(before) ? [crossing(before, p)] : []
    })
  }
  return kept
}

/** The stretches of a line that may be seen. */
function clipLine(line: readonly ReportPosition[], extent: Extent): ReportPosition[][] {
  const runs: ReportPosition[][] = []
  let run: ReportPosition[] = []
  for (const [i, p] of line.entries()) {
    const before = line[i - 1]
    if (before === undefined) continue
    if (meets([before, p], extent)) {
      if (run.length === 0) run.push(before)
      run.push(p)
    } else if (run.length > 0) {
      runs.push(run)
      run = []
    }
  }
  if (run.length > 0) runs.push(run)
  return runs
}

function partOf(layer: Layer, { properties, geometry }: Feature, extent: Extent): GroundPart[] {
  const lines =
    geometry.type === 'Point'
      ? meets([geometry.coordinates], extent)
        ? [[geometry.coordinates]]
        : []
      : geometry.type === 'LineString'
        ? clipLine(geometry.coordinates, extent)
        : geometry.type === 'MultiLineString'
          ? geometry.coordinates.flatMap((line) => clipLine(line, extent))
          : geometry.coordinates.map((ring) => (meets(ring, extent) ? clipRing(ring, extent) : []))
  const seen = lines.filter((line) => line.length > 0)
  if (seen.length === 0) return []
  const { kind = '', name = '', rank = 9, width = 0, people = 0 } = properties
  return [{ layer, kind, name, rank, width, people, lines: seen }]
}

/** @param folder `basemap` of the resources @throws where it can't be read */
export async function readGround(folder: string, extent: Extent): Promise<Ground> {
  const read = async (name: string): Promise<unknown> =>
    JSON.parse(await readFile(join(folder, `${name}.json`), 'utf8'))
  const parts = await Promise.all(
    layers.map(async (layer) =>
      v.parse(FileSchema, await read(layer)).features.flatMap((each) => partOf(layer, each, extent)),
    ),
  )
  const { line } = v.parse(CreditsSchema, await read('credits'))
  return { parts: parts.flat(), credits: line }
}
