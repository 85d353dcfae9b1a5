import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { sceneText } from '../../../../preload/contract/scene-text.ts'
import { loadScenes, readScene, type Scenes } from '../../../../main/wall/scenes.ts'
import type { Problem } from '../../../../preload/contract/result.ts'
import { sharedKey, type SharedThing } from '../../../../preload/contract/shared.ts'

const scene = (name: string, more = '') => `scene: ${name}
title: { fr: Carte, en: Map }
grid: { columns: 12, rows: 8 }
widgets:
  - widget: map
    at: [0, 0, 8, 8]
    area: [2.2, 48.8, 2.5, 48.9]
  - widget: log
    at: [8, 0, 4, 8]
${more}`

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vigie-scenes-'))
  await writeFile(join(folder, 'mine.yaml'), scene('mine'))
  await writeFile(join(folder, 'broken.yaml'), scene('broken').replace('grid:', 'gird:'))
  await writeFile(join(folder, 'situation.yaml'), 'scene: [')
})
afterAll(() => rm(folder, { recursive: true, force: true }))

describe('a scene file', () => {
  it('is read', () => {
    expect(readScene(scene('a'), 'a.yaml')).toMatchObject({ ok: true, value: { scene: 'a' } })
  })

  it.each([
    ['a widget without a place', '    at: [0, 0, 8, 8]\n', '', /^a\.yaml:\d+:\d+$/],
    ['a key that does not belong there', 'grid:', 'gird:', /^a\.yaml:\d+:\d+$/],
    ['a tab where YAML wants blanks', '    at: [0, 0, 8, 8]', '\tat: [0, 0, 8, 8]', /^a\.yaml:\d+:\d+$/],
    ['a name with markup', 'scene: a', 'scene: <b>', 'a.yaml:1:1'],
  ])('says where and why for %s', (_what, from, to, subject) => {
    const read = readScene(scene('a').replace(from, to), 'a.yaml')
    expect(read).toMatchObject({ ok: false, error: { code: 'scene.invalid' } })
    if (read.ok) return
    if (typeof subject === 'string') expect(read.error.subject).toBe(subject)
    else expect(read.error.subject).toMatch(subject)
    expect(read.error.message).toMatch(/^line \d+, column \d+: .{5,}/)
  })
})

describe('of a widget that is wrong', () => {
  it.each([
    ['nobody knows it', 'widget: log', 'widget: lgo', 'unknown', 'lgo'],
    ['a coordinate is off the globe', '48.9]', '98.9]', 'setting', 'area.3'],
    ['it goes beyond the grid', 'at: [8, 0, 4, 8]', 'at: [8, 0, 4, 9]', 'beyond', '8, 0, 4, 9'],
    ['its west is east', '[2.2, 48.8, 2.5, 48.9]', '[2.6, 48.8, 2.5, 48.9]', 'setting', 'area'],
    ['a key does not belong there', 'area:', 'aera:', 'setting', 'aera'],
  ])('that one tells in its place, and the others stand: %s', (_what, from, to, why, subject) => {
    const text = scene('a').replace(from, to)
    const read = readScene(text, 'a.yaml')
    if (!read.ok) throw new Error(read.error.message)
    const { grid, widgets } = read.value
    const wrong = widgets.filter(({ widget }) => widget === 'wrong')
    expect(wrong).toMatchObject([{ why, subject }])
    expect(widgets.length).toBeGreaterThan(1)
    for (const { at } of widgets) {
      expect(at[0] + at[2]).toBeLessThanOrEqual(grid.columns)
      expect(at[1] + at[3]).toBeLessThanOrEqual(grid.rows)
    }
    // written again it says what it said
    expect(parse(sceneText({ ...read.value }))).toEqual(parse(text))
  })
})

describe('the scenes', () => {
  it('that come with Vigie are all sound', async () => {
    const built = await loadScenes({ own: ['resources/scenes'] }, 'situation')
    expect(built.list.filter(({ problem }) => problem !== null)).toEqual([])
    expect(built.list.map(({ scene }) => scene)).toEqual(
      expect.arrayContaining(['situation', 'domains', 'log']),
    )
  })

  it('show the default in place of one that is wrong, with why', async () => {
    const scenes = await loadScenes({ own: ['resources/scenes'], given: folder }, 'situation')
    expect(scenes.show('mine')).toMatchObject({ scene: { scene: 'mine' }, problem: null })
    const shown = scenes.show('broken')
    expect(shown.scene.scene).toBe('situation')
    expect(shown.problem?.subject).toBe(`${join(folder, 'broken.yaml')}:3:1`)
    expect(scenes.list.find(({ scene }) => scene === 'broken')?.problem?.code).toBe('scene.invalid')
  })

  it('keep the built-in scene where a file of one’s own in its place is wrong', async () => {
    const scenes = await loadScenes({ own: ['resources/scenes'], given: folder }, 'log')
    expect(scenes.show('situation')).toMatchObject({
      scene: { scene: 'situation' },
      problem: { code: 'scene.invalid' },
    })
  })

  it('show the default for a name that nobody knows', async () => {
    const scenes = await loadScenes({ own: ['resources/scenes'] }, 'situation')
    expect(scenes.list.map(({ scene }) => scene)).not.toContain('nothing')
    expect(scenes.show('nothing')).toMatchObject({
      scene: { scene: 'situation' },
      problem: { code: 'scene.unknown' },
    })
  })

  it('of the exercise take the place of those for any platform, and a scenario needs none of its own', async () => {
    const paris = 'resources/scenarios/paris/scenes'
    const any = await loadScenes({ own: ['resources/scenes'] }, 'situation')
    const exercise = await loadScenes({ own: ['resources/scenes', paris] }, 'situation')
    const without = await loadScenes({ own: ['resources/scenes', '/nowhere/scenes'] }, 'situation')
    // one more is the exercise's own
    expect(exercise.list.map(({ scene }) => scene)).toEqual([...any.list.map(({ scene }) => scene), 'relief'])
    expect(exercise.show('situation').scene.title).toEqual({
      fr: 'Cérémonie d’ouverture',
      en: 'Opening ceremony',
    })
    expect(any.show('situation').scene.title).toEqual({ fr: 'Situation', en: 'Situation' })
    expect(without.list.filter(({ problem }) => problem !== null)).toEqual([])
  })

  it('show the policy’s area on a map that names none', async () => {
    const area: [number, number, number, number] = [5.2, 43.2, 5.5, 43.4]
    const scenes = await loadScenes({ own: ['resources/scenes'], given: folder }, 'log', () => area)
    const of = (name: string) => scenes.show(name).scene.widgets.find(({ widget }) => widget === 'map')
    await writeFile(join(folder, 'anywhere.yaml'), scene('anywhere').replace(/ +area:.*\n/, ''))
    expect(of('mine')).toMatchObject({ area: [2.2, 48.8, 2.5, 48.9] })
    const again = await loadScenes({ own: ['resources/scenes'], given: folder }, 'log', () => area)
    expect(again.show('anywhere').scene.widgets[0]).toMatchObject({ widget: 'map', area })
    const nowhere = await loadScenes({ own: ['resources/scenes'], given: folder }, 'log')
    expect(nowhere.show('anywhere').scene.widgets[0]).not.toHaveProperty('area')
    await rm(join(folder, 'anywhere.yaml'))
  })

  it('show something even where there is no scene at all', async () => {
    const scenes = await loadScenes({ own: ['/nowhere/scenes'] }, 'situation')
    expect(scenes.show('situation').scene.widgets.length).toBeGreaterThan(0)
    expect(scenes.list[0]?.problem?.code).toBe('scene.invalid')
  })
})

describe('the scenes that people share', () => {
  const thingOf = (name: string, changes: Partial<SharedThing> = {}, owner = 'cncs'): SharedThing => {
    const key = sharedKey('scene', owner, name)
    const content = {
      scene: name,
      title: 'x',
      grid: { columns: 1, rows: 1 },
      widgets: [{ widget: 'log', at: [0, 0, 1, 1] }],
    }
    const saved = { node: 'p', person: null }
    const document = {
      owner,
      version: 3,
      marking: 'np',
      schema: 'vigie.scene.v1',
      title: `${owner}’s ${name}`,
      saved,
      content,
    }
    return { key, revision: 7, published: 0, rank: 0, document, wrong: null, ...changes }
  }
  const problem: Problem = { code: 'shared.invalid', message: 'line 1', subject: 'scene.cncs.situation:1:1' }
  const wrong = { revision: 8, problem }
  const load = (given: string | null = null) => loadScenes({ own: ['resources/scenes'], given }, 'log')
  const entry = ({ list }: Scenes, name: string) => list.find(({ scene }) => scene === name)

  it('stand beside those of the folder and those of Vigie, each with where it comes from', async () => {
    const scenes = await load(folder)
    scenes.share([thingOf('evening'), thingOf('mine'), thingOf('domains')], 'cncs')
    expect(entry(scenes, 'evening')).toMatchObject({
      from: 'platform',
      key: 'scene.cncs.evening',
      version: 3,
    })
    expect(entry(scenes, 'domains')).toMatchObject({ from: 'platform', title: 'cncs’s domains' })
    expect(entry(scenes, 'mine')).toMatchObject({ from: 'folder', key: 'scene.cncs.mine', version: 3 })
    expect(entry(scenes, 'log')).toMatchObject({ from: 'vigie', key: null, version: null })
    expect(scenes.show('evening')).toMatchObject({ scene: { title: 'cncs’s evening' }, problem: null })
    expect(scenes.show('mine').scene.title).toEqual({ fr: 'Carte', en: 'Map' })
    scenes.share([], 'cncs')
    expect(entry(scenes, 'evening')).toBeUndefined()
    expect(entry(scenes, 'domains')).toMatchObject({ from: 'vigie' })
  })

  it('of another organisation stand under its name and theirs, and in the place of nothing else', async () => {
    const scenes = await load(folder)
    const names = ['situation', 'mine', 'evening']
    scenes.share(
      names.map((name) => thingOf(name, {}, 'army')),
      'cncs',
    )
    expect(scenes.show('situation').scene).toEqual((await load(folder)).show('situation').scene)
    expect(scenes.show('mine').scene.title).toEqual({ fr: 'Carte', en: 'Map' })
    expect(scenes.show('evening')).toMatchObject({ problem: { code: 'scene.unknown' } })
    for (const name of names) {
      expect(entry(scenes, name)).not.toMatchObject({ from: 'platform' })
      expect(entry(scenes, `army.${name}`)).toMatchObject({ from: 'platform', key: `scene.army.${name}` })
      expect(scenes.show(`army.${name}`)).toMatchObject({
        scene: { title: `army’s ${name}` },
        problem: null,
      })
    }
    scenes.share([thingOf('situation', { document: null, wrong }, 'army')], 'cncs')
    expect(entry(scenes, 'situation')).toMatchObject({ wrong: null, key: null })
  })

  it('of one’s own organisation and of another under the same name stand beside each other', async () => {
    const scenes = await load()
    scenes.share([thingOf('evening', {}, 'army'), thingOf('evening', {}, 'police')], 'police')
    expect(entry(scenes, 'evening')).toMatchObject({ key: 'scene.police.evening' })
    expect(entry(scenes, 'army.evening')).toMatchObject({ key: 'scene.army.evening' })
  })

  it('show as they could be read last, and say what is wrong with the next', async () => {
    const scenes = await load()
    scenes.share([thingOf('evening', { wrong })], 'cncs')
    expect(entry(scenes, 'evening')).toMatchObject({ problem: null, wrong: problem, version: 3 })
    expect(scenes.show('evening')).toMatchObject({ scene: { scene: 'evening' }, problem: null })
    const unread = { document: null, revision: 0, rank: 1, wrong }
    scenes.share([thingOf('evening', unread), thingOf('situation', unread)], 'cncs')
    expect(entry(scenes, 'evening')).toMatchObject({ problem, from: 'platform', rank: 1 })
    expect(scenes.show('evening')).toMatchObject({ scene: { scene: 'log' }, problem })
    // Vigie's own is sound all the same
    expect(entry(scenes, 'situation')).toMatchObject({ problem: null, wrong: problem, from: 'vigie' })
    expect(scenes.show('situation')).toMatchObject({ scene: { scene: 'situation' }, problem: null })
  })

  it('show on no screen below their marking, and their names are not told there', async () => {
    const scenes = await load()
    scenes.share([thingOf('evening', { rank: 1 }), thingOf('situation', { rank: 1 })], 'cncs')
    expect(scenes.show('evening', 1)).toMatchObject({ scene: { scene: 'evening' }, problem: null })
    const below = scenes.show('evening', 0)
    expect(below).toMatchObject({ scene: { scene: 'log' }, problem: { code: 'scene.above-ceiling' } })
    expect(JSON.stringify(below)).not.toContain('evening')
    expect(scenes.show('situation', 0)).toMatchObject({
      scene: { scene: 'situation', title: { fr: expect.any(String) } },
      problem: { code: 'scene.above-ceiling' },
    })
  })

  it('get the node’s area where their maps name none', async () => {
    const scenes = await loadScenes({ own: ['resources/scenes'] }, 'log', () => [1, 2, 3, 4])
    const thing = thingOf('evening')
    const widgets = [{ widget: 'map', at: [0, 0, 1, 1] }]
    const document = { ...thing.document!, content: { ...thing.document!.content, widgets } }
    scenes.share([{ ...thing, document }], 'cncs')
    expect(scenes.show('evening').scene.widgets).toEqual([{ ...widgets[0], area: [1, 2, 3, 4] }])
  })
})
