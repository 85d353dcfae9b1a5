/** The kinds of window there are. */
export const roles = ['wall', 'desk', 'provisioning'] as const
export type Role = (typeof roles)[number]

/** Those that show the picture: each has a port to the engine. */
export const pictureRoles = ['wall', 'desk'] as const satisfies readonly Role[]
export type PictureRole = (typeof pictureRoles)[number]
