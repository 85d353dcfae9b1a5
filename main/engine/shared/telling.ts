/** What has changed is told together, a piece at a time: others have something to say in between. */
import type { SharedAccess, SharedThing, SharedTold } from '../../../preload/contract/shared.ts'

const soon = 30
const mostOfOne = 100
/** Bytes as JSON; one thing is told in any case. */
const mostBytes = 1024 * 1024

export interface Telling {
  changed(key: string): void
  /** nothing but what is told with it */
  soon(): void
  dispose(): void
}

export interface TellingOptions {
  /** null: there is nothing that may be told of it */
  thing: (key: string) => SharedThing | null
  access: () => SharedAccess
  told: (told: SharedTold) => void
}

export function createTelling({ thing, access, told }: TellingOptions): Telling {
  const due = new Set<string>()
  let anew = true
  let timer: NodeJS.Timeout | null = null
  let disposed = false

  const tell = (): void => {
    timer = null
    const things: SharedThing[] = []
    const gone: string[] = []
    let bytes = 0
    for (const key of due) {
      if (things.length + gone.length >= mostOfOne || bytes >= mostBytes) break
      due.delete(key)
      const one = thing(key)
      if (one === null) gone.push(key)
      else {
        things.push(one)
        bytes += JSON.stringify(one).length
      }
    }
    told({ anew, access: access(), things, gone })
    anew = false
    if (due.size > 0) next(0)
  }
  const next = (after: number): void => {
    if (!disposed) timer ??= setTimeout(tell, after)
  }
  next(0)
  return {
    changed(key) {
      due.add(key)
      next(soon)
    },
    soon: () => next(soon),
    dispose() {
      disposed = true
      if (timer !== null) clearTimeout(timer)
    },
  }
}
