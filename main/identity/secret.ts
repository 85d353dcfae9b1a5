import { inspect } from 'node:util'

/**
 * What must not leave main but by `reveal` or `copy`: it can't be assigned to a text, and printed, serialised or copied
 * to another process it is nothing. It lies in bytes, which can be cleared, and not in the pool that small buffers share.
 */
export class Secret {
  readonly #bytes: Uint8Array<ArrayBuffer>
  /** @param secret bytes become the secret's own, and are cleared with it: whoever hands them over forgets them */
  constructor(secret: string | Uint8Array<ArrayBuffer>) {
    this.#bytes = typeof secret === 'string' ? new TextEncoder().encode(secret) : secret
  }
  /** A text stays in memory until the memory is used again: only for what takes nothing else. */
  reveal(): string {
    return new TextDecoder('utf-8', { ignoreBOM: true }).decode(this.#bytes)
  }
  /** To hand over; whoever gets it clears it. */
  copy(): Uint8Array<ArrayBuffer> {
    return this.#bytes.slice()
  }
  /** It is empty afterwards. */
  erase(): void {
    this.#bytes.fill(0)
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
