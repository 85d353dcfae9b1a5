/**
 * Room for each row's record, reused in place: a hundred thousand small buffers that change every second would
 * keep the collector busy, and a view of a batch would hold the whole batch. Sizes are rounded up to powers of
 * two; what a row outgrows is kept for the next row of that size. Large records are few: each has a buffer of its
 * own, and gives it back. All that is held is on the product's account, in use or not.
 */
import type { Account } from './budget.ts'

export interface Arena {
  /**
   * Copies `length` bytes in and says where they lie; `slot` is the row's present place, -1 for none.
   * @returns -1: there is no room for them, and the row's place is as it was
   */
  put(slot: number, source: Uint8Array, from: number, length: number): number
  get(slot: number): Uint8Array
  free(slot: number): void
}

const smallest = 8 // 256 bytes
const largest = 16 // 64 KiB
/** Of a record that has a buffer of its own. */
const own = 32
const ownStep = 4096
/** A class's first chunk; each further one is twice the last, up to the largest. */
const firstChunkBytes = 4 * 1024
const chunkBytes = 1024 * 1024
const firstSlots = 16
/** Less than this is not worth moving the others together. */
const worthwhile = 256 * 1024

export function createArena(account: Account): Arena {
  let chunks: Uint8Array[] = []
  /** by slot */
  const buffers = new Map<number, Uint8Array>()
  // per slot: its chunk, where in it, the class of its size, and how much is used; 0: nobody has it
  let chunkOf = new Uint32Array(firstSlots)
  let offsets = new Uint32Array(firstSlots)
  let classes = new Uint8Array(firstSlots)
  let lengths = new Uint32Array(firstSlots)
  let slots = 0
  /** slots that have no room behind them */
  let bare: number[] = []
  let freed: number[][] = []
  let freedBytes = 0
  let chunksBytes = 0
  /** per class, the chunk that is being filled */
  let open: ({ chunk: number; used: number } | undefined)[] = []

  const classOf = (length: number): number => {
    const size = Math.max(smallest, 32 - Math.clz32(Math.max(1, length) - 1))
    return size > largest ? own : size
  }

  const grow = (): void => {
    const longer = <A extends Uint32Array | Uint8Array>(old: A): A => {
      const grown = new (old.constructor as new (length: number) => A)(old.length * 2)
      grown.set(old)
      return grown
    }
    chunkOf = longer(chunkOf)
    offsets = longer(offsets)
    classes = longer(classes)
    lengths = longer(lengths)
  }

  const slotOf = (size: number): number => {
    const slot = bare.pop() ?? slots++
    if (slot === chunkOf.length) grow()
    classes[slot] = size
    return slot
  }

  const addChunk = (bytes: number): void => {
    chunks.push(new Uint8Array(bytes))
    chunksBytes += bytes
  }

  /** Room for one more of this class, in a new chunk where it must be. @returns null: the account has no more */
  const place = (size: number, may: (bytes: number) => boolean): { chunk: number; used: number } | null => {
    const bytes = 2 ** size
    const now = open[size]
    const room = now ? chunks[now.chunk]!.length : firstChunkBytes / 2
    if (now && now.used + bytes <= room) return now
    for (let wanted = Math.max(bytes, Math.min(chunkBytes, 2 * room)); ; wanted /= 2) {
      if (may(wanted)) {
        addChunk(wanted)
        return (open[size] = { chunk: chunks.length - 1, used: 0 })
      }
      // near the end of the account a small chunk may still be had
      if (wanted / 2 < Math.max(bytes, firstChunkBytes)) return null
    }
  }

  const settle = (slot: number, size: number, at: { chunk: number; used: number }): void => {
    chunkOf[slot] = at.chunk
    offsets[slot] = at.used
    at.used += 2 ** size
  }

  /** What is in use moves together, and the rest is given back. */
  const squeeze = (): void => {
    const old = chunks
    account.give(chunksBytes)
    chunks = []
    chunksBytes = 0
    open = []
    freed = []
    freedBytes = 0
    bare = []
    for (let slot = 0; slot < slots; slot++) {
      const length = lengths[slot]!
      const size = classes[slot]!
      if (length === 0) bare.push(slot)
      if (length === 0 || size === own) continue
      const from = old[chunkOf[slot]!]!
      const at = offsets[slot]!
      settle(
        slot,
        size,
        place(size, () => true)!,
      )
      chunks[chunkOf[slot]!]!.set(from.subarray(at, at + length), offsets[slot])
    }
    account.add(chunksBytes)
  }

  const may =
    (known: boolean) =>
    (bytes: number): boolean =>
      account.take(bytes, known)
  const mayNew = may(false)
  const mayKnown = may(true)

  const takeSmall = (size: number, known: boolean): number => {
    const reused = freed[size]?.pop()
    if (reused !== undefined) {
      freedBytes -= 2 ** size
      return reused
    }
    let at = place(size, known ? mayKnown : mayNew)
    if (!at && freedBytes >= Math.max(worthwhile, chunksBytes / 2)) {
      squeeze()
      at = place(size, known ? mayKnown : mayNew)
    }
    if (!at) return -1
    const slot = slotOf(size)
    settle(slot, size, at)
    return slot
  }

  const takeOwn = (length: number, known: boolean): number => {
    const bytes = Math.ceil(length / ownStep) * ownStep
    if (!account.take(bytes, known)) {
      if (freedBytes < Math.max(worthwhile, chunksBytes / 2)) return -1
      squeeze()
      if (!account.take(bytes, known)) return -1
    }
    const slot = slotOf(own)
    buffers.set(slot, new Uint8Array(bytes))
    return slot
  }

  const release = (slot: number): void => {
    const size = classes[slot]!
    lengths[slot] = 0
    if (size === own) {
      account.give(buffers.get(slot)!.length)
      buffers.delete(slot)
      bare.push(slot)
      return
    }
    ;(freed[size] ??= []).push(slot)
    freedBytes += 2 ** size
  }

  const fits = (slot: number, size: number, length: number): boolean => {
    const has = classes[slot]!
    if (has !== own) return has >= size && has <= size + 2
    const { length: bytes } = buffers.get(slot)!
    return bytes >= length && bytes <= Math.max(4 * length, 2 ** largest)
  }

  return {
    put(slot, source, from, length) {
      const size = classOf(length)
      let to = slot
      if (slot < 0 || !fits(slot, size, length)) {
        to = size === own ? takeOwn(length, slot >= 0) : takeSmall(size, slot >= 0)
        if (to < 0) return -1
        if (slot >= 0) release(slot)
      }
      if (classes[to] === own) buffers.get(to)!.set(source.subarray(from, from + length))
      else chunks[chunkOf[to]!]!.set(source.subarray(from, from + length), offsets[to])
      lengths[to] = length
      return to
    },
    get(slot) {
      if (classes[slot] === own) return buffers.get(slot)!.subarray(0, lengths[slot])
      const at = offsets[slot]!
      return chunks[chunkOf[slot]!]!.subarray(at, at + lengths[slot]!)
    },
    free(slot) {
      if (slot >= 0) release(slot)
    },
  }
}
