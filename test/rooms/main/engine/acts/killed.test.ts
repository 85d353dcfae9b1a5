/** Whatever is killed, and when: each act that was said to be kept is on the platform once, in order per entity. */
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { childProgram } from '../../../../platform/built.ts'
import { startPlatform, type Platform } from '../../../../platform/platform.ts'
import { actsProduct } from '../../../../platform/product.ts'
import { addressOf, keysOf, profileFolder, remove, until } from '../an-engine.ts'
import { onPlatform, screen, startNode } from './an-acting-node.ts'

let platform: Platform
let profile: string

beforeEach(async () => {
  // an id is forgotten before the next process has begun
  platform = await startPlatform({ products: [{ ...actsProduct(), repeatWindow: 0.2 }] })
  profile = await profileFolder()
})
afterEach(async () => {
  await platform.dispose()
  await remove(profile)
})

/** @returns what was kept, once it is dead */
async function actAndDie(
  round: string,
  acts: number,
  killed: () => void = () => undefined,
): Promise<string[]> {
  const child = spawn(process.execPath, [childProgram('main/engine/acts/acting-child'), profile, round], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  child.stdin.end(JSON.stringify({ keys: keysOf(platform.wall), address: addressOf(platform) }))
  const kept: string[] = []
  const lines = createInterface(child.stdout)
  lines.on('line', (line) => {
    kept.push(line)
    if (kept.length !== acts) return
    child.kill('SIGKILL')
    killed()
  })
  await new Promise((resolve) => child.once('close', resolve))
  return kept
}

async function allOnce(kept: readonly string[]): Promise<void> {
  const node = await startNode(profile, keysOf(platform.wall))
  await node.engine.connect(addressOf(platform))
  await node.isTogether()
  await until(() => node.outbox.length === 0, 'nothing waits')
  await node.engine.dispose()
  const there = await onPlatform(platform)
  expect(there.length).toBe(new Set(there).size)
  expect(kept.filter((id) => !there.includes(id))).toEqual([])
  for (const one of [1, 2, 3]) {
    const ids = await onPlatform(platform, screen(one))
    expect(ids).toEqual([...ids].sort())
  }
}

it('the node, at any point of an act’s way', async () => {
  const kept: string[] = []
  // the later it is killed, the further the first acts are on their way
  for (const [round, acts] of [1, 2, 3, 5, 8, 13, 21, 34, 40, 55].entries())
    kept.push(...(await actAndDie(`r${String(round).padStart(2, '0')}`, acts)))
  expect(kept.length).toBeGreaterThan(150)
  await allOnce(kept)
})

it('the server with it, and started again meanwhile', async () => {
  const kept: string[] = []
  for (const [round, acts] of [3, 12, 25, 40].entries()) {
    let restarted: Promise<unknown> = Promise.resolve()
    const die = actAndDie(`r${round}`, acts, () => {
      restarted = platform.kill().then(() => platform.restart())
    })
    kept.push(...(await die))
    await restarted
  }
  await allOnce(kept)
})
