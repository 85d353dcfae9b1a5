/**
 * What led from one draft to another, done to a third, section by section: how a step is taken back after others wrote
 * elsewhere, and how what is written while a save is on its way stays.
 */
import {
  createCiting,
  domainOfSection,
  itemsOf,
  nameOfSource,
  sectionsOf,
  withItems,
} from '../../preload/contract/draft-sections.ts'
import { marked, type Synthesis } from '../../preload/contract/report.ts'
import type { Drafted, Section } from '../../preload/contract/reports.ts'

const isSame = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other)

/** What a section says, without what it is numbered. */
const contentOf = (draft: Drafted, section: Section): unknown => {
  const { synthesis } = draft
  if (section === 'head') return [synthesis.title, draft.recipients]
  return itemsOf(synthesis, section).map((item) => ({
    ...item,
    sources: item.sources.map((each) => {
      const source = synthesis.sources[each - 1]
      return source === undefined ? '' : nameOfSource(source)
    }),
  }))
}
/** The section as `from` has it, citing the sources of `onto`, which get what they lack. */
function withSection(onto: Drafted, from: Drafted, section: Section): Drafted {
  if (section === 'head')
    return {
      ...onto,
      recipients: from.recipients,
      synthesis: { ...onto.synthesis, title: from.synthesis.title },
    }
  const citing = createCiting(onto.synthesis.sources)
  const items = itemsOf(from.synthesis, section).map((item) => citing.cite(item, from.synthesis.sources))
  const domain = domainOfSection(section)
  const there = domain === null || onto.synthesis.domains.some((each) => each.domain === domain)
  const own = from.synthesis.domains.find((each) => each.domain === domain)
  const whole: Synthesis =
    there || own === undefined
      ? onto.synthesis
      : { ...onto.synthesis, domains: [...onto.synthesis.domains, own] }
  return { ...onto, synthesis: marked({ ...withItems(whole, section, items), sources: citing.sources() }) }
}

/** One section as somebody else has it, with what they say of it. */
export const takeSection = (onto: Drafted, theirs: Drafted, section: Section): Drafted => {
  const taken = withSection(onto, theirs, section)
  const state = theirs.sections[section]
  return state === undefined ? taken : { ...taken, sections: { ...taken.sections, [section]: state } }
}

const listCarried = (from: readonly string[], to: readonly string[], onto: readonly string[]): string[] => [
  ...onto.filter((each) => to.includes(each) || !from.includes(each)),
  ...to.filter((each) => !from.includes(each) && !onto.includes(each)),
]

export function carry(from: Drafted, to: Drafted, onto: Drafted): Drafted {
  if (onto === from) return to
  const sections = [...new Set([...sectionsOf(from.synthesis), ...sectionsOf(to.synthesis)])]
  let made = onto
  for (const section of sections)
    if (!isSame(contentOf(from, section), contentOf(to, section))) made = withSection(made, to, section)
  const states = new Map(Object.entries(made.sections))
  for (const section of sections) {
    const state = to.sections[section]
    if (isSame(from.sections[section], state)) continue
    if (state === undefined) states.delete(section)
    else states.set(section, state)
  }
  const before = new Map(from.comments.map((each) => [each.id, each]))
  const after = new Map(to.comments.map((each) => [each.id, each]))
  const comments = made.comments.flatMap((each) => {
    const [was, is] = [before.get(each.id), after.get(each.id)]
    if (was !== undefined && is === undefined) return []
    return is === undefined || isSame(was, is) ? [each] : [is]
  })
  const there = new Set(comments.map(({ id }) => id))
  const more = to.comments.filter(({ id }) => !before.has(id) && !there.has(id))
  return {
    ...made,
    sections: Object.fromEntries(states),
    frozen: listCarried(from.frozen, to.frozen, made.frozen),
    struck: listCarried(from.struck, to.struck, made.struck),
    comments: [...comments, ...more],
  }
}
