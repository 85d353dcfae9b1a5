/**
 * Lines of the log that somebody enters here: main says who they are and when, holds the marking against what this desk may
 * show, and hands them to the engine, which keeps them. What was begun and is not entered stays in this memory alone.
 */
import type { Author } from '../../preload/contract/author.ts'
import {
  lineEntity,
  organisationOf,
  type As,
  type LineDraft,
  type LineInput,
  type LogTold,
  type OutgoingLine,
} from '../../preload/contract/line.ts'
import { rankOf } from '../../preload/contract/marking.ts'
import type { Moment } from '../../preload/contract/moment.ts'
import { tokenOf, type Place } from '../../preload/contract/place.ts'
import { fail, ok, type Result } from '../../preload/contract/result.ts'
import type { DeskState } from '../../preload/contract/state.ts'
import { oneLine, printable } from '../../preload/contract/text.ts'
import type { Policy } from '../policy/policy.ts'

/** Where they go: the engine. */
export interface LinesOutlet {
  /** @returns once it is kept */
  enter(line: OutgoingLine): Promise<Result<null>>
  /** @returns false: it may be there already */
  withdraw(id: string): Promise<boolean>
}

export interface LinesParts {
  place: Place
  policy: () => Pick<Policy, 'scheme' | 'deskCeiling' | 'log'>
  /** null until there is an engine */
  outlet: () => LinesOutlet | null
  /** whether whoever sits here may enter lines, by person and function */
  may: (author: Author) => Result<undefined>
  /** the moment that the picture is of */
  moment: () => Moment
  newId: () => string
  /** ms since 1970 */
  now: () => number
  /** what the desk is told is another */
  changed: (log: DeskState['log']) => void
}

export interface Lines {
  /** @returns its entity, once it is kept */
  enter(input: LineInput, author: Author): Promise<Result<{ entity: string }>>
  has(id: string): boolean
  withdraw(id: string): Promise<Result<undefined>>
  keepDraft(draft: LineDraft | null): void
  told(told: LogTold): void
  tell(): DeskState['log']
}

type Said = OutgoingLine['note']
const iso = (time: number): string => new Date(time).toISOString()
const readable = (text: string): string => printable(text, text.length).trim()

/** What a line is besides its text, as the note says it. @param known the picture that a decision rests on */
function saidOf(as: As, known: Moment): Pick<Said, 'category' | 'due'> & { own: Partial<Said['line']> } {
  switch (as.kind) {
    case 'line':
      return { category: 'log', own: {} }
    case 'outcome':
      return { category: 'log', own: { outcome: { of: as.of, is: as.is } } }
    case 'task': {
      const { owner, due } = as
      const own = { owner: { ...owner, name: oneLine(owner.name, 200).trim() } }
      return { category: 'task', due: iso(due), own }
    }
    case 'decision': {
      const { rationale, due } = as
      const rejected = as.rejected.map((each) => oneLine(each, 500).trim()).filter((each) => each !== '')
      const own = { rationale: readable(rationale), rejected, moment: known }
      return { category: 'decision', ...(due !== null && { due: iso(due) }), own }
    }
  }
}

export function createLines(parts: LinesParts): Lines {
  const { place, policy, outlet, newId, now, changed } = parts
  let log: LogTold = { product: policy().log, access: 'unknown', marking: null, waiting: [] }
  let draft: LineDraft | null = null
  /** what no engine has answered for: said again, it is the same line */
  let unanswered: { said: string; line: OutgoingLine } | null = null

  const isAbove = (): boolean => {
    const { scheme, deskCeiling } = policy()
    return log.marking !== null && rankOf(scheme, log.marking) > deskCeiling
  }
  const markings = (): string[] => {
    const { scheme, deskCeiling } = policy()
    const most = log.marking === null ? -1 : Math.min(deskCeiling, rankOf(scheme, log.marking))
    return scheme.levels.slice(0, most + 1).map(({ id }) => id)
  }
  const tell = (): DeskState['log'] => {
    const { scheme, deskCeiling } = policy()
    // nobody enters what they can't read afterwards, and what is marked above a desk is not there for it
    if (isAbove()) return { ...log, access: 'absent', marking: null, waiting: [], markings: [], draft }
    // a policy may have lowered this desk since
    const waiting = log.waiting.filter(({ marking }) => rankOf(scheme, marking) <= deskCeiling)
    return { ...log, waiting, markings: markings(), draft }
  }
  /** What was known when it happened: entered afterwards, it rests on nothing that came later. */
  const knownAt = (event: number, at: number): Moment => {
    const shown = parts.moment()
    return 'live' in shown ? { at: Math.min(event, at), pace: 0, as: 'known-then' } : shown
  }
  const lineOf = (input: LineInput, by: Author): OutgoingLine => {
    const { text, event, from, to, domain, severity, marking, refs, corrects, as } = input
    const id = newId()
    const at = now()
    const { own, ...kind } = saidOf(as, knownAt(event, at))
    return {
      ...{ id, entity: lineEntity(place, id), marking, event, at },
      note: {
        ...{ text: readable(text), ...kind, severity },
        refs: [...new Set(refs)],
        line: {
          ...{ from: oneLine(from, 200).trim(), to: oneLine(to, 200).trim(), domain, corrects, by },
          ...{ entered: iso(at), ...own },
        },
      },
    }
  }
  const isOurs = (entity: string): boolean => organisationOf(entity) === tokenOf(place.organisation)
  /** Words that nobody can see are none. */
  const saysNothing = ({ note: { text, category, line } }: OutgoingLine): boolean =>
    text === '' ||
    (category === 'decision' && line.rationale === '') ||
    (category === 'task' && line.owner?.name === '')

  return {
    async enter(input, author) {
      const may = parts.may(author)
      if (!may.ok) return may
      if (log.access === 'absent' || isAbove())
        return fail('line.absent', 'the platform has no such log', log.product)
      if (log.access === 'refused') return fail('act.refused', 'this node may not write the log', log.product)
      if (log.marking === null)
        return fail('line.absent', 'nobody has said how this log is marked', log.product)
      if (!markings().includes(input.marking))
        return fail('line.above', 'a line here may not be marked so', input.marking)
      const about = input.as.kind === 'outcome' ? input.as.of : null
      const theirs = [input.corrects, about].find((entity) => entity !== null && !isOurs(entity))
      if (theirs) return fail('line.not-ours', 'it is in the log of others', theirs)
      const said = JSON.stringify([input, author])
      const line = unanswered?.said === said ? unanswered.line : lineOf(input, author)
      if (saysNothing(line)) return fail('line.invalid', 'nothing of its text can be read', log.product)
      const kept = await (outlet()?.enter(line) ??
        Promise.resolve(fail<null>('engine.stopped', 'no engine is ready', log.product)))
      unanswered = !kept.ok && kept.error.code === 'engine.stopped' ? { said, line } : null
      if (!kept.ok) return kept
      draft = null
      changed(tell())
      return ok({ entity: line.entity })
    },
    has: (id) => log.waiting.some((each) => each.id === id),
    async withdraw(id) {
      const gone = await outlet()?.withdraw(id)
      return gone === true ? ok(undefined) : fail('line.sent', 'it may be there already', id)
    },
    keepDraft(kept) {
      draft = kept
      changed(tell())
    },
    told(told) {
      log = told
      changed(tell())
    },
    tell,
  }
}
