/**
 * What of the wall a node alone remembers through a restart, in clear: what it did itself, numbers, and names of its own.
 * What others wrote is in the cache, and told again from there.
 */
import type { Author } from '../../preload/contract/author.ts'
import { shownOf, type Fold, type Known, type Own } from './fold.ts'
import type { Blank, Settings } from './settings.ts'
import type { State } from './state.ts'

const isBlank = ({ input }: Own): boolean => input.act === 'blank'

/** What is this node's own. */
export interface Here {
  /** the entity of its wall's blank */
  blank: string
  node: string
  /** false: its folders have none of that name */
  hasScene(scene: string): boolean
}

/** Why the wall is blank; null: it is not. */
function blankOf({ base, known, own, holds, lifts }: Fold, { blanked }: State, here: Here): Blank | null {
  if (!blanked) return null
  const last = own.findLast(isBlank)
  const settled = base.blanked ? known.get(here.blank) : undefined
  return {
    own: last === undefined ? null : { out: last.out, kept: last.kept },
    known:
      settled === undefined
        ? null
        : {
            sequence: settled.sequence,
            published: settled.published,
            mine: settled.by.node === here.node,
          },
    holds,
    lifts: [...lifts],
  }
}

/** @param kept of screens that are not there, which may come back @returns what shows on this node's screens of its own scenes */
function scenesOf(kept: State['scenes'], { plan, scenes }: State, here: Here): State['scenes'] {
  const own = new Map(kept)
  for (const { screen } of plan.screens) {
    const scene = scenes.get(screen)
    if (scene !== undefined && here.hasScene(scene)) own.set(screen, scene)
    else own.delete(screen)
  }
  return own
}

/**
 * @param first what is remembered, or said when this node was started
 * @returns keeps what changed, on the disk when it returns
 */
export function remember(
  settings: Pick<Settings, 'setBlank' | 'setLanguage' | 'setScenes'>,
  first: Fold,
  here: Here,
): (next: Fold, shown: State) => void {
  const before = shownOf(first)
  let { language } = before
  let scenes = before.scenes
  let said = JSON.stringify(blankOf(first, before, here))
  return (next, shown) => {
    const blank = blankOf(next, shown, here)
    // only when somebody did something about it is it known again where it was not
    if (JSON.stringify(blank) !== said) settings.setBlank(blank)
    said = JSON.stringify(blank)
    if (language !== shown.language) settings.setLanguage(shown.language)
    language = shown.language
    const own = scenesOf(scenes, shown, here)
    if (!sameScenes(scenes, own)) settings.setScenes(own)
    scenes = own
  }
}

const sameScenes = (one: State['scenes'], other: State['scenes']): boolean =>
  one.size === other.size && [...one].every(([screen, scene]) => other.get(screen) === scene)

/** The wall as this node left it. @param first what it is else */
export function recall(
  settings: Pick<Settings, 'blanked' | 'blank' | 'scenes'>,
  first: Omit<State, 'blanked' | 'scenes' | 'documents'>,
  { blank: entity, node: here }: Here,
): Fold {
  const { blanked, blank } = settings
  const known = new Map<string, Known>()
  if (blank?.known) {
    const { mine, ...settled } = blank.known
    // whose else it is nobody knows before it is told again: until then it is nobody's to give back who had not heard it
    const by: Author = { person: null, function: null, node: mine ? here : '', automation: null }
    known.set(entity, {
      ...settled,
      id: '',
      input: { act: 'blank' },
      by,
      at: settled.published,
      foreign: null,
      stale: false,
    })
  }
  const own: Own[] =
    blank?.own && blank.own.out.entity === entity
      ? [{ ...blank.own, input: { act: 'blank' }, shown: true }]
      : []
  return {
    base: { ...first, blanked: known.has(entity), scenes: settings.scenes(), documents: new Map() },
    known,
    own,
    // nobody knows why: only the desk here gives it back
    holds: blanked && (blank === null || blank.holds || (known.size === 0 && own.length === 0)),
    lifts: blank?.lifts ?? [],
  }
}
