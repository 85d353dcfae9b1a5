/** What a letter opens in this part; they are on its buttons, too. */
export const letters = { E: 'enrol', D: 'create', I: 'import', T: 'try' } as const
export type Opens = (typeof letters)[keyof typeof letters]

/** @param bare the character that was pressed; null: none was, or somebody types. @returns null: it opens nothing here */
export const opensBy = (bare: string | null): Opens | null =>
  bare !== null && Object.hasOwn(letters, bare) ? letters[bare as keyof typeof letters] : null
