/** The kinds of window there are. */
export const roles = ['wall', 'desk'] as const
export type Role = (typeof roles)[number]
