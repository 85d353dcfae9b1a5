import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { derivedProduct } from '../../../../preload/contract/formula.ts'
import * as v from 'valibot'
import { parse } from 'yaml'
import { SceneSchema } from '../../../../preload/contract/scene.ts'

const built = new URL('../../../../resources/scenes/', import.meta.url)
const exercise = (name: string) => new URL(`../../../../resources/scenarios/${name}/scenes/`, import.meta.url)
const read = (folder: URL) =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => ({
      name,
      scene: v.parse(SceneSchema, parse(readFileSync(new URL(name, folder), 'utf8'))),
    }))
const general = read(built)
const scenes = read(exercise('paris'))
const kourou = read(exercise('kourou'))

describe.each([
  ['for any platform', general, ['domains', 'log', 'quality', 'situation']],
  ['of paris', scenes, ['domains', 'log', 'relief', 'situation']],
  ['of kourou', kourou, ['campaign', 'domains', 'relief', 'robots', 'situation']],
])('the scenes that come with Vigie, %s,', (_which, folder, names) => {
  it('are valid and named as their files are', () => {
    expect(folder.map(({ name, scene }) => [name, `${scene.scene}.yaml`])).toEqual(
      folder.map(({ name }) => [name, name]),
    )
    expect(folder.map(({ scene }) => scene.scene)).toEqual(names)
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
  it.each([
    ['paris', scenes],
    ['kourou', kourou],
  ])('of %s show only series that it has', (name, folder) => {
    const json = (file: string) =>
      JSON.parse(readFileSync(new URL(`../${file}.json`, exercise(name)), 'utf8')) as never
    const metrics: { product: string; series: { series: string }[] }[] = json('metrics')
    const telemetry: { product: string; machines: { machine: string }[]; measures: { measure: string }[] }[] =
      name === 'kourou' ? json('telemetry') : []
    // of this organisation, whose formulas they are
    const formulas: { name: string }[] = name === 'kourou' ? json('formulas') : []
    const known = new Set([
      ...formulas.map((formula) => `${derivedProduct('cnes', formula.name)} value`),
      ...metrics.flatMap(({ product, series }) => series.map((each) => `${product} ${each.series}`)),
      ...telemetry.flatMap(({ product, machines, measures }) =>
        machines.flatMap(({ machine }) => measures.map(({ measure }) => `${product} ${machine}.${measure}`)),
      ),
    ])
    const shown = folder.flatMap(({ scene }) =>
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
