/** The parts of this window, in the order in which a node is set up; their keys are their numbers. */
export const tabs = ['identities', 'policy', 'trust', 'health', 'trail'] as const
export type Tab = (typeof tabs)[number]

/** Where this window was when it was opened anew: its address ends so. */
export const tabIn = (hash: string): Tab => tabs.find((tab) => hash === `#${tab}`) ?? 'identities'

/** @returns the part that this key opens (Ctrl and its number); null: none */
export const tabFor = ({
  key,
  ctrlKey,
  altKey,
  metaKey,
}: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'altKey' | 'metaKey'>): Tab | null =>
  ctrlKey && !altKey && !metaKey && /^[1-9]$/.test(key) ? (tabs[Number(key) - 1] ?? null) : null
