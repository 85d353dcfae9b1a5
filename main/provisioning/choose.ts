/** Whoever asks people for a file: dialogs of main's, where a page never sees a path that nobody chose. */
export interface Choose {
  /** @param kinds how names of such files end. @returns null: none was chosen */
  file(kinds: readonly string[]): Promise<string | null>
  /** @returns a file that is to be written; null: none was named */
  place(name: string): Promise<string | null>
  /** @returns whether a person said so, in a window that no page draws */
  confirm(asked: Confirmation): Promise<boolean>
}

/** In the person's language. */
export interface Confirmation {
  words: string
  yes: string
  no: string
}
