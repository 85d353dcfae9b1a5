/** The window's end of the worker in which a document is decoded: it answers in time, or it is ended. */
import { fail, ok, type Result } from '../../preload/contract/result.ts'
import workerUrl from './worker.ts?worker&url'
import { kindOf, mostPixels, textOf, type ImageType } from './kind.ts'

export interface Drawn {
  page: number
  pages: number
}
export type ToWorker =
  | { ask: 'open'; type: ImageType | null; bytes: Uint8Array<ArrayBuffer> }
  | { ask: 'page'; id: number; page: number; width: number; height: number }

export type Reader =
  | { kind: 'text'; text: string; cut: boolean; dispose(): void }
  | {
      kind: 'drawn'
      /** as large as fits; asked again before it has answered, only the last is */
      draw(page: number, width: number, height: number): Promise<Result<Drawn & { bitmap: ImageBitmap }>>
      dispose(): void
    }

/** ms for a page, the first one with all that has to be read before it; a wall of the floor's kind takes a second */
const patience = 15_000
/** a page is never drawn larger, whatever the screen */
const mostSide = 4096

interface Factory {
  createPolicy(
    name: string,
    rules: { createScriptURL(url: string): string },
  ): { createScriptURL(url: string): string }
}
let trusted: string | null = null
/** Under Trusted Types a worker starts only from an address that a policy made, and this one makes one. */
function trustedUrl(): string {
  const { trustedTypes } = globalThis as { trustedTypes?: Factory }
  trusted ??=
    trustedTypes === undefined
      ? workerUrl
      : trustedTypes
          .createPolicy('vigie-document-worker', {
            createScriptURL(asked) {
              if (asked !== workerUrl) throw new TypeError('not the documents’ worker')
              return asked
            },
          })
          .createScriptURL(workerUrl)
  return trusted
}

/** @param name of the file, for people */
export function openReader(bytes: Uint8Array<ArrayBuffer>, name: string): Result<Reader> {
  const found = kindOf(bytes)
  if (found === null) return fail('document.unreadable', 'it is no picture, PDF or plain text', name)
  if (found === 'broken') return fail('document.broken', 'its size can’t be read', name)
  if (found.kind === 'text') return ok({ kind: 'text', ...textOf(bytes), dispose: () => undefined })
  if (found.kind === 'image' && found.width * found.height > mostPixels)
    return fail('document.too-large', `it is ${found.width} × ${found.height} points`, name)
  return ok(inWorker(bytes, found.kind === 'image' ? found.type : null, name))
}

function inWorker(bytes: Uint8Array<ArrayBuffer>, type: ImageType | null, name: string): Reader {
  const worker = new Worker(trustedUrl(), { type: 'module' })
  const waiting = new Map<number, (result: Result<Drawn & { bitmap: ImageBitmap }>) => void>()
  let asked = 0
  let ended: Result<never> | null = null

  function end(why: Result<never>): void {
    ended ??= why
    worker.terminate()
    for (const resolve of waiting.values()) resolve(ended)
    waiting.clear()
  }
  worker.onmessage = ({ data }: MessageEvent<unknown>) => {
    const said = data as {
      id?: number
      drawn?: Drawn & { bitmap: ImageBitmap }
      name?: string
      message?: string
    }
    const resolve = said.id === undefined ? undefined : waiting.get(said.id)
    if (said.id === undefined || resolve === undefined) {
      said.drawn?.bitmap.close()
      return
    }
    waiting.delete(said.id)
    if (said.drawn !== undefined) resolve(ok(said.drawn))
    else if (said.name === 'PasswordException')
      resolve(fail('document.locked', 'it is under a password', name))
    else resolve(fail('document.broken', said.message ?? '', name))
  }
  worker.onerror = (event) => {
    event.preventDefault()
    end(fail('document.broken', event.message || 'its decoder ended', name))
  }
  worker.postMessage({ ask: 'open', type, bytes } satisfies ToWorker, [bytes.buffer])

  return {
    kind: 'drawn',
    draw(page, width, height) {
      if (ended !== null) return Promise.resolve(ended)
      const id = ++asked
      return new Promise((resolve) => {
        const late = setTimeout(
          () => end(fail('document.too-slow', `it took more than ${patience / 1000} s`, name)),
          patience,
        )
        waiting.set(id, (result) => {
          clearTimeout(late)
          resolve(result)
        })
        const within = (side: number): number => Math.min(Math.max(Math.round(side), 16), mostSide)
        worker.postMessage({
          ...{ ask: 'page', id, page },
          ...{ width: within(width), height: within(height) },
        } satisfies ToWorker)
      })
    },
    dispose: () => end(fail('internal', 'nobody looks at it any more', name)),
  }
}
