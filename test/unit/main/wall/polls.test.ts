import { describe, expect, it } from 'vitest'
import { readAct, type ActInput } from '../../../../preload/contract/act.ts'
import type { Author } from '../../../../preload/contract/author.ts'
import { currentOf, standingOf, waitedFor } from '../../../../preload/contract/poll.ts'
import { admit } from '../../../../main/wall/admission.ts'
import { reduce } from '../../../../main/wall/acts.ts'
import { authorOf } from '../../../../main/wall/author.ts'
import { tellPolls } from '../../../../main/wall/poll-acts.ts'
import { mayDo } from '../../../../main/wall/requirements.ts'
import type { State } from '../../../../main/wall/state.ts'
import { wallStateOf } from '../../../doubles/wall-state.ts'

const at = 1_700_000_000_000
const seat = { person: 'A. Durand', node: 'poste-07' }
const author: Author = { ...seat, function: 'qualite', automation: null }
const held = { holder: seat, at, offered: null, declined: null, takenFrom: null }
const policy = {
  persons: { list: [], free: true },
  functions: ['qualite', 'meteo', 'energie'].map((id) => ({ id, name: { fr: id, en: id }, may: [] })),
  fourEyes: [],
  breakGlass: false,
}
const first = wallStateOf({ person: seat.person, functions: new Map([['qualite', held]]) })
const did = (state: State, input: ActInput, by = author, when = at): State =>
  reduce(state, { input, author: by, at: when })
const ask = (poll = 'q-1', kind: 'go' | 'present' = 'go'): ActInput => ({
  ...{ act: 'ask-poll', poll, title: `Avant ${poll}`, functions: ['qualite', 'meteo'], kind },
})
const answer = (of: string, said: 'go' | 'no-go' | 'present' | null, poll = 'q-1'): ActInput => ({
  ...{ act: 'answer-poll', poll, function: of, answer: said, reason: '' },
})
const told = (state: State) => tellPolls(state, { ...policy, deskCeiling: 1 })
const answersIn = (state: State) => told(state)[0]?.functions.map(({ answered }) => answered?.answer ?? null)

describe('a readiness poll', () => {
  it('is answered by who holds the function, and by nobody else', () => {
    const asked = did(first, ask())
    expect(answersIn(did(asked, answer('qualite', 'go')))).toEqual(['go', null])
    expect(answersIn(did(asked, answer('meteo', 'go')))).toEqual([null, null])
    expect(answersIn(did(asked, answer('qualite', 'go'), { ...author, person: null }))).toEqual([null, null])
    const byItself = { ...author, automation: 'delivery' }
    expect(answersIn(did(asked, answer('qualite', 'go'), byItself))).toEqual([null, null])
  })

  it('asks at this node for the function, too', () => {
    const may = (input: ActInput, state: State = first) =>
      mayDo(input, state, policy, authorOf(state, policy, 'poste-07', input))
    expect(may(answer('qualite', 'go'))).toMatchObject({ ok: true })
    expect(may(answer('meteo', 'go'))).toMatchObject({ error: { code: 'function.unknown' } })
    expect(may(answer('qualite', 'go'), { ...first, person: null })).toMatchObject({
      error: { code: 'person.wanted' },
    })
  })

  it('of several functions that somebody holds is answered in the one that is asked', () => {
    const both = { ...first, functions: new Map([...first.functions, ['meteo', held] as const]) }
    expect(authorOf(both, policy, 'poste-07', answer('meteo', 'go')).function).toBe('meteo')
    expect(authorOf(both, policy, 'poste-07', answer('qualite', 'go')).function).toBe('qualite')
  })

  it('takes no answer of another kind, of a function that was not asked, or once it is closed', () => {
    const asked = did(first, ask())
    const tried = (state: State, input: ActInput) =>
      admit(state, input, () => ({ told: { lines: [], left: 0 } }))
    expect(tried(asked, answer('qualite', 'no-go'))).toMatchObject({ ok: true })
    expect(tried(asked, answer('qualite', 'present'))).toMatchObject({ error: { code: 'poll.unknown' } })
    expect(tried(asked, answer('energie', 'go'))).toMatchObject({ error: { code: 'poll.unknown' } })
    expect(tried(asked, answer('qualite', 'go', 'q-2'))).toMatchObject({ error: { code: 'poll.unknown' } })
    const closed = did(asked, { act: 'close-poll', poll: 'q-1', closed: true })
    expect(tried(closed, answer('qualite', 'go'))).toMatchObject({ error: { code: 'poll.closed' } })
    expect(answersIn(did(asked, answer('qualite', 'present')))).toEqual([null, null])
  })

  it('once asked is never asked otherwise, and of many the first go first', () => {
    const asked = did(first, ask())
    expect(did(asked, { ...ask(), title: 'Autre chose' } as ActInput)).toEqual(asked)
    let many = first
    for (let n = 1; n <= 30; n++) many = did(many, ask(`q-${n}`), author, at + n)
    expect(told(many).map(({ id }) => id)).toEqual(Array.from({ length: 20 }, (_, n) => `q-${n + 11}`))
  })

  it('says what was prepared in two languages in both, on one line each', () => {
    const title = { fr: 'Avant\nreprise', en: 'Before\u202e resuming' }
    const reason = { fr: 'même lot', en: 'same lot' }
    const asked = did(first, { ...ask(), title } as ActInput)
    const state = did(asked, { ...answer('qualite', 'no-go'), reason } as ActInput)
    expect(told(state)[0]).toMatchObject({ title: { fr: 'Avant reprise', en: 'Before resuming' } })
    expect(told(state)[0]?.functions[0]?.answered?.reason).toEqual(reason)
    const wrong = [
      { fr: 'Avant' },
      { ...title, de: 'Vor' },
      { fr: 'Avant', en: '' },
      { fr: 'A', en: 'x'.repeat(101) },
    ]
    const input = (given: unknown) => {
      const { act, ...rest } = { ...ask(), title: given }
      return readAct(act, rest)
    }
    for (const each of wrong) expect(input(each), JSON.stringify(each)).toBeNull()
    expect(input(title)).not.toBeNull()
    const closed = did(state, { act: 'close-poll', poll: 'q-1', closed: true })
    expect(
      admit({ ...closed, language: 'en' }, answer('qualite', 'go'), () => ({ told: { lines: [], left: 0 } })),
    ).toMatchObject({ error: { subject: 'Before resuming' } })
  })

  it('of a node that asks for ever takes none of another away, whatever its clock says', () => {
    let state = did(first, ask('ours'), author, 0)
    const other = { ...author, node: 'poste-99' }
    for (let n = 1; n <= 60; n++) state = did(state, ask(`q-${n}`), other, at * 2)
    expect(told(state).map(({ id }) => id)).toContain('ours')
    state = did(state, ask('ours-2'), author, 5)
    expect(currentOf(told(state))?.id).toBe('ours-2')
  })

  it('once closed is answered in vain: it is shown, and does not count, on a node that hears of all at once too', () => {
    const close = (closed: boolean): ActInput => ({ act: 'close-poll', poll: 'q-1', closed })
    const standing = (state: State) => standingOf(told(state)[0]!)
    let state = did(did(did(first, ask()), answer('qualite', 'no-go')), close(true))
    expect(standing(state).no.map(({ id }) => id)).toEqual(['qualite'])
    state = did(state, answer('qualite', 'go'))
    expect(standing(state).yes).toEqual([])
    expect(standing(state).silent.map(({ id }) => id)).toEqual(['qualite', 'meteo'])
    // opened and closed again: it is in time
    expect(standing(did(did(state, close(false)), close(true))).yes.map(({ id }) => id)).toEqual(['qualite'])
  })

  it('stands with who said no first, then who is silent; it waits by the moment until it is closed', () => {
    let state = did(first, ask(), author, at)
    state = did(state, answer('qualite', 'no-go'), author, at + 1000)
    const [poll] = told(state)
    const standing = standingOf(poll!)
    expect(standing.no.map(({ id }) => id)).toEqual(['qualite'])
    expect(standing.silent.map(({ id }) => id)).toEqual(['meteo'])
    expect(waitedFor(poll!, at + 60_000)).toBe(60_000)
    expect(waitedFor(poll!, at - 5)).toBe(0)
    const [closed] = told(did(state, { act: 'close-poll', poll: 'q-1', closed: true }, author, at + 9000))
    expect(waitedFor(closed!, at + 60_000)).toBe(9000)
  })

  it('that people look at is the last that is open', () => {
    let state = did(did(first, ask('q-1'), author, at), ask('q-2'), author, at + 1)
    expect(currentOf(told(state))?.id).toBe('q-2')
    state = did(state, { act: 'close-poll', poll: 'q-2', closed: true })
    expect(currentOf(told(state))?.id).toBe('q-1')
    expect(currentOf([])).toBeNull()
  })
})
