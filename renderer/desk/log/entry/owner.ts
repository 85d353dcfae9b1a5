/** Whose a task is, from what somebody begins to type: a function of the room, somebody who sits here, or whoever is named. */
import type { Owner } from '../../../../preload/contract/event.ts'
import type { Sitting } from '../../../../preload/contract/person.ts'
import { folded } from '../../../../preload/contract/text.ts'
import type { Words } from '../../../../preload/contract/words.ts'

type Known = Pick<Sitting, 'functions' | 'list' | 'elsewhere' | 'person'>

const all = (words: Words): string[] => (typeof words === 'string' ? [words] : Object.values(words))

/** @returns null: nobody */
export function ownerOf(typed: string, known: Known, inWords: (words: Words) => string): Owner | null {
  const said = typed.trim()
  const wanted = folded(said)
  if (wanted === '') return null
  const functions = known.functions.map(({ id, name }) => ({
    owner: { function: id, name: inWords(name) },
    called: [id, ...all(name)].map(folded),
  }))
  const persons = [
    ...new Set([
      ...known.list,
      ...known.elsewhere.map(({ person }) => person),
      ...(known.person === null ? [] : [known.person]),
    ]),
  ].map((name) => ({
    owner: { function: null, name },
    // `Rivière` is A. Rivière
    called: [folded(name), ...folded(name).split(/\s+/)],
  }))
  const candidates = [...functions, ...persons]
  const exact = candidates.find(({ called }) => called.includes(wanted))
  const begun = candidates.filter(({ called }) => called.some((each) => each.startsWith(wanted)))
  // one of two is nobody's guess
  return (exact ?? (begun.length === 1 ? begun[0] : undefined))?.owner ?? { function: null, name: said }
}
