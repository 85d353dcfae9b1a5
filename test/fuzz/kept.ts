/** What was found, as a file: with every input that it takes to see it again, whatever the seed would make of them. */
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import type { Kind } from './kinds.ts'
import type { Life } from './life.ts'
import { packed, unpacked } from './packed.ts'

export interface Found {
  /** what was being tried when it was seen; the end: what the app left on the disk, or said last */
  kind: Kind | 'the end'
  seed: number
  round: number
  what: readonly string[]
}

export interface Kept extends Found {
  life: Life
}

const nameOf = ({ seed, round, kind }: Found, fewest: boolean): string =>
  `${seed}-${round}-${kind.replaceAll(' ', '-')}${fewest ? '-fewest' : ''}`

/** @returns the file, of this finding alone: several apps may come to their end in one round */
export async function keep(folder: string, kept: Kept, fewest: boolean): Promise<string> {
  await mkdir(folder, { recursive: true })
  const name = nameOf(kept, fewest)
  for (let nth = 1; ; nth++) {
    const file = join(folder, `${name}${nth === 1 ? '' : `-${nth}`}.json`)
    try {
      await writeFile(file, packed(kept, 1), { flag: 'wx' })
      return file
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    }
  }
}

/** @throws where the file is none of these */
export async function readKept(file: string): Promise<Kept> {
  let kept: Partial<Kept> | null
  try {
    kept = unpacked(await readFile(file, 'utf8')) as Partial<Kept> | null
  } catch (error) {
    throw new Error(`${file} can’t be read: ${error instanceof Error ? error.message : ''}`, { cause: error })
  }
  if (kept?.life?.batches === undefined) throw new Error(`${file} is no finding that was kept.`)
  return kept as Kept
}

/** @returns the line to run, from this folder */
export const lineFor = (file: string): string =>
  `npm run fuzz -- --again ${relative(process.cwd(), file) || file}`
