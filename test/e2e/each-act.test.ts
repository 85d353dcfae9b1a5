/**
 * Each act of the contract's table, from either of two nodes, together and cut apart: it shows where it was done, then at
 * the other, is on the platform once, and what has an inverse is taken back across machines. A new act says here how.
 */
import { expect, test } from '@playwright/test'
import { never } from '../../preload/contract/act-row.ts'
import { rowOf, type ActId, type ActInput } from '../../preload/contract/act.ts'
import type { Bridge } from '../../preload/contract/schema.ts'
import type { DeskState } from '../../preload/contract/state.ts'
import { actsProduct, product } from '../platform/product.ts'
import { act, sceneOf, stateOf, tells, tryTo, undo } from './at-desk.ts'
import { incidents, stageProducts } from './node.ts'
import { actsOnPlatform, startTwoNodes, type NodeOfTwo, type TwoNodes } from './two-nodes.ts'

test.describe.configure({ mode: 'serial', timeout: 240_000 })

const chef = 'chef-de-salle'
const persons: Readonly<Record<string, string>> = { 'poste-07': 'A. Durand', 'poste-08': 'B. Morel' }
const personAt = ({ name }: NodeOfTwo): string => persons[name]!

let two: TwoNodes
let left: NodeOfTwo
let right: NodeOfTwo

test.beforeAll(async () => {
  two = await startTwoNodes({
    products: [
      ...stageProducts,
      actsProduct(),
      product('ops.log', 'note', { freshness: 'P30D', marking: 'np' }),
    ],
    also: `persons: { list: [A. Durand, B. Morel, C. Lefèvre] }
functions: [ { id: ${chef}, name: { fr: Chef de salle, en: Room chief } } ]
fourEyes: [identify]
`,
  })
  ;({ left, right } = two)
  for (const node of [left, right]) {
    await tells(node, ({ together }) => together).toBe('together')
    await tells(node, ({ log }) => log.access).toBe('open')
    await tells(node, ({ screens }) => screens.length).toBe(4)
    await act(node, { act: 'change-person', person: personAt(node) })
  }
})
test.afterAll(async () => {
  await two?.dispose()
})

/** `here`: where it is done. */
interface Trial {
  /** what it needs, by both together */
  first?: (here: NodeOfTwo, there: NodeOfTwo) => Promise<unknown>
  /** @returns what takes it back, if anything does */
  done: (here: NodeOfTwo, there: NodeOfTwo) => Promise<ActInput | null | undefined>
  /** what a desk tells of it */
  told: (state: DeskState, here: NodeOfTwo, there: NodeOfTwo) => unknown
  is: (here: NodeOfTwo, there: NodeOfTwo) => unknown
  /** it can’t be done where nobody else is heard */
  together?: true
  /** where nothing takes it back */
  last?: (here: NodeOfTwo, there: NodeOfTwo) => Promise<unknown>
}

const alarm = { product: incidents, entity: 'INC-1' }
const functionIn = ({ sitting }: DeskState) => sitting.functions.find(({ id }) => id === chef)?.held ?? null
const holderIn = (state: DeskState): string | null => functionIn(state)?.holder?.person ?? null
const everywhere = async (what: (state: DeskState) => unknown, is: unknown): Promise<void> => {
  for (const node of [left, right]) await tells(node, what).toEqual(is)
}
const take = async (node: NodeOfTwo): Promise<void> => {
  await act(node, { act: 'take-function', function: chef })
  await everywhere(holderIn, personAt(node))
}
const leave = async (node: NodeOfTwo): Promise<void> => {
  await act(node, { act: 'leave-function', function: chef })
  await everywhere(holderIn, null)
}
const blank = async (node: NodeOfTwo, blanked: boolean): Promise<void> => {
  await act(node, { act: blanked ? 'blank' : 'unblank' })
  await everywhere((state) => state.node.blanked, blanked)
}
const proposalIn = ({ proposals }: DeskState) => proposals.filter(({ declined }) => declined === null)
const propose = async (node: NodeOfTwo): Promise<void> => {
  expect(await tryTo(node, { act: 'identify' })).toMatchObject({ ok: true })
  await everywhere((state) => proposalIn(state).length, 1)
}
const proposed = async (node: NodeOfTwo): Promise<string> => proposalIn(await stateOf(node))[0]!.id
const agree = async (node: NodeOfTwo): Promise<boolean> => {
  const asked = { proposal: await proposed(node), did: { act: 'identify' as const } }
  return (await node.desk()).evaluate(
    async (input) => (await (globalThis as never as { vigie: Bridge<'desk'> }).vigie.desk.agree(input)).ok,
    asked,
  )
}
let reliefs = 0
const offer = async (node: NodeOfTwo, other: NodeOfTwo): Promise<void> => {
  const relief = `r-${++reliefs}`
  await act(node, { act: 'offer-relief', relief, to: personAt(other), functions: [chef] })
  await everywhere(({ reliefs: all }) => all.map(({ id }) => id), [relief])
}
const end = async (node: NodeOfTwo): Promise<null> => {
  await act(node, { act: 'end-relief', relief: `r-${reliefs}` })
  return null
}
let polls = 0
const pollIn = ({ node: { polls: told } }: DeskState) => told?.find(({ id }) => id === `q-${polls}`)
const answerIn = (state: DeskState) => pollIn(state)?.functions[0]?.answered?.answer ?? null
const isClosed = (state: DeskState) => (pollIn(state)?.closed ?? null) !== null
const ask = (node: NodeOfTwo): Promise<ActInput | null> =>
  act(node, {
    ...{ act: 'ask-poll', poll: `q-${++polls}`, title: 'Avant reprise' },
    ...{ functions: [chef], kind: 'go' },
  })
const askEverybody = async (node: NodeOfTwo): Promise<void> => {
  await ask(node)
  await everywhere((state) => pollIn(state)?.title, 'Avant reprise')
}
const close = (node: NodeOfTwo): Promise<ActInput | null> =>
  act(node, { act: 'close-poll', poll: `q-${polls}`, closed: true })

/** A line for whoever is the room's chief. */
const enter = async (node: NodeOfTwo): Promise<void> => {
  const input = {
    ...{ text: 'Réduire la vitesse du défilé', event: Date.now(), from: '', to: 'chef de salle' },
    ...{ domain: null, severity: 'Unknown' as const, marking: 'np', refs: [], corrects: null },
    as: { kind: 'line' as const },
  }
  const answer = await (
    await node.desk()
  ).evaluate((line) => (globalThis as never as { vigie: Bridge<'desk'> }).vigie.desk.enterLine(line), input)
  expect(answer).toMatchObject({ ok: true })
}
const receiptIn = ({ told }: DeskState) => told.lines[0]?.receipts.find((each) => each.function === chef)
/** … which the desk of `here` has, and has not read yet. */
const delivered = async (here: NodeOfTwo, there: NodeOfTwo): Promise<void> => {
  const before = (await stateOf(here)).told.lines.length
  await take(here)
  await enter(there)
  await everywhere(({ told }) => told.lines.length, before + 1)
  await everywhere((state) => receiptIn(state)?.delivered?.node, here.name)
}
const lineAt = async (node: NodeOfTwo) => {
  const { product: of, entity } = (await stateOf(node)).told.lines[0]!
  return { product: of, entity, function: chef }
}
const screenOf = ({ screens: [, second] }: NodeOfTwo): number => second!

/** The others are nobody's to do at a desk, or have a test of their own, which is named. */
const trials: { [A in ActId]: Trial | string } = {
  acknowledge: {
    done: (here) => act(here, { act: 'acknowledge', ...alarm, taken: true }),
    told: ({ node }) => node.acknowledged.map(({ entity, by }) => [entity, by]),
    is: (here) => [[alarm.entity, personAt(here)]],
  },
  'point-out': {
    done: (here) => act(here, { act: 'point-out', entity: alarm }),
    told: ({ pointedOut }) => pointedOut?.entity ?? null,
    is: () => alarm.entity,
  },
  blank: {
    done: (here) => act(here, { act: 'blank' }),
    told: ({ node }) => node.blanked,
    is: () => true,
    last: (_, there) => blank(there, false),
  },
  unblank: {
    first: (_, there) => blank(there, true),
    done: (here) => act(here, { act: 'unblank' }),
    told: ({ node }) => node.blanked,
    is: () => false,
  },
  identify: {
    first: (_, there) => propose(there),
    async done(here) {
      expect(await agree(here)).toBe(true)
      return null
    },
    told: (state) => proposalIn(state).length,
    is: () => 0,
  },
  'end-identify': 'two-nodes.test.ts: the numbers go by themselves',
  'accept-display': 'displays.test.ts',
  'show-scene': {
    done: (here, there) => act(here, { act: 'show-scene', screen: screenOf(there), scene: 'domains' }),
    told: (state, _, there) => sceneOf(screenOf(there))(state),
    is: () => 'domains',
  },
  present: {
    // a node says who sits there
    done: (here) => act(here, { act: 'change-person', person: 'C. Lefèvre' }),
    told: ({ node, sitting }, here) =>
      node.name === here.name ? sitting.person : (sitting.elsewhere[0]?.person ?? null),
    is: () => 'C. Lefèvre',
    last: (here) => act(here, { act: 'change-person', person: personAt(here) }),
  },
  'approve-report': 'syntheses-of-two.test.ts',
  'set-language': {
    done: (here) => act(here, { act: 'set-language', language: 'en' }),
    told: ({ node }) => node.language,
    is: () => 'en',
  },
  'change-person': {
    done: (here) => act(here, { act: 'change-person', person: 'C. Lefèvre' }),
    told: ({ sitting }) => sitting.person,
    is: () => 'C. Lefèvre',
    last: (here) => act(here, { act: 'change-person', person: personAt(here) }),
  },
  'take-function': {
    done: (here) => act(here, { act: 'take-function', function: chef }),
    told: holderIn,
    is: (here) => personAt(here),
    last: (here) => leave(here),
  },
  'hand-over-function': {
    first: (here) => take(here),
    done: (here, there) => act(here, { act: 'hand-over-function', function: chef, to: personAt(there) }),
    told: (state) => functionIn(state)?.offered,
    is: (_, there) => personAt(there),
    async last(_, there) {
      await take(there)
      await leave(there)
    },
  },
  'decline-function': {
    async first(here, there) {
      await take(there)
      await act(there, { act: 'hand-over-function', function: chef, to: personAt(here) })
      await everywhere((state) => functionIn(state)?.offered, personAt(here))
    },
    done: (here, there) =>
      act(here, { act: 'decline-function', function: chef, holder: personAt(there), at: there.name }),
    told: (state) => [functionIn(state)?.declined, holderIn(state)],
    is: (here, there) => [personAt(here), personAt(there)],
    last: (_, there) => leave(there),
  },
  'leave-function': {
    first: (here) => take(here),
    done: (here) => act(here, { act: 'leave-function', function: chef }),
    told: holderIn,
    is: () => null,
  },
  propose: {
    async done(here) {
      expect(await tryTo(here, { act: 'identify' })).toMatchObject({ ok: true })
      return null
    },
    told: (state) => proposalIn(state).map((each) => [each.act, each.by.node]),
    is: (here) => [['identify', here.name]],
    last: async (_, there) => act(there, { act: 'decline-proposal', proposal: await proposed(there) }),
  },
  'decline-proposal': {
    first: (_, there) => propose(there),
    done: async (here) => act(here, { act: 'decline-proposal', proposal: await proposed(here) }),
    told: ({ proposals }) => proposals.at(-1)?.declined?.node,
    is: (here) => here.name,
  },
  'end-proposal': 'unit/main/wall/person.test.ts',
  'deliver-line': {
    first: (here) => take(here),
    together: true,
    async done(_, there) {
      await enter(there)
      return null
    },
    told: (state) => receiptIn(state)?.delivered?.node,
    is: (here) => here.name,
    last: (here) => leave(here),
  },
  'read-line': {
    first: delivered,
    done: async (here) => act(here, { act: 'read-line', ...(await lineAt(here)) }),
    told: (state) => receiptIn(state)?.read?.person ?? null,
    is: (here) => personAt(here),
    last: (here) => leave(here),
  },
  'act-on-line': {
    first: delivered,
    done: async (here) => act(here, { act: 'act-on-line', ...(await lineAt(here)), acted: true }),
    told: (state) => receiptIn(state)?.acted?.person ?? null,
    is: (here) => personAt(here),
    last: (here) => leave(here),
  },
  'offer-relief': {
    first: (here) => take(here),
    done: (here, there) =>
      act(here, {
        act: 'offer-relief',
        relief: `r-${++reliefs}`,
        to: personAt(there),
        functions: [chef],
      }),
    told: (state) => state.reliefs.map(({ to, by }) => [to, by.person]),
    is: (here, there) => [[personAt(there), personAt(here)]],
    async last(here, there) {
      await end(there)
      await leave(here)
    },
  },
  'end-relief': {
    async first(here, there) {
      await take(there)
      await offer(there, here)
    },
    done: end,
    told: (state) => state.reliefs.length,
    is: () => 0,
    last: (_, there) => leave(there),
  },
  relieve: {
    async first(here, there) {
      await take(there)
      await offer(there, here)
    },
    done: (here) =>
      act(here, {
        ...{ act: 'relieve', relief: `r-${reliefs}`, functions: [chef] },
        ...{ items: 0, digest: 'a1'.repeat(32) },
      }),
    told: (state) => [holderIn(state), state.reliefs.length],
    is: (here) => [personAt(here), 0],
    last: (here) => leave(here),
  },
  'ask-poll': {
    done: ask,
    told: ({ node: { polls: told } }) => told?.length,
    is: () => polls + 1,
    last: close,
  },
  'answer-poll': {
    async first(here, there) {
      await take(here)
      await askEverybody(there)
    },
    done: (here) =>
      act(here, { act: 'answer-poll', poll: `q-${polls}`, function: chef, answer: 'no-go', reason: 'Vent' }),
    told: answerIn,
    is: () => 'no-go',
    last: (here) => leave(here),
  },
  'close-poll': {
    first: (_, there) => askEverybody(there),
    done: close,
    told: isClosed,
    is: () => true,
  },
}

const count = async (name: ActId, { name: node }: NodeOfTwo): Promise<number> =>
  (await actsOnPlatform(two.platform)).filter((each) => each.act === name && each.node === node).length
const isOwn = (name: ActId): boolean => rowOf(name).shared === null
const hasInverse = (name: ActId): boolean => rowOf(name).inverse !== never
const nothingWaits = (node: NodeOfTwo) => tells(node, ({ outbox }) => outbox.count).toBe(0)

/** @param cut `here` is cut from the platform while it is done */
async function tried(name: ActId, trial: Trial, here: NodeOfTwo, there: NodeOfTwo, cut: boolean) {
  await trial.first?.(here, there)
  for (const node of [here, there]) await nothingWaits(node)
  const at = (node: NodeOfTwo) => tells(node, (state) => trial.told(state, here, there))
  const is = trial.is(here, there)
  const before = trial.told(await stateOf(there), here, there)
  const published = await count(name, here)
  if (cut) {
    here.line.cut()
    await tells(here, ({ together }) => together).toBe('cut')
  }
  const inverse = await trial.done(here, there)
  expect(inverse ? 'taken back' : 'not', 'as its row says').toBe(hasInverse(name) ? 'taken back' : 'not')
  await at(here).toEqual(is)
  if (cut) {
    expect(trial.told(await stateOf(there), here, there)).toEqual(before)
    await tells(here, ({ outbox }) => outbox.entries.map(({ act: each }) => each)).toContain(name)
    here.line.mend()
    await tells(here, ({ together }) => together).toBe('together')
    await at(here).toEqual(is)
  }
  await at(there).toEqual(isOwn(name) ? before : is)
  await nothingWaits(here)
  if (name !== 'present') expect(await count(name, here)).toBe(published + (isOwn(name) ? 0 : 1))
  if (inverse) {
    expect(await undo(here, inverse as never)).toMatchObject({ ok: true })
    for (const node of [here, there]) await at(node).toEqual(before)
  }
  await trial.last?.(here, there)
  for (const node of [here, there]) await nothingWaits(node)
}

const all = (Object.entries(trials) as [ActId, Trial | string][]).flatMap(([name, trial]) =>
  typeof trial === 'string' ? [] : [{ name, trial }],
)
for (const { name, trial } of all)
  test(`${name}, from either side`, async () => {
    await tried(name, trial, left, right, false)
    await tried(name, trial, right, left, false)
  })

/** What is of no use afterwards never waits. */
const waits = all.filter(({ name, trial }) => rowOf(name).shared?.lasts === null && trial.together !== true)
for (const [index, { name, trial }] of waits.entries())
  test(`${name}, where it is done cut off: the other has it once the line is back`, async () => {
    // one side each, by turns: each line stands a while between two cuts
    const [here, there] = index % 2 === 0 ? [left, right] : [right, left]
    await tried(name, trial, here, there, true)
  })
