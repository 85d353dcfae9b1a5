/** From all that an app lived through to the little that does the harm. */
import type { Life } from './life.ts'

type Harms = (life: Life) => Promise<boolean>

/** Halves for as long as one half alone does it. */
async function halved<T>(all: readonly T[], harms: (some: readonly T[]) => Promise<boolean>) {
  let least = all
  while (least.length > 1) {
    const half = least.length >> 1
    if (await harms(least.slice(0, half))) least = least.slice(0, half)
    else if (await harms(least.slice(half))) least = least.slice(half)
    else break
  }
  return least
}

/**
 * @param harms lives it in another app; what harms is looked for from the last batch back: it is mostly that
 * @returns null: none of it does it again
 */
export async function fewest(life: Life, harms: Harms): Promise<Life | null> {
  const last = life.batches.slice(-1)
  let least: Life
  if (life.batches.length > 1 && (await harms({ ...life, batches: last }))) least = { ...life, batches: last }
  else if (await harms(life)) least = life
  else return null

  const now = least
  least = { ...now, batches: await halved(now.batches, (batches) => harms({ ...now, batches })) }
  const [only, ...more] = least.batches
  if (only !== undefined && more.length === 0) {
    const one = least
    const inputs = await halved(only.inputs, (some) =>
      harms({ ...one, batches: [{ ...only, inputs: some }] }),
    )
    least = { ...one, batches: [{ ...only, inputs }] }
  }
  // these were shown by their names: without their files they would not be
  if (least.batches.some(({ kind }) => kind === 'scenes on a wall')) return least
  const one = least
  const none = { ...one, scenes: [] }
  if (one.scenes.length === 0 || (await harms(none))) return none
  return { ...one, scenes: await halved(one.scenes, (scenes) => harms({ ...one, scenes })) }
}

/** How many inputs it still is. */
export const sizeOf = ({ batches, scenes, policy }: Life): number =>
  batches.reduce((sum, { inputs }) => sum + inputs.length, 0) + scenes.length + (policy === null ? 0 : 1)
