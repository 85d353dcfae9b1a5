/** Blocks of a table that changed since the cache had them. */
import { blockRows } from '../cache/state.ts'

export interface ToWrite {
  blocks: readonly number[]
  /** they are durable: they are due no more, but for those that changed again since */
  written(): void
}

export interface Unwritten {
  /** blocks */
  readonly count: number
  add(row: number): void
  /** rows that the cache has are to be overwritten */
  addAll(rows: number): void
  /** all of them, to be written now */
  take(): ToWrite
}

const firstBlocks = 16

export function createUnwritten(): Unwritten {
  /** by block: after which asking it changed last, the first of them 1; 0: the cache has it as it is */
  let changed = new Uint32Array(firstBlocks)
  let count = 0
  let asked = 1

  const addBlock = (block: number): void => {
    while (block >= changed.length) {
      const grown = new Uint32Array(changed.length * 2)
      grown.set(changed)
      changed = grown
    }
    if (changed[block] === 0) count++
    changed[block] = asked
  }

  return {
    get count() {
      return count
    },
    add: (row) => addBlock(Math.floor(row / blockRows)),
    addAll(rows) {
      for (let row = 0; row < rows; row += blockRows) addBlock(row / blockRows)
    },
    take() {
      const blocks: number[] = []
      for (let block = 0; block < changed.length; block++) if (changed[block]! > 0) blocks.push(block)
      const upTo = asked++
      return {
        blocks,
        written() {
          for (const block of blocks) {
            if (changed[block] === 0 || changed[block]! > upTo) continue
            changed[block] = 0
            count--
          }
        },
      }
    },
  }
}
