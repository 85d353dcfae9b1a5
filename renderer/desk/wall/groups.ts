import type { DeskState, Screen } from '../../../preload/contract/state.ts'

/** The screens of one node of the wall. */
export interface Group {
  /** null: this node's own */
  node: string | null
  /** whether it says that it is there; this node always is */
  heard: boolean
  /** when it last said so, ms since 1970; null: it is this one */
  at: number | null
  screens: Screen[]
}

/** This node's own first, then the others by name: each keeps its place whoever comes and goes. */
export function groupsOf({ screens, nodes }: Pick<DeskState, 'screens' | 'nodes'>): Group[] {
  const told = new Map(nodes.map(({ node, at, heard }) => [node, { at, heard }]))
  const names = new Set([...told.keys(), ...screens.flatMap(({ node }) => node ?? [])])
  const others = [...names].sort((a, b) => a.localeCompare(b, 'fr', { numeric: true }))
  const of = (node: string | null): Screen[] =>
    screens.filter((screen) => screen.node === node).sort((a, b) => a.screen - b.screen)
  const groups = [
    { node: null, heard: true, at: null, screens: of(null) },
    ...others.map((node) => ({ node, ...(told.get(node) ?? { heard: false, at: null }), screens: of(node) })),
  ]
  return groups.length === 1 && groups[0]?.screens.length === 0 ? [] : groups
}

/** Two nodes may claim one number: a number chooses the first screen that has it, this node's own before another's. */
export const isFirst = (screen: Screen, screens: readonly Screen[]): boolean => {
  const same = screens.filter((each) => each.screen === screen.screen)
  return (same.find(({ node }) => node === null) ?? same[0]) === screen
}
