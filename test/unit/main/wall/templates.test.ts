import { readFile } from 'node:fs/promises'
import { beforeAll, describe, expect, it } from 'vitest'
import { loadTemplates } from '../../../../main/wall/boards.ts'
import type { Template } from '../../../../preload/contract/boards.ts'
import { readScene } from '../../../../main/wall/scenes.ts'
import type { At } from '../../../../preload/contract/scene.ts'

const names = [...['environment', 'health', 'logistics', 'manufacturing', 'overall', 'security', 'transport']]
const exercises = ['paris', 'kourou'] as const
const overlap = ([x, y, w, h]: At, [column, row, width, height]: At): boolean =>
  x < column + width && column < x + w && y < row + height && row < y + h

let templates: Template[]
/** series by product, and the products without any */
const has: Record<string, Map<string, ReadonlySet<string>>> = {}
beforeAll(async () => {
  templates = await loadTemplates('resources/templates')
  for (const exercise of exercises) {
    const read = async (file: string): Promise<{ product: string; series?: { series: string }[] }[]> =>
      JSON.parse(await readFile(`resources/scenarios/${exercise}/${file}.json`, 'utf8'))
    const all = new Map<string, ReadonlySet<string>>()
    for (const { product } of await read('products')) all.set(product, new Set())
    for (const { product, series = [] } of await read('metrics'))
      all.set(product, new Set(series.map((each) => each.series)))
    has[exercise] = all
  }
})

describe('templates', () => {
  it('are those that people ask for', () => {
    expect(templates.map(({ template }) => template).sort()).toEqual(names)
  })

  it.each(names)('%s is a scene, every part of it can be shown and has a place of its own', async (name) => {
    const read = readScene(await readFile(`resources/templates/${name}.yaml`, 'utf8'), `${name}.yaml`)
    if (!read.ok) throw new Error(read.error.message)
    const { scene, title, widgets } = read.value
    expect(scene).toBe(name)
    expect(title).toMatchObject({ fr: expect.any(String), en: expect.any(String) })
    expect(widgets.filter(({ widget }) => widget === 'wrong')).toEqual([])
    const over = widgets.flatMap((one, at) => widgets.slice(at + 1).filter((two) => overlap(one.at, two.at)))
    expect(over).toEqual([])
    expect(widgets.reduce((sum, { at }) => sum + at[2] * at[3], 0)).toBe(48 * 24)
    // what a desk begins from is the same
    expect(templates.find(({ template }) => template === name)).toMatchObject({
      problem: null,
      scene: { scene: name, widgets: widgets.map(({ widget, at }) => ({ widget, at })) },
    })
  })

  it.each(names)('%s names nothing that no exercise has', (name) => {
    const named = JSON.stringify(templates.find(({ template }) => template === name)?.scene)
    const products = [...named.matchAll(/"product":"([^"]+)"(?:,"series":"([^"]+)")?/g)]
    const lacking = exercises.map((exercise) =>
      products
        .filter(([, product = '', series]) => {
          const own = has[exercise]?.get(product)
          return own === undefined || (series !== undefined && !own.has(series))
        })
        .map(([, product]) => product),
    )
    expect(Math.min(...lacking.map(({ length }) => length)), JSON.stringify(lacking)).toBe(0)
  })
})
