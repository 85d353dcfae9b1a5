/** What somebody at the desk does to what people share: saves a scene for everybody, looks at what was, takes it back. */
import type { Author } from '../../preload/contract/author.ts'
import { domainOf } from '../../preload/contract/entity.ts'
import { derivedDomain, mostUses, type FigureUse } from '../../preload/contract/formula.ts'
import type { Rank } from '../../preload/contract/marking.ts'
import { tokenOf } from '../../preload/contract/place.ts'
import type { Roster } from '../../preload/contract/roster.ts'
import type { ProductName } from '../../preload/contract/product.ts'
import { fail, type Result } from '../../preload/contract/result.ts'
import type { Scene } from '../../preload/contract/scene.ts'
import { readsOfScene } from '../../preload/contract/scene-reads.ts'
import {
  erasableKinds,
  mostSaves,
  mostVersions,
  partsOf,
  sharedKey,
  type EraseOutcome,
  type SaveOutcome,
  type SharedDocument,
  type SharedErasure,
  type SharedSave,
  type SharedThing,
  type SharedVersion,
  type WaitingSave,
} from '../../preload/contract/shared.ts'
import { writeShared } from '../../preload/contract/shared-text.ts'
import { styleKey, type Style } from '../../preload/contract/style.ts'
import type { DeskState } from '../../preload/contract/state.ts'
import type { Policy } from '../policy/policy.ts'
import type { Scenes } from './scenes.ts'
import type { HeldShared } from './shared.ts'

/** Where it goes: the engine. */
export interface SharedOutlet {
  save(save: SharedSave): Promise<Result<SaveOutcome>>
  /** @returns false: it may be there already */
  withdraw(id: string): Promise<boolean>
  /** for everybody, against the revision that was read */
  erase(erasure: SharedErasure): Promise<Result<EraseOutcome>>
  /** newest first */
  history(key: string): Promise<Result<SharedThing[]>>
}

export interface SharingParts {
  policy: () => Pick<Policy, 'node' | 'organisation' | 'scheme' | 'deskCeiling'>
  scenes: Pick<Scenes, 'own' | 'list' | 'show'>
  shared: HeldShared
  /** null until there is an engine */
  outlet: () => SharedOutlet | null
  newId: () => string
  /** ms since 1970 */
  now: () => number
}

export interface Sharing {
  /** a scene as this node has it for itself, to all, so marked */
  share(scene: string, marking: string, author: Author): Promise<Result<SaveOutcome>>
  /** a formula of this organisation, so named, against the revision that was read */
  formula(
    name: string,
    said: Pick<SharedDocument, 'marking' | 'title' | 'content'>,
    after: number,
    author: Author,
  ): Promise<Result<SaveOutcome>>
  /** this organisation's roster, so named, against the revision that was read */
  roster(
    name: string,
    said: { marking: string; content: Roster },
    after: number,
    author: Author,
  ): Promise<Result<SaveOutcome>>
  /** the scenes that may be chosen here and show a derived figure */
  figureUses(): FigureUse[]
  /** one of this organisation, for everybody, against the revision that was read; its versions stay */
  erase(key: string, after: number): Promise<Result<EraseOutcome>>
  /**
   * An earlier version once more, as the newest.
   * @param after the revision that it is to follow, 0: none; null: what holds here
   */
  restore(key: string, revision: number, after: number | null, author: Author): Promise<Result<SaveOutcome>>
  history(key: string): Promise<Result<SharedVersion[]>>
  /** a rule of what is abnormal, for this organisation's walls; marked as the product that it names */
  saveStyle(style: Style, marking: string, author: Author): Promise<Result<SaveOutcome>>
  /**
   * A version of one that its own room makes, against the revision that was read.
   * @param over ids of saves of it that are in this one; `all`: whoever makes it reads what waits before
   */
  put(
    key: string,
    said: Pick<SharedDocument, 'marking' | 'title' | 'content'>,
    after: number,
    author: Author,
    over: readonly string[] | 'all',
  ): Promise<Result<SaveOutcome>>
  /** what waits is not to be saved any more. @returns false: it may be there already */
  withdraw(id: string): Promise<boolean>
  /** of one that was overtaken: ours once more, over the one that overtook it, or theirs. null: theirs holds */
  settle(id: string, keep: 'ours' | 'theirs', author: Author): Promise<Result<SaveOutcome | null>>
  /** what the desk is told */
  tell(): DeskState['shared']
}

/** By figure, with the series that it names. */
function usesIn(name: string, scene: Scene): FigureUse[] {
  const uses = new Map<ProductName, FigureUse>()
  for (const { product, series } of readsOfScene(scene)) {
    if (domainOf(product) !== derivedDomain) continue
    const use = uses.get(product) ?? { product, scene: name, title: scene.title, series: [] }
    uses.set(product, use)
    if (series !== null && use.series.length < 100) use.series.push(series)
  }
  return [...uses.values()]
}

const noEngine = (about: string): Result<never> => fail('engine.stopped', 'no engine is ready', about)

export function createSharing({ policy, scenes, shared, outlet, newId, now }: SharingParts): Sharing {
  const mayMark = (marking: string): boolean => {
    const { scheme, deskCeiling } = policy()
    const rank = scheme.levels.findIndex(({ id }) => id === marking)
    return rank >= 0 && rank <= deskCeiling
  }
  const isSeen = ({ rank }: { rank: Rank }): boolean => rank <= policy().deskCeiling

  /** Ids of what waits of it. @param person who saved it, null: somebody who is not named; left out: anybody */
  const waiting = (key: string, person?: string | null): string[] =>
    shared.saves
      .filter((each) => each.key === key && each.state !== 'refused')
      .filter(({ document }) => person === undefined || document.saved.person === person)
      .map(({ id }) => id)

  /** of each key what was saved here last, and by whom: it may not have come back yet */
  const lastSaved = new Map<string, { id: string; person: string | null }>()
  /** What its author had before them, who says of no revision that they read it. */
  const ownOf = (key: string, person: string | null): string[] => {
    const own = lastSaved.get(key)
    return [...waiting(key, person), ...(own?.person === person ? [own.id] : [])]
  }

  /**
   * @param read the revision that its author has read; else what is known of it here: they have seen that, or could have
   * @param versionBefore that it follows where nothing holds
   * @param over ids of saves that are in this one; left out: what the same person saved
   */
  const save = async (
    key: string,
    said: Pick<SharedDocument, 'owner' | 'marking' | 'title' | 'content'>,
    { node, person }: Author,
    read: number | null = null,
    versionBefore = 0,
    over: readonly string[] = read === null ? ownOf(key, person) : waiting(key, person),
  ): Promise<Result<SaveOutcome>> => {
    const known = shared.things.get(key)
    if (known && !isSeen(known)) return fail('act.refused', 'one of this name is not for this desk', key)
    if (!mayMark(said.marking)) return fail('act.refused', 'this desk may not mark it so', said.marking)
    const version = (known?.document?.version ?? versionBefore) + 1
    const written = writeShared(key, { ...said, version, saved: { node, person } })
    if (!written.ok) return written
    const after = read ?? Math.max(known?.revision ?? 0, known?.wrong?.revision ?? 0)
    const id = newId()
    lastSaved.set(key, { id, person })
    return (
      outlet()?.save({ id, key, text: written.value, after, over: over.slice(-mostSaves), at: now() }) ??
      noEngine(key)
    )
  }

  /** newest first; those that this desk may not see are among them */
  const everyVersion = async (key: string): Promise<Result<SharedThing[]>> => {
    const known = shared.things.get(key)
    if (known && !isSeen(known)) return { ok: true, value: [] }
    return (await outlet()?.history(key)) ?? noEngine(key)
  }
  const waits = (id: string): WaitingSave | undefined => shared.saves.find((each) => each.id === id)

  return {
    share(name, marking, author) {
      const scene = scenes.own(name)
      if (scene === null)
        return Promise.resolve(fail('scene.unknown', `this node has no scene “${name}” of its own`, name))
      const { title, ...content } = scene
      const { organisation } = policy()
      const key = sharedKey('scene', organisation, scene.scene)
      return save(key, { owner: organisation, marking, title, content: { ...content, title } }, author)
    },
    saveStyle(style, marking, author) {
      const { organisation } = policy()
      const { product, series } = style
      const title = series === undefined ? product : `${product} ${series}`
      const key = styleKey(organisation, product, series)
      return save(key, { owner: organisation, marking, title, content: style }, author)
    },
    formula(name, said, after, author) {
      const { organisation } = policy()
      return save(sharedKey('formula', organisation, name), { owner: organisation, ...said }, author, after)
    },
    roster(name, { marking, content }, after, author) {
      const { organisation } = policy()
      const said = { owner: organisation, marking, title: content.title, content }
      return save(sharedKey('roster', organisation, name), said, author, after)
    },
    figureUses: () =>
      scenes.list
        .filter((each) => isSeen(each) && each.problem === null)
        .flatMap(({ scene: name }) => {
          const { scene, problem } = scenes.show(name, policy().deskCeiling)
          return problem === null ? usesIn(name, scene) : []
        })
        .slice(0, mostUses),
    async erase(key, after) {
      const { owner } = partsOf(key)
      const refused = (why: string): Result<never> => fail('act.refused', why, key)
      if (owner !== tokenOf(policy().organisation)) return refused(`it is of ${owner}`)
      const known = shared.things.get(key)
      // what was never told here may be above this desk
      if (!known || !isSeen(known)) return refused('none of this name is for this desk')
      // against what was read: a later one that can't be read here was seen by nobody here
      return (await outlet()?.erase({ id: newId(), key, after, at: now() })) ?? noEngine(key)
    },
    async restore(key, revision, after, author) {
      const all = await everyVersion(key)
      if (!all.ok) return all
      const found = all.value.filter(isSeen).find((each) => each.revision === revision)
      const document = found?.document
      if (!found || !document)
        return fail('entity.unknown', 'the platform has no such version', `${key} ${revision}`)
      // as high as either: what was lowered since was lowered with what it says now, or said when it was erased
      const last = shared.things.get(key) ?? all.value.reduce((a, b) => (b.revision > a.revision ? b : a))
      if (!isSeen(last)) return fail('act.refused', 'the last of this name is not for this desk', key)
      const marking = policy().scheme.levels[Math.max(last.rank, found.rank)]?.id ?? document.marking
      const versionBefore = Math.max(...all.value.map((each) => each.document?.version ?? 0))
      // nothing that waits is in an earlier version
      return save(key, { ...document, marking }, author, after, versionBefore, [])
    },
    async history(key) {
      const all = await everyVersion(key)
      if (!all.ok) return all
      const seen = all.value.filter(isSeen).slice(0, mostVersions)
      const value = seen.map(({ revision, published, rank, document, wrong }) => ({
        ...{ revision, published, rank },
        version: document?.version ?? null,
        title: document?.title ?? null,
        saved: document?.saved ?? null,
        problem: wrong?.problem ?? null,
      }))
      return { ok: true, value }
    },
    put: (key, said, after, author, over) =>
      save(
        key,
        { owner: policy().organisation, ...said },
        author,
        after,
        0,
        over === 'all' ? waiting(key) : over,
      ),
    withdraw: async (id) => (await outlet()?.withdraw(id)) === true,
    async settle(id, keep, author) {
      const waiting = waits(id)
      if (!waiting) return fail('entity.unknown', 'nothing waits of this', id)
      const kept = keep === 'theirs' ? null : await save(waiting.key, waiting.document, author, null, 0, [])
      if (kept !== null && !kept.ok) return kept
      const gone = await outlet()?.withdraw(id)
      if (kept === null && gone !== true) return fail('act.sent', 'it may be there already', waiting.key)
      return kept ?? { ok: true, value: null }
    },
    tell: () => ({
      access: shared.access,
      wrong: [...shared.things.values()]
        .filter(isSeen)
        .flatMap(({ key, wrong }) => (wrong ? [{ key, ...wrong }] : [])),
      saves: shared.saves.map(({ id, key, document, at, state, problem }) => {
        const theirs = shared.things.get(key)
        const { version, title, saved } = document
        const hidden = theirs === undefined || theirs.document === null || !isSeen(theirs)
        return {
          ...{ id, key, title, version, saved, at, state, problem },
          theirs:
            hidden || theirs.document === null
              ? null
              : {
                  title: theirs.document.title,
                  version: theirs.document.version,
                  saved: theirs.document.saved,
                },
        }
      }),
      erasable: [...shared.things.values()].filter(isSeen).flatMap(({ key, revision, document }) => {
        const { kind, owner } = partsOf(key)
        const isListed = kind !== 'formula' && erasableKinds.some((each) => each === kind)
        if (document === null || !isListed || owner !== tokenOf(policy().organisation)) return []
        const { title, version, saved } = document
        return [{ key, revision, owner: document.owner, title, version, saved }]
      }),
    }),
  }
}
