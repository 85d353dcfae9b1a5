/** Limits on any JSON that comes from outside, before a schema looks at it. */
const deepest = 32
const mostNodes = 200_000

/**
 * `__proto__` and its kin are rejected and not dropped: nobody writes them by accident.
 * @returns what is wrong, or null
 */
export function outOfBounds(value: unknown): string | null {
  const budget = { nodes: mostNodes }
  return typeof value === 'object' && value !== null ? walk(value, 1, budget) : null
}

function walk(value: object, depth: number, budget: { nodes: number }): string | null {
  if (depth > deepest) return `nested deeper than ${deepest}`
  if (Array.isArray(value)) {
    budget.nodes -= value.length
    if (budget.nodes < 0) return `more than ${mostNodes} values`
    for (let i = 0; i < value.length; i++) {
      const item: unknown = value[i]
      if (typeof item === 'object' && item !== null) {
        const wrong = walk(item, depth + 1, budget)
        if (wrong !== null) return wrong
      }
    }
    return null
  }
  for (const key in value) {
    if (key === '__proto__' || key === 'constructor' || key === 'prototype') return `a key named ${key}`
    if (--budget.nodes < 0) return `more than ${mostNodes} values`
    const item = (value as { [key: string]: unknown })[key]
    if (typeof item === 'object' && item !== null) {
      const wrong = walk(item, depth + 1, budget)
      if (wrong !== null) return wrong
    }
  }
  return null
}
