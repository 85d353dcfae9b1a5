/** What of the wall a node alone remembers through a restart: what shows there, whoever made it so. */
import type { Author } from '../../preload/contract/author.ts'
import { shownOf, type Fold, type Known, type Own } from './fold.ts'
import type { Blank, Settings } from './settings.ts'
import type { State } from './state.ts'

const isBlank = ({ input }: Own): boolean => input.act === 'blank'

/** Why the wall is blank; null: it is not. @param entity whose state that is */
function blankOf({ base, known, own, holds, lifts }: Fold, { blanked }: State, entity: string): Blank | null {
  if (!blanked) return null
  const last = own.findLast(isBlank)
  const settled = base.blanked ? known.get(entity) : undefined
  return {
    own: last === undefined ? null : { out: last.out, kept: last.kept },
    known:
      settled === undefined
        ? null
        : (({ id, sequence, published, by }) => ({ id, sequence, published, node: by.node }))(settled),
    holds,
    lifts: [...lifts],
  }
}

/**
 * @param first what is remembered, or said when this node was started
 * @param entity the blank's
 * @returns keeps what changed, on the disk when it returns
 */
export function remember(
  settings: Pick<Settings, 'setBlank' | 'setLanguage' | 'setScenes'>,
  first: Fold,
  entity: string,
): (next: Fold, shown: State) => void {
  let before = shownOf(first)
  let said = JSON.stringify(blankOf(first, before, entity))
  return (next, shown) => {
    const blank = blankOf(next, shown, entity)
    // only when somebody did something about it is it known again where it was not
    if (JSON.stringify(blank) !== said) settings.setBlank(blank)
    said = JSON.stringify(blank)
    if (before.language !== shown.language) settings.setLanguage(shown.language)
    if (!sameScenes(before.scenes, shown.scenes)) settings.setScenes(shown.scenes)
    before = shown
  }
}

const sameScenes = (one: State['scenes'], other: State['scenes']): boolean =>
  one.size === other.size && [...one].every(([screen, scene]) => other.get(screen) === scene)

/** The wall as this node left it. @param first what it is else @param entity the blank's */
export function recall(
  settings: Pick<Settings, 'blanked' | 'blank' | 'scenes'>,
  first: Omit<State, 'blanked' | 'scenes'>,
  entity: string,
): Fold {
  const { blanked, blank } = settings
  const known = new Map<string, Known>()
  if (blank?.known) {
    const { node, ...settled } = blank.known
    const by: Author = { person: null, function: null, node, automation: null }
    known.set(entity, {
      ...settled,
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
    base: { ...first, blanked: known.has(entity), scenes: settings.scenes() },
    known,
    own,
    // nobody knows why: only the desk here gives it back
    holds: blanked && (blank === null || blank.holds || (known.size === 0 && own.length === 0)),
    lifts: blank?.lifts ?? [],
  }
}
