import { readdir } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { Rank } from '../../preload/contract/marking.ts'
import type { Area, Scene } from '../../preload/contract/scene.ts'
import { WrittenSceneSchema } from '../../preload/contract/scene-written.ts'
import { fail, type Problem, type Result } from '../../preload/contract/result.ts'
import { partsOf, type SharedKey, type SharedThing } from '../../preload/contract/shared.ts'
import { sceneIn } from '../../preload/contract/shared-text.ts'
import type { Words } from '../../preload/contract/words.ts'
import { readYamlText } from '../../preload/contract/yaml-text.ts'
import { exposedFolder, readWritten, type Origin } from '../policy/written.ts'

/** @returns `scene.invalid` with file, line, column and reason */
export const readScene = (text: string, file: string): Result<Scene> =>
  readYamlText(text, WrittenSceneSchema, file, 'scene.invalid')

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

/** Where the scene comes from that shows under a name: a draft of this node, its own folder, the platform, or Vigie itself. */
export type SceneSource = 'draft' | 'folder' | 'platform' | 'vigie'

export interface SceneEntry {
  scene: string
  title: Words
  /** why it can't be shown as it is */
  problem: Problem | null
  from: SceneSource
  /** of the one on the platform; null: there is none */
  key: SharedKey | null
  /** … and its version; null: it has none that can be read */
  version: number | null
  /** why the platform's last version of it is not used, though another shows; null: it is, or there is none */
  wrong: Problem | null
  /** who may see it; what lies in a folder is for every screen */
  rank: Rank
}

export interface Scenes {
  /** all that can be chosen, wrong ones with why */
  readonly list: readonly SceneEntry[]
  /**
   * The scene, or the default one with why.
   * @param ceiling of the screen that is to show it; absent: of none
   */
  show(scene: string, ceiling?: Rank): { scene: Scene; problem: Problem | null }
  /** as this node has it for itself: what is saved for everybody */
  own(scene: string): Scene | null
  /** what shows under the name where all may be seen, who may, and whose it is; the scene is as it is written, without an area of this node's */
  find(scene: string): { scene: Scene | null; from: SceneSource; rank: Rank }
  /** what is being written here can be shown here before anybody else has it. @param scene null: there is no draft of that name any more */
  draft(name: string, scene: Scene | null, rank: Rank): void
  /** what the platform has is this from now on. @param owner whose stand under their bare names */
  share(things: Iterable<SharedThing>, owner: string): void
}

export type Found = { name: string; read: Result<Scene> }

/** @param needed false: it may be missing */
export async function readFolder(folder: string, origin: Origin, needed: boolean): Promise<Found[]> {
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
 * A later folder's scene replaces an earlier one of the same name; a scene of this organisation that the platform has
 * replaces what comes with Vigie, and gives way to the folder that was named.
 *
 * @param fallback the scene that shows in place of one that is wrong or unknown
 * @param area the policy's as it is now, for maps that name none
 */
export async function loadScenes(
  { own, given = null }: SceneFolders,
  fallback: string,
  area: () => Area | null = () => null,
): Promise<Scenes> {
  const folders: Folders = { vigie: createLayer(), folder: createLayer() }
  for (const found of await Promise.all(own.map((folder, at) => readFolder(folder, 'vigie', at === 0))))
    found.forEach(folders.vigie.add)
  if (given !== null) (await readFolder(given, 'option', true)).forEach(folders.folder.add)
  return createScenes(folders, fallback, area)
}

/** Scenes of one source by name. A sound one takes the place of another; a wrong one stands beside it, with why. */
interface Layer {
  sound: Map<string, Scene>
  wrong: Map<string, Problem>
  add: (found: Found) => void
}
type Folders = { vigie: Layer; folder: Layer }

function createLayer(): Layer {
  const sound = new Map<string, Scene>()
  const wrong = new Map<string, Problem>()
  return {
    sound,
    wrong,
    add({ name, read }) {
      if (!read.ok) {
        wrong.set(name, read.error)
        return
      }
      sound.set(name, read.value)
      wrong.delete(name)
    },
  }
}

/** One of the platform's. */
interface Theirs {
  key: SharedKey
  rank: Rank
  version: number | null
  scene: Scene | null
  wrong: Problem | null
}

/**
 * Whoever may save there must not change what another organisation's walls show: only what is one's own stands under its
 * bare name, which may be a folder's or Vigie's too; what is another's, under its owner's and its own.
 *
 * @param things of which those that are no scenes are left out
 * @param owner this node's organisation
 */
function theirsOf(things: Iterable<SharedThing>, owner: string): Map<string, Theirs> {
  const theirs = new Map<string, Theirs>()
  const sorted = [...things].sort((a, b) => (a.key < b.key ? -1 : 1))
  const isOwn = ({ key }: SharedThing): boolean => partsOf(key).owner === owner
  for (const thing of [...sorted.filter(isOwn), ...sorted.filter((each) => !isOwn(each))]) {
    const { kind, name, owner: whose } = partsOf(thing.key)
    if (kind !== 'scene') continue
    const scene = thing.document === null ? null : sceneIn(thing.document)
    theirs.set(isOwn(thing) ? name : `${whose}.${name}`, {
      key: thing.key,
      rank: thing.rank,
      version: thing.document?.version ?? null,
      scene: scene === null || thing.document === null ? null : { ...scene, title: thing.document.title },
      wrong: thing.wrong?.problem ?? null,
    })
  }
  return theirs
}

function createScenes({ vigie, folder }: Folders, fallback: string, area: () => Area | null): Scenes {
  let theirs = new Map<string, Theirs>()
  const drafts = new Map<string, { scene: Scene; rank: Rank }>()
  let list: readonly SceneEntry[] = []

  /** What shows under a name where all may be seen, and who may. */
  const find = (name: string): { scene: Scene | null; from: SceneSource; rank: Rank } => {
    const draft = drafts.get(name)
    if (draft !== undefined) return { ...draft, from: 'draft' }
    const own = folder.sound.get(name)
    if (own !== undefined) return { scene: own, from: 'folder', rank: 0 }
    const shared = theirs.get(name)
    if (shared && shared.scene !== null) return { scene: shared.scene, from: 'platform', rank: shared.rank }
    const built = vigie.sound.get(name)
    if (built !== undefined) return { scene: built, from: 'vigie', rank: 0 }
    if (folder.wrong.has(name)) return { scene: null, from: 'folder', rank: 0 }
    if (shared) return { scene: null, from: 'platform', rank: shared.rank }
    return { scene: null, from: 'vigie', rank: 0 }
  }
  /** What keeps the one from showing that is meant by this name. */
  const problemOf = (name: string): Problem | null => {
    const wrong = folder.wrong.get(name)
    if (wrong !== undefined) return wrong
    const { scene, from } = find(name)
    // a built-in scene that a wrong one of the platform was to replace is sound all the same
    if (from === 'vigie') return vigie.wrong.get(name) ?? null
    return scene === null ? (theirs.get(name)?.wrong ?? null) : null
  }
  const entryOf = (name: string): SceneEntry => {
    const { scene, from, rank } = find(name)
    const { key = null, version = null, wrong = null } = theirs.get(name) ?? {}
    return {
      scene: name,
      title: scene?.title ?? name,
      problem: problemOf(name),
      from,
      key,
      version,
      wrong,
      rank,
    }
  }
  const lay = (): void => {
    const layers = [vigie.sound, folder.sound, vigie.wrong, folder.wrong, theirs, drafts]
    list = [...new Set(layers.flatMap((layer) => [...layer.keys()]))].map(entryOf)
  }
  lay()
  const own = (name: string): Scene | undefined => folder.sound.get(name) ?? vigie.sound.get(name)
  const at = (scene: Scene): Scene => placed(scene, area())
  /** A scene that is for every screen. */
  const standIn = (): Scene =>
    own(fallback) ?? folder.sound.values().next().value ?? vigie.sound.values().next().value ?? lastResort

  return {
    get list() {
      return list
    },
    show(name, ceiling = Infinity) {
      const { scene, rank } = find(name)
      if (rank > ceiling) {
        const message = 'it is marked above the ceiling of this screen'
        return { scene: at(own(name) ?? standIn()), problem: { code: 'scene.above-ceiling', message } }
      }
      const problem = problemOf(name)
      // a wrong file in place of a built-in scene: the built-in one is the nearest that works
      if (scene !== null) return { scene: at(scene), problem }
      if (problem !== null) return { scene: at(standIn()), problem }
      return {
        scene: at(standIn()),
        problem: { code: 'scene.unknown', message: `there is no scene “${name}”`, subject: name },
      }
    },
    own: (name) => own(name) ?? null,
    find,
    draft(name, scene, rank) {
      if (scene === null) drafts.delete(name)
      else drafts.set(name, { scene, rank })
      lay()
    },
    share(things, owner) {
      theirs = theirsOf(things, owner)
      lay()
    },
  }
}
