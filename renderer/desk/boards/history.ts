/** What was done, and takes itself back: whole pictures of what is written, as they are small and never changed in place. */
export interface Past<T> {
  now: T
  before: readonly { was: T; run: string | null }[]
  after: readonly T[]
}

const most = 200

export const begunWith = <T>(now: T): Past<T> => ({ now, before: [], after: [] })

/** @param run steps in a row of the same run are one: what is typed in a field, an element that is moved cell by cell */
export function did<T>(past: Past<T>, now: T, run: string | null = null): Past<T> {
  if (now === past.now) return past
  const last = past.before.at(-1)
  const goesOn = run !== null && last?.run === run && past.after.length === 0
  return {
    now,
    before: goesOn ? past.before : [...past.before.slice(1 - most), { was: past.now, run }],
    after: [],
  }
}

/** The run is over: what comes next is another step. */
export const settled = <T>(past: Past<T>): Past<T> => {
  const last = past.before.at(-1)
  return last === undefined || last.run === null
    ? past
    : { ...past, before: [...past.before.slice(0, -1), { ...last, run: null }] }
}

export function undone<T>(past: Past<T>): Past<T> {
  const last = past.before.at(-1)
  if (last === undefined) return past
  return { now: last.was, before: past.before.slice(0, -1), after: [...past.after, past.now] }
}

export function redone<T>(past: Past<T>): Past<T> {
  const next = past.after.at(-1)
  if (next === undefined) return past
  return { now: next, before: [...past.before, { was: past.now, run: null }], after: past.after.slice(0, -1) }
}
