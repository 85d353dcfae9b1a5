import { inspect } from 'node:util'

/**
 * A text that must not leave main but by `reveal`: it can't be assigned to a text, and printed, serialised or copied
 * to another process it is nothing.
 */
export class Secret {
  readonly #text: string
  constructor(text: string) {
    this.#text = text
  }
  reveal(): string {
    return this.#text
  }
  toString(): string {
    return '[secret]'
  }
  toJSON(): string {
    return '[secret]'
  }
  [inspect.custom](): string {
    return '[secret]'
  }
}
