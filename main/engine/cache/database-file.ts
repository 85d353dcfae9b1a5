import { join } from 'node:path'

/** For who only has to know where it is: the database's library is for its own process. */
export const databaseFile = (profile: string): string => join(profile, 'cache.db')
