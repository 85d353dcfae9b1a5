/** Chance that can be had again: the same seed and the same question give the same answer, in any order. */
export type Chance = {
  /** uniform in [0, 1), for a question made of words and numbers */
  of(...question: (string | number)[]): number
  between(low: number, high: number, ...question: (string | number)[]): number
  pick<T>(from: readonly T[], ...question: (string | number)[]): T
}

// FNV-1a over the question, then murmur3's finaliser: similar questions must not have similar answers.
const hash = (text: string, seed: number): number => {
  let h = (2166136261 ^ seed) >>> 0
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 16777619)
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return (h ^ (h >>> 16)) >>> 0
}

export const createChance = (seed: number): Chance => {
  const of = (...question: (string | number)[]) => hash(question.join('|'), seed) / 2 ** 32
  return {
    of,
    between: (low, high, ...question) => low + (high - low) * of(...question),
    pick<T>(from: readonly T[], ...question: (string | number)[]): T {
      const at = from[Math.floor(of(...question) * from.length)]
      if (at === undefined) throw new Error('nothing to pick from')
      return at
    },
  }
}

/** The same order for the same seed: a shuffle by each one's own number. */
export const shuffled = <T>(list: readonly T[], chance: Chance, name: string): T[] =>
  list
    .map((item, index) => ({ item, key: chance.of(name, index), index }))
    .sort((a, b) => a.key - b.key || a.index - b.index)
    .map(({ item }) => item)
