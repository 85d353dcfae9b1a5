/** A text that is never shown: what prints, compares or serialises it by mistake finds nothing. */
export class Secret {
  readonly #text: string
  constructor(text: string) {
    this.#text = text
  }
  /** for the one place that needs it */
  reveal(): string {
    return this.#text
  }
}
