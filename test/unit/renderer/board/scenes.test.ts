import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import * as v from 'valibot'
import { parse } from 'yaml'
import { SceneSchema } from '../../../../preload/contract/scene.ts'
import { subscriptionsOf } from '../../../../renderer/board/subscriptions.ts'
import { feedOf, now } from '../kit/picture-doubles.ts'

const built = new URL('../../../../resources/scenes/', import.meta.url)
const exercise = new URL('../../../../resources/scenarios/paris/scenes/', import.meta.url)
const read = (folder: URL) =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => ({
      name,
      scene: v.parse(SceneSchema, parse(readFileSync(new URL(name, folder), 'utf8'))),
    }))
const general = read(built)
const scenes = read(exercise)

describe.each([
  ['for any platform', general],
  ['of the exercise', scenes],
])('the scenes that come with Vigie, %s,', (_which, folder) => {
  it('are valid and named as their files are', () => {
    expect(folder.map(({ name, scene }) => [name, `${scene.scene}.yaml`])).toEqual(
      folder.map(({ name }) => [name, name]),
    )
    expect(folder.map(({ scene }) => scene.scene)).toEqual(['domains', 'log', 'situation'])
  })
  it('have every widget on the grid, and none over another', () => {
    for (const { scene } of folder) {
      const taken = new Set<string>()
      for (const { at } of scene.widgets) {
        const [column, row, width, height] = at
        expect(column + width).toBeLessThanOrEqual(scene.grid.columns)
        expect(row + height).toBeLessThanOrEqual(scene.grid.rows)
        for (let x = column; x < column + width; x++)
          for (let y = row; y < row + height; y++) {
            expect(taken.has(`${x} ${y}`), `${scene.scene} ${x} ${y}`).toBe(false)
            taken.add(`${x} ${y}`)
          }
      }
    }
  })
})

describe('the scenes', () => {
  it('of the exercise show only series that it has', () => {
    const file = new URL('../metrics.json', exercise)
    const metrics = JSON.parse(readFileSync(file, 'utf8')) as {
      product: string
      series: { series: string }[]
    }[]
    const known = new Set(
      metrics.flatMap(({ product, series }) => series.map((each) => `${product} ${each.series}`)),
    )
    const shown = scenes.flatMap(({ scene }) =>
      scene.widgets.flatMap((widget) => ('series' in widget ? (widget.series ?? []) : [])),
    )
    expect(shown.length).toBeGreaterThan(0)
    expect(shown.filter(({ product, series }) => !known.has(`${product} ${series}`))).toEqual([])
  })
  it('for any platform name nothing of any', () => {
    for (const { name } of general) {
      const text = readFileSync(new URL(name, built), 'utf8').replaceAll(/#.*/g, '')
      expect(text).not.toMatch(/product:|domain:|area:/)
    }
  })
})

describe('what a scene asks of the engine', () => {
  const catalog = [
    feedOf('security.incidents', now),
    feedOf('security.observations', now),
    feedOf('security.zones', now),
    feedOf('security.log', now, { descriptor: { kind: 'note' } }),
  ]
  const of = (name: string) => {
    const found = scenes.find(({ scene }) => scene.scene === name)
    if (found === undefined) throw new Error(name)
    return subscriptionsOf(found.scene, catalog)
  }

  it('is each thing once', () => {
    for (const { scene } of scenes) {
      const asked = subscriptionsOf(scene, catalog).map((subscription) => JSON.stringify(subscription))
      expect(new Set(asked).size).toBe(asked.length)
    }
  })
  it('is columns for the map, and records only of what it names', () => {
    expect(of('situation')).toContainEqual({ form: 'columns', kinds: ['feature', 'track'] })
    expect(of('situation')).toContainEqual({
      form: 'records',
      products: ['security.incidents', 'security.zones'],
    })
  })
  it('is the series that figures are chosen among, and nothing of another kind for them', () => {
    const situation = general.find(({ scene }) => scene.scene === 'situation')
    const domains = general.find(({ scene }) => scene.scene === 'domains')
    const port = [
      feedOf('port.vessels', now, { descriptor: { kind: 'track' } }),
      feedOf('port.water', now, { descriptor: { kind: 'metric' } }),
      feedOf('energy.grid', now, { descriptor: { kind: 'metric' } }),
    ]
    for (const found of [situation, domains])
      expect(subscriptionsOf(found!.scene, port)).toContainEqual({
        form: 'series',
        products: ['energy.grid', 'port.water'],
      })
  })
  it('is no position where nothing is drawn on a map', () => {
    expect(of('log').some(({ form }) => form === 'columns')).toBe(false)
    expect(of('domains').some(({ form }) => form === 'columns')).toBe(false)
  })
})
