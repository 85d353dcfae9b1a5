/** What people change in a draft. Each makes another draft, and says whose the section is now. */
import { marked, ownKey, type ReportMarking, type Statement } from '../../preload/contract/report.ts'
import type { Drafted, ReportComment, Section } from '../../preload/contract/reports.ts'
import { highestOf, mostInReport } from '../../preload/contract/report.ts'
import { rankOf } from '../../preload/contract/marking.ts'
import { oneLine } from '../../preload/contract/text.ts'
import { itemsOf, withItems, type Item } from '../../preload/contract/draft-sections.ts'
import { leastMarking, type At } from './parts.ts'

/** Who does it, and when. */
export interface Hand {
  by: { person: string | null; node: string }
  at: number
}
export type Edit = (draft: Drafted, hand: Hand) => Drafted

/** What is typed or pasted is one line of what can be read. */
export const asStatement = (typed: string): string => oneLine(typed, mostInReport.text).trim()

const without = (list: readonly string[], key: string): string[] => list.filter((each) => each !== key)
const withOne = (list: readonly string[], key: string): string[] =>
  list.includes(key) ? [...list] : [...list, key]

function written(draft: Drafted, section: Section, items: readonly Item[], { by, at }: Hand): Drafted {
  return {
    ...draft,
    synthesis: marked(withItems(draft.synthesis, section, items)),
    sections: { ...draft.sections, [section]: { state: 'written', by, at } },
  }
}
/** One that somebody wrote is theirs: drafted again, it stays as it is. */
const change =
  (where: At, to: (item: Item, draft: Drafted) => Item): Edit =>
  (draft, hand) => {
    const items = itemsOf(draft.synthesis, where.section)
    if (!items.some(({ key }) => key === where.key)) return draft
    const changed = items.map((item) => (item.key === where.key ? to(item, draft) : item))
    return {
      ...written(draft, where.section, changed, hand),
      frozen: withOne(draft.frozen, where.key),
    }
  }

/** Nothing stays where nothing is said: an empty text changes nothing. */
export const setText = (where: At, typed: string): Edit => {
  const text = asStatement(typed)
  return text === '' ? (draft) => draft : change(where, (item) => ({ ...item, text }))
}
/** Never below what it comes from. */
export const setMarking = (where: At, level: string): Edit =>
  change(where, (item, { synthesis }) => ({
    ...item,
    marking: highestOf(synthesis.scheme, [
      { level, caveats: item.marking.caveats },
      leastMarking(synthesis, item),
    ]),
  }))
export const setReliability = (where: At, reliability: Statement['reliability']): Edit =>
  change(where, (item) => ({ ...item, reliability }))
export const setConfidence = (where: At, confidence: Statement['confidence']): Edit =>
  change(where, (item) => ({ ...item, confidence }))

/** Taken out, and it does not come back when it is drafted again. */
export const strike =
  (where: At): Edit =>
  (draft, hand) => ({
    ...written(
      draft,
      where.section,
      itemsOf(draft.synthesis, where.section).filter(({ key }) => key !== where.key),
      hand,
    ),
    frozen: without(draft.frozen, where.key),
    struck: withOne(draft.struck, where.key),
  })

export const move =
  (where: At, by: -1 | 1): Edit =>
  (draft, hand) => {
    const items = [...itemsOf(draft.synthesis, where.section)]
    const from = items.findIndex(({ key }) => key === where.key)
    const [one, other] = [items[from], items[from + by]]
    if (one === undefined || other === undefined) return draft
    items[from] = other
    items[from + by] = one
    return written(draft, where.section, items, hand)
  }

/** A statement of somebody's own, which no source says: whoever reads it sees that. */
export const newStatement = (id: string, typed: string, marking: ReportMarking): Statement => ({
  key: ownKey(id),
  text: asStatement(typed),
  ...{ severity: 'Unknown', marking: { ...marking }, sources: [] },
  ...{ reliability: 'F', confidence: 1, change: 'new' },
})
/** @param after the key of the one that it comes behind; null: first */
export const add =
  (section: Section, after: string | null, statement: Statement): Edit =>
  (draft, hand) => {
    const items = [...itemsOf(draft.synthesis, section)]
    items.splice(items.findIndex(({ key }) => key === after) + 1, 0, statement)
    return {
      ...written(draft, section, items, hand),
      frozen: withOne(draft.frozen, statement.key),
    }
  }

export const setLive =
  (key: string, live: boolean): Edit =>
  (draft) => ({ ...draft, frozen: live ? without(draft.frozen, key) : withOne(draft.frozen, key) })

export const review =
  (section: Section, right: boolean): Edit =>
  (draft, { by, at }) => ({
    ...draft,
    sections: { ...draft.sections, [section]: { state: right ? 'reviewed' : 'written', by, at } },
  })

export const setTitle =
  (typed: string): Edit =>
  (draft, { by, at }) => {
    const title = oneLine(typed, 200).trim()
    if (title === '') return draft
    return {
      ...draft,
      synthesis: { ...draft.synthesis, title },
      sections: { ...draft.sections, head: { state: 'written', by, at } },
    }
  }
export const setRecipients =
  (typed: string): Edit =>
  (draft, { by, at }) => ({
    ...draft,
    recipients: [
      ...new Set(
        typed
          .split(/[;\n]/)
          .map((each) => oneLine(each, 200).trim())
          .filter((each) => each !== ''),
      ),
    ].slice(0, 60),
    sections: { ...draft.sections, head: { state: 'written', by, at } },
  })

export const comment =
  (id: string, of: { section: Section; statement: string | null }, typed: string): Edit =>
  (draft, { by, at }) => {
    const text = asStatement(typed)
    if (text === '') return draft
    const made: ReportComment = { id, ...of, by, at, text, resolved: null }
    return { ...draft, comments: [...draft.comments, made].slice(-200) }
  }
export const resolve =
  (id: string, done: boolean): Edit =>
  (draft, { by, at }) => ({
    ...draft,
    comments: draft.comments.map((each) =>
      each.id === id ? { ...each, resolved: done ? { by, at } : null } : each,
    ),
  })

/** What may be said of it: levels not below what it comes from. */
export const levelsFor = (draft: Drafted, item: Item): { id: string; short: string; may: boolean }[] => {
  const { scheme } = draft.synthesis
  const least = rankOf(scheme, leastMarking(draft.synthesis, item).level)
  return scheme.levels.map(({ id, short }, rank) => ({ id, short, may: rank >= least }))
}
