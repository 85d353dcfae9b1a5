/**
 * Room for each row's record, reused in place: a hundred thousand small buffers that change every second would
 * keep the collector busy, and a view of a batch would hold the whole batch. Sizes are rounded up to powers of
 * two; what a row outgrows is kept for the next row of that size.
 */
export interface Arena {
  /** copies `length` bytes in and says where they lie; `slot` is the row's present place, -1 for none */
  put(slot: number, source: Uint8Array, from: number, length: number): number
  get(slot: number): Uint8Array
  free(slot: number): void
}

const smallest = 8 // 256 bytes
/** A class's first chunk; each further one is twice the last, up to the largest. */
const firstChunkBytes = 4 * 1024
const chunkBytes = 1024 * 1024
const firstSlots = 16

export function createArena(): Arena {
  const chunks: Uint8Array[] = []
  // per slot: its chunk, where in it, the class of its size, and how much is used
  let chunkOf = new Uint32Array(firstSlots)
  let offsets = new Uint32Array(firstSlots)
  let classes = new Uint8Array(firstSlots)
  let lengths = new Uint32Array(firstSlots)
  let slots = 0
  const freed: number[][] = []
  /** per class, the chunk that is being filled */
  const open: ({ chunk: number; used: number } | undefined)[] = []

  const classOf = (length: number): number => Math.max(smallest, 32 - Math.clz32(Math.max(1, length) - 1))

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

  const take = (size: number): number => {
    const reused = freed[size]?.pop()
    if (reused !== undefined) return reused
    if (slots === chunkOf.length) grow()
    const slot = slots++
    const bytes = 2 ** size
    let place = open[size]
    const room = place ? chunks[place.chunk]!.length : firstChunkBytes / 2
    if (!place || place.used + bytes > room) {
      chunks.push(new Uint8Array(Math.max(bytes, Math.min(chunkBytes, 2 * room))))
      place = { chunk: chunks.length - 1, used: 0 }
      open[size] = place
    }
    chunkOf[slot] = place.chunk
    offsets[slot] = place.used
    classes[slot] = size
    place.used += bytes
    return slot
  }

  const release = (slot: number): void => {
    ;(freed[classes[slot]!] ??= []).push(slot)
  }

  return {
    put(slot, source, from, length) {
      const size = classOf(length)
      let place = slot
      if (place < 0 || classes[place]! < size || classes[place]! > size + 2) {
        if (place >= 0) release(place)
        place = take(size)
      }
      chunks[chunkOf[place]!]!.set(source.subarray(from, from + length), offsets[place])
      lengths[place] = length
      return place
    },
    get(slot) {
      const at = offsets[slot]!
      return chunks[chunkOf[slot]!]!.subarray(at, at + lengths[slot]!)
    },
    free(slot) {
      if (slot >= 0) release(slot)
    },
  }
}
