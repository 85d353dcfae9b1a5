/** What a composition has opened so far; it is closed in the opposite order, and all of it, whatever one says. */
export interface Parts {
  add<T extends { dispose(): void | Promise<void> }>(part: T): T
  dispose(): Promise<void>
}

export function gatherParts(failed: (error: unknown) => void): Parts {
  type Part = { dispose(): void | Promise<void> }
  const parts: Part[] = []
  let disposed = false
  const close = async (part: Part) => {
    try {
      await part.dispose()
    } catch (error) {
      failed(error)
    }
  }
  return {
    add(part) {
      // what opens while all is being closed must not outlive it
      if (disposed) void close(part)
      else parts.push(part)
      return part
    },
    async dispose() {
      disposed = true
      for (const part of parts.splice(0).reverse()) await close(part)
    },
  }
}
