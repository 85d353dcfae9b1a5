/** What a letter opens in this part; they are on its buttons, too. */
export const letters = { e: 'enrol', d: 'create', i: 'import', t: 'try' } as const
export type Opens = (typeof letters)[keyof typeof letters]

type Pressed = Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'altKey' | 'metaKey' | 'repeat' | 'isComposing'>

/** @returns null: this key opens nothing here */
export function opensBy({ key, ctrlKey, altKey, metaKey, repeat, isComposing }: Pressed): Opens | null {
  if (ctrlKey || altKey || metaKey || repeat || isComposing) return null
  const letter = key.toLowerCase()
  return letter in letters ? letters[letter as keyof typeof letters] : null
}
