/** A file that an event tells of, whole: asked for as long as it comes, then fetched in pieces. */
import type { FileState } from '../../preload/contract/document.ts'
import type { EntityRef } from '../../preload/contract/entity.ts'
import { fail, ok, type Result } from '../../preload/contract/result.ts'
import type { Ask } from '../link/line.ts'

/** ms between two looks: the engine lets go of what nobody asks for */
const lookEvery = 200

/** @param told how far it is @param left whoever looked looks away: it comes no further */
export async function wholeFile(
  ask: Ask,
  { product, entity }: EntityRef,
  file: number,
  told: (state: FileState) => void,
  left: AbortSignal,
  wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms)),
): Promise<Result<Uint8Array<ArrayBuffer>>> {
  const asked = { product, entity, file }
  const gone = fail('internal', 'nobody looks at it any more', entity)
  let size: number
  for (;;) {
    const state = await ask('file', asked)
    if (left.aborted) return gone
    if (!state.ok) return state
    told(state.value)
    size = state.value.size
    if (state.value.whole) break
    await wait(lookEvery)
    if (left.aborted) return gone
  }
  const bytes = new Uint8Array(size)
  for (let from = 0; from < size;) {
    const piece = await ask('piece', { ...asked, from })
    if (left.aborted) return gone
    if (!piece.ok) return piece
    if (piece.value.length === 0 || from + piece.value.length > size)
      return fail('document.altered', 'a piece of it has another size', entity)
    bytes.set(piece.value, from)
    from += piece.value.length
  }
  return ok(bytes)
}
