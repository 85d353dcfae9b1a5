import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fewest } from '../../fuzz/fewest.ts'
import { keep, readKept, type Found } from '../../fuzz/kept.ts'
import { inputsOf, kindsOfInput, sceneFiles, triesOf, type Kind } from '../../fuzz/kinds.ts'
import type { Life } from '../../fuzz/life.ts'
import { packed, unpacked } from '../../fuzz/packed.ts'

const marks = { mark: 'zqtestkxw', hook: 'http://127.0.0.1:45678/zqtestkxw' }
const batch = (kind: Kind, inputs: readonly unknown[]) => ({ kind, round: 0, inputs })
const lifeOf = (...batches: Life['batches']): Life => ({
  marks,
  scenes: [
    ['a.yaml', 'scene: a'],
    ['b.yaml', 'scene: b'],
  ],
  policy: null,
  batches,
})

/** What no JSON has a word for, and what a packed value itself looks like. */
const awkward: unknown[] = [
  ...[undefined, Number.NaN, -0, Infinity, 10n ** 40n, new Date(Number.NaN), new Date(8.64e15)],
  ...[new Uint8Array([0, 255]), new Float64Array([1, Number.NaN]), new Uint32Array(0), '\ud800', '\u2028'],
  ...[{ '~': 'undefined' }, { '~': 'own', of: [], as: 'x' }, { '~': { '~': -0 } }],
  JSON.parse('{"__proto__":{"a":1},"~":"bytes"}'),
]

describe('a finding that is kept', () => {
  let folder: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'vigie-kept-'))
  })
  afterAll(() => rm(folder, { recursive: true, force: true }))
  const found: Found = { kind: 'port messages', seed: 1, round: 2, what: ['gone: engine'] }

  it('has every input as it was, whatever it is', async () => {
    const life = lifeOf(batch('port messages', awkward))
    const file = await keep(folder, { ...found, life }, false)
    const kept = await readKept(file)
    expect(kept).toEqual({ ...found, life })
    const [first] = kept.life.batches
    awkward.forEach((value, at) =>
      expect(Object.is(first?.inputs[at], value) || value instanceof Object).toBe(true),
    )
    expect(Object.keys(first?.inputs.at(-1) as object)).toEqual(['__proto__', '~'])
  })

  it('is not lost to another of the same kind and round', async () => {
    const atTheEnd: Found = { ...found, kind: 'the end' }
    const whats = ['left a file', 'said its mark', 'never ended']
    const files: string[] = []
    for (const what of whats)
      files.push(await keep(folder, { ...atTheEnd, what: [what], life: lifeOf() }, false))
    const kept = await Promise.all(files.map(readKept))
    expect(kept.map(({ what }) => what)).toEqual(whats.map((what) => [what]))
  })

  it('has what each kind makes', () => {
    const files = sceneFiles(marks, 1)
    for (const kind of kindsOfInput) {
      if (['scenes', 'policies', 'certificates', 'starts'].includes(kind)) continue
      const inputs = inputsOf(kind as 'messages', { marks, seed: 1, round: 0, files })
      expect(unpacked(packed(inputs)), kind).toEqual(inputs)
    }
  })

  it('is said to be none where the file is another', async () => {
    const file = join(folder, 'other.json')
    for (const text of ['{}', 'null', '{', '{"life":1}']) {
      await writeFile(file, text)
      await expect(readKept(file)).rejects.toThrow(file)
    }
    await expect(readKept(join(folder, 'none.json'))).rejects.toThrow('none.json')
  })
})

describe('the fewest that do the harm', () => {
  const all = lifeOf(
    batch('messages', [1, 2, 3, 4, 5, 6, 7]),
    batch('headers', [8, 9]),
    batch('calls', [10, 11]),
  )
  const inputsIn = ({ batches }: Life) => batches.flatMap(({ inputs }) => inputs)
  const harmsBy =
    (...needed: number[]) =>
    (life: Life) =>
      Promise.resolve(needed.every((one) => inputsIn(life).includes(one)))

  it('are the one that does it, from the last batch or from an earlier', async () => {
    for (const one of [11, 1, 5, 9]) {
      const least = await fewest(all, harmsBy(one))
      expect(least && inputsIn(least)).toEqual([one])
      expect(least?.scenes).toEqual([])
    }
  })
  it('are all that it takes where it takes several', async () => {
    expect(inputsIn((await fewest(all, harmsBy(1, 11)))!)).toEqual(expect.arrayContaining([1, 11]))
  })
  it('are the file that does it, at a start', async () => {
    const harms = ({ scenes }: Life) => Promise.resolve(scenes.some(([name]) => name === 'b.yaml'))
    expect((await fewest(lifeOf(), harms))?.scenes).toEqual([['b.yaml', 'scene: b']])
  })
  it('are none where nothing does it again', async () => {
    expect(await fewest(all, () => Promise.resolve(false))).toBeNull()
  })
})

it('a round is four hundred tries at least, and one of fewer kinds is as many as it sends', () => {
  expect(triesOf(kindsOfInput)).toBeGreaterThanOrEqual(400)
  expect(triesOf(['scenes', 'starts'])).toBe(27)
})
