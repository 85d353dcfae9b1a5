/**
 * Acts outlive whatever ends: apps, engines and the server are killed at random while people act and data flows, and
 * what was shown as confirmed is on the platform once, in order, and both nodes show the same wall.
 *
 * Ten kills here. More: `VIGIE_KILLS=200 npx playwright test --config build/playwright.config.ts test/faults/acts.test.ts`,
 * with `VIGIE_SEED` for other ones.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from '@playwright/test'
import { createChance } from '../../main/exercise/chance.ts'
import type { ActInput } from '../../preload/contract/act.ts'
import type { DeskState } from '../../preload/contract/state.ts'
import { sceneOf, stateOf, tryTo } from '../e2e/at-desk.ts'
import { incident, incidents } from '../e2e/node.ts'
import { actsOnPlatform, startTwoNodes, type NodeOfTwo, type TwoNodes } from '../e2e/two-nodes.ts'
import { until } from '../e2e/vigie.ts'
import { keptOf } from './kept.ts'

const kills = Number(process.env['VIGIE_KILLS'] ?? 10)
const seed = Number(process.env['VIGIE_SEED'] ?? 1)
const chance = createChance(seed)

test.setTimeout(180_000 + kills * 60_000)

let two: TwoNodes
test.afterAll(async () => {
  await two?.dispose()
})

/** Something that was done, told from all else by what it is about. */
interface Done {
  number: number
  node: string
  input: ActInput
  /** which start of its app it was done in */
  life: number
  confirmed: boolean
}

const open = 200
const victims = ['app', 'engine', 'server'] as const
const scenes = ['situation', 'domains', 'log'] as const
const key = (node: string, input: object): string => `${node} ${JSON.stringify(input)}`
const entityOf = (number: number) => ({ product: incidents, entity: `ACT-${number}` })

function inputOf(number: number): ActInput {
  const what = chance.of('what', number)
  if (what < 0.4) return { act: 'point-out', entity: entityOf(number) }
  if (what < 0.6) return { act: 'acknowledge', ...entityOf(number), taken: true }
  const screen = 1 + Math.floor(4 * chance.of('screen', number))
  return { act: 'show-scene', screen, scene: chance.pick(scenes, 'scene', number) }
}

const kept = (node: NodeOfTwo) => keptOf(node.profile, node.identity, incidents)

test(`${kills} kills at random of app, engine and server: no act that was confirmed is lost, twice or out of order`, async () => {
  two = await startTwoNodes()
  const { platform, left, right } = two
  const nodes = [left, right]
  const lives = new Map(nodes.map(({ name }) => [name, 0]))
  const done: Done[] = []
  let data = 100
  const stop = new AbortController()
  /** that the server dies under it is what is tried here: it is said again until it was heard */
  const publish = async (): Promise<void> => {
    while (!stop.signal.aborted) {
      // so many open at once, each told again and again: how long it lasts is tried, not how many a wall can draw
      const message = incident(++data, `Fait ${data}`, { entity: `INC-${100 + (data % open)}` })
      for (;;)
        try {
          await platform.publish([message])
          break
        } catch {
          await sleep(200)
        }
      await sleep(100)
    }
  }
  const publishing = publish()

  /** What is not in the outbox any more, in the life in which it was done, is shown as confirmed. */
  const look = async (node: NodeOfTwo): Promise<void> => {
    const { outbox } = await stateOf(node)
    expect(outbox.entries.length, 'all that waits is listed').toBe(outbox.count)
    const waits = new Set(outbox.entries.map(({ act, input }) => key(node.name, { act, ...input })))
    const confirmed = new Set(
      outbox.entries.flatMap(({ state, act, input }) =>
        state === 'confirmed' ? [key(node.name, { act, ...input })] : [],
      ),
    )
    expect(outbox.entries.filter(({ state }) => state === 'refused')).toEqual([])
    for (const each of done) {
      if (each.node !== node.name || each.life !== lives.get(node.name)) continue
      const id = key(node.name, each.input)
      // a scene may be chosen twice: the first of the same is not told from the second while that waits
      if (!waits.has(id) || confirmed.has(id)) each.confirmed = true
    }
  }
  const perform = async (number: number): Promise<void> => {
    const node = chance.of('who', number) < 0.5 ? left : right
    const input = inputOf(number)
    const life = lives.get(node.name) ?? 0
    const answer = await tryTo(node, input)
    // a screen of a node that this one has not heard of yet is none
    if (!answer.ok) expect(answer.error.code).toBe('screen.unknown')
    else done.push({ number, node: node.name, input, life, confirmed: false })
  }
  const killOne = async (number: number): Promise<void> => {
    const victim = chance.pick(victims, 'victim', number)
    const node = chance.of('whose', number) < 0.5 ? left : right
    if (victim === 'server') {
      await platform.kill()
      await sleep(chance.between(0, 2000, 'away', number))
      await platform.restart()
    } else if (victim === 'engine') {
      const pid = await node
        .vigie()
        .app.evaluate(({ app }) => app.getAppMetrics().find(({ name }) => name === 'engine')?.pid)
      if (pid !== undefined) process.kill(pid, 'SIGKILL')
    } else {
      await node.vigie().kill()
      lives.set(node.name, (lives.get(node.name) ?? 0) + 1)
      await node.start()
    }
  }

  await until('both to be together', async () => {
    const all = await Promise.all(nodes.map(stateOf))
    return all.every(({ together, screens }) => together === 'together' && screens.length === 4) || undefined
  })
  let number = 0
  for (let kill = 0; kill < kills; kill++) {
    const acts = 2 + Math.floor(4 * chance.of('acts', kill))
    for (let act = 0; act < acts; act++) {
      await perform(++number)
      await sleep(chance.between(0, 150, 'pause', number))
    }
    for (const node of nodes) await look(node)
    await killOne(kill)
    if ((kill + 1) % 20 === 0)
      process.stderr.write(`${kill + 1} kills of ${kills}, ${number} acts, ${data - 100} incidents\n`)
  }
  stop.abort()
  await publishing

  // together again
  for (const node of nodes)
    await until(`${node.name} to have told all`, async () => {
      const { together, outbox } = await stateOf(node)
      return (together === 'together' && outbox.count === 0) || undefined
    })
  for (const node of nodes) await look(node)
  const told = await actsOnPlatform(platform)
  const ours = told.filter(({ act }) => act !== 'present')
  const confirmed = done.filter((each) => each.confirmed)
  expect(confirmed.length).toBeGreaterThan(kills)
  expect(new Set(told.map(({ id }) => id)).size).toBe(told.length)

  const unique = (input: { act: string }): boolean => input.act !== 'show-scene'
  const places = new Map<string, number[]>()
  for (const { node, act, input, sequence } of ours) {
    const id = key(node, { act, ...input })
    places.set(id, [...(places.get(id) ?? []), sequence])
  }
  for (const each of confirmed.filter(({ input }) => unique(input)))
    expect(places.get(key(each.node, each.input)), JSON.stringify(each)).toHaveLength(1)
  for (const node of nodes) {
    const own = done.filter((each) => each.node === node.name)
    // pointed out: one entity, so in the order in which it was done
    const pointed = own.flatMap(({ input }) => places.get(key(node.name, input)) ?? [])
    const order = own
      .filter(({ input }) => input.act === 'point-out')
      .flatMap(({ input }) => places.get(key(node.name, input)) ?? [])
    expect(order).toEqual([...order].sort((a, b) => a - b))
    expect(pointed.length).toBeGreaterThan(0)
    // a screen's scenes: what is there is what was done, in that order, none of it more often
    for (const screen of [1, 2, 3, 4]) {
      const chosen = own.flatMap(({ input }) =>
        input.act === 'show-scene' && input.screen === screen ? [input.scene] : [],
      )
      const there = ours.flatMap(({ node: by, act, input }) =>
        by === node.name && act === 'show-scene' && input['screen'] === screen
          ? [String(input['scene'])]
          : [],
      )
      let at = 0
      for (const scene of there) {
        while (at < chosen.length && chosen[at] !== scene) at++
        expect(at, `${node.name} ${screen}: ${there.join()} of ${chosen.join()}`).toBeLessThan(chosen.length)
        at++
      }
      const surely = own.filter(
        ({ input, confirmed: is }) => is && input.act === 'show-scene' && input.screen === screen,
      )
      expect(there.length).toBeGreaterThanOrEqual(surely.length)
    }
  }

  // the same wall: what the platform had last of each screen
  const wall = ({ screens, pointedOut, node: { acknowledged, blanked } }: DeskState) => ({
    scenes: [1, 2, 3, 4].map((screen) => sceneOf(screen)({ screens } as DeskState)),
    pointedOut: pointedOut?.entity ?? null,
    acknowledged: acknowledged.map(({ entity }) => entity).sort(),
    blanked,
  })
  const last = (screen: number) =>
    ours.findLast(({ act, input }) => act === 'show-scene' && input['screen'] === screen)?.input['scene']
  await expect
    .poll(async () => {
      const [one, other] = (await Promise.all(nodes.map(stateOf))).map(wall)
      return JSON.stringify(one) === JSON.stringify(other) ? one?.scenes : { one, other }
    })
    .toEqual([1, 2, 3, 4].map((screen) => last(screen) ?? (screen % 2 === 1 ? 'situation' : 'log')))
  for (const node of nodes) {
    const { digest, messages } = await platform.digest(incidents)
    await expect.poll(() => kept(node), { timeout: 60_000 }).toMatchObject({ events: messages, digest })
  }
  process.stderr.write(
    `${kills} kills, seed ${seed}: ${done.length} acts done, ${confirmed.length} shown as confirmed, ${ours.length} on the platform, ${data - 100} incidents\n`,
  )
})
