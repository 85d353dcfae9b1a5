import { readdir } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { FittingSceneSchema, type Area, type Scene } from '../../preload/contract/scene.ts'
import { fail, type Problem, type Result } from '../../preload/contract/result.ts'
import type { Words } from '../../preload/contract/words.ts'
import { readYamlText } from '../../preload/contract/yaml-text.ts'
import { exposedFolder, readWritten, type Origin } from '../policy/written.ts'

/** @returns `scene.invalid` with file, line, column and reason */
export const readScene = (text: string, file: string): Result<Scene> =>
  readYamlText(text, FittingSceneSchema, file, 'scene.invalid')

/** What shows when not even the built-in scenes can be read: what happened, in words, needs no map. */
const lastResort: Scene = {
  scene: 'last-resort',
  title: { fr: 'Situation', en: 'Situation' },
  grid: { columns: 2, rows: 1 },
  widgets: [
    { widget: 'incidents', at: [0, 0, 1, 1] },
    { widget: 'log', at: [1, 0, 1, 1] },
  ],
}

export interface SceneEntry {
  scene: string
  title: Words
  problem: Problem | null
}

export interface Scenes {
  /** all that can be chosen, wrong ones with why */
  list: SceneEntry[]
  /** the scene, or the default one with why */
  show(scene: string): { scene: Scene; problem: Problem | null }
}

type Found = { name: string; read: Result<Scene> }

/** @param needed false: it may be missing */
async function readFolder(folder: string, origin: Origin, needed: boolean): Promise<Found[]> {
  const exposed = await exposedFolder(folder, origin)
  if (exposed !== null) return [{ name: basename(folder), read: { ok: false, error: exposed } }]
  let names: string[]
  try {
    names = (await readdir(folder)).filter((name) => /\.ya?ml$/.test(name)).sort()
  } catch (error) {
    if (!needed && error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
    const why = error instanceof Error ? error.message : String(error)
    return [
      { name: basename(folder), read: fail('scene.invalid', `the folder could not be read: ${why}`, folder) },
    ]
  }
  return Promise.all(
    names.map(async (name) => {
      const file = join(folder, name)
      const text = await readWritten(file, origin, 'scene.invalid', 'the file')
      const read = text.ok ? readScene(text.value, file) : text
      return { name: read.ok ? read.value.scene : name.replace(/\.ya?ml$/, ''), read }
    }),
  )
}

/** A scene's map shows the area of its own, else the node's. */
const placed = (scene: Scene, area: Area | null): Scene => ({
  ...scene,
  widgets: scene.widgets.map((widget) =>
    area === null || widget.widget !== 'map' ? widget : { ...widget, area: widget.area ?? area },
  ),
})

export interface SceneFolders {
  /** those that come with Vigie: for any platform first, then the exercise's own, where its scenario has some */
  own: readonly string[]
  /** named by whoever runs this node */
  given?: string | null
}

/**
 * A later folder's scene replaces an earlier one of the same name.
 *
 * @param fallback the scene that shows in place of one that is wrong or unknown
 * @param area the policy's, for maps that name none
 */
export async function loadScenes(
  { own, given = null }: SceneFolders,
  fallback: string,
  area: Area | null = null,
): Promise<Scenes> {
  const sound = new Map<string, Scene>()
  const wrong = new Map<string, Problem>()
  const found = [
    ...(await Promise.all(own.map((folder, at) => readFolder(folder, 'vigie', at === 0)))),
    ...(given === null ? [] : [await readFolder(given, 'option', true)]),
  ]
  for (const folder of found)
    for (const { name, read } of folder) {
      if (read.ok) {
        sound.set(name, placed(read.value, area))
        wrong.delete(name)
      } else {
        wrong.set(name, read.error)
      }
    }
  const standIn = () => sound.get(fallback) ?? sound.values().next().value ?? lastResort
  const names = [...new Set([...sound.keys(), ...wrong.keys()])]
  return {
    list: names.map((name) => ({
      scene: name,
      title: sound.get(name)?.title ?? name,
      problem: wrong.get(name) ?? null,
    })),
    show(name) {
      const problem = wrong.get(name) ?? null
      const scene = sound.get(name)
      // a wrong file in place of a built-in scene: the built-in one is the nearest that works
      if (scene !== undefined) return { scene, problem }
      if (problem !== null) return { scene: standIn(), problem }
      return {
        scene: standIn(),
        problem: { code: 'scene.unknown', message: `there is no scene “${name}”`, subject: name },
      }
    },
  }
}
