/** What was typed into a field, which is empty afterwards. @returns null: it was to be typed twice, and was not the same */
export type TakeSecret = () => string | null
export const nothingTyped: TakeSecret = () => null
