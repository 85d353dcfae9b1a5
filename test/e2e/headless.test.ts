/** `--headless --for --out`: pictures in full size and a report of the run, and an end with 0. */
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import * as v from 'valibot'
import { startVirtualScreens } from '../../build/virtual-screens.mjs'
import { runVigie } from './run-vigie.ts'

const RunSchema = v.object({
  electron: v.string(),
  received: v.pipe(v.number(), v.minValue(1000)),
  rejected: v.literal(0),
  persisted: v.pipe(v.number(), v.minValue(1000)),
  gaps: v.literal(0),
  products: v.pipe(v.number(), v.minValue(20)),
  screens: v.array(
    v.object({
      name: v.string(),
      scene: v.string(),
      marking: v.string(),
      frames: v.pipe(v.number(), v.minValue(1)),
      drawn: v.number(),
      startMs: v.pipe(v.number(), v.minValue(1)),
    }),
  ),
  startMs: v.object({ wall: v.pipe(v.number(), v.minValue(1)), slowestMessage: v.number() }),
  latencyMs: v.object({ p50: v.number(), p99: v.number() }),
  memoryMB: v.record(v.string(), v.number()),
  disconnects: v.literal(0),
  // the exercise's platform is on this machine
  clockSkewMs: v.pipe(v.number(), v.minValue(-5000), v.maxValue(5000)),
})

/** PNG, RFC 2083: the signature, then IHDR with width and height. */
const sizeOf = (png: Buffer): [number, number] => {
  expect(png.subarray(1, 4).toString('latin1')).toBe('PNG')
  return [png.readUInt32BE(16), png.readUInt32BE(20)]
}

test('a headless run leaves a full-size picture of each screen and its report', async () => {
  const out = await mkdtemp(join(tmpdir(), 'vigie-headless-'))
  const screens = await startVirtualScreens({ screens: 4 })
  try {
    const { code, said } = await runVigie(screens, [
      // on a slow machine the first complete wall takes 40 s
      ...['--headless', '--screens', '3', '--desk-display', '4', '--for', '60'],
      ...['--out', out, '--profile', join(out, 'profile')],
    ])
    expect(code, said).toBe(0)
    const pictures = await Promise.all([1, 2, 3].map((n) => readFile(join(out, `screen-${n}.png`))))
    for (const picture of pictures) expect(sizeOf(picture)).toEqual([1920, 1080])
    expect(new Set(pictures.map((picture) => picture.toString('base64'))).size).toBe(3)
    const run = v.parse(RunSchema, JSON.parse(await readFile(join(out, 'run.json'), 'utf8')))
    expect(run.screens.map(({ scene }) => scene)).toEqual(['situation', 'domains', 'log'])
    expect(run.screens.map(({ marking }) => marking)).toEqual(['dr', 'dr', 'dr'])
  } finally {
    await screens.dispose()
    await rm(out, { recursive: true, force: true })
  }
})
