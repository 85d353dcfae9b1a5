/** Two machines are one wall: what is done at either desk is on both, cut apart each goes on, and together they agree. */
import { expect, test, type Page } from '@playwright/test'
import words from '../../resources/translations/fr.json' with { type: 'json' }
import { act, lookAt, outboxOf, sceneOf, shows, stateOf, tells, tryTo, undo, withdraw } from './at-desk.ts'
import { message } from '../platform/product.ts'
import { incident, incidents, linkOf } from './node.ts'
import { hostileActs } from './hostile-acts.ts'
import { acts, actsOnPlatform, startTwoNodes, type NodeOfTwo, type TwoNodes } from './two-nodes.ts'

test.describe.configure({ mode: 'serial', timeout: 240_000 })

let two: TwoNodes
let left: NodeOfTwo
let right: NodeOfTwo

test.beforeAll(async () => {
  two = await startTwoNodes()
  ;({ left, right } = two)
})
test.afterAll(async () => {
  await two?.dispose()
})

const each = (): [NodeOfTwo, NodeOfTwo][] => [
  [left, right],
  [right, left],
]
const titleOf = { situation: 'Situation', domains: 'Domaines', log: 'Main courante' } as const
type SceneName = keyof typeof titleOf
/** Both desks say so, and the screen itself. */
async function bothShow(screen: number, scene: SceneName): Promise<void> {
  for (const node of [left, right]) await tells(node, sceneOf(screen)).toBe(scene)
  const owner = left.screens.includes(screen) ? left : right
  await shows(owner, screen, ({ scene: { title } }) => (typeof title === 'string' ? title : title.fr)).toBe(
    titleOf[scene],
  )
}
async function masked(node: NodeOfTwo, blank: boolean): Promise<void> {
  for (const screen of node.screens)
    await expect((await node.screen(screen)).getByText(words['wall.blanked'])).toHaveCount(blank ? 1 : 0)
}
async function apart(node: NodeOfTwo): Promise<void> {
  node.line.cut()
  await tells(node, ({ together }) => together).toBe('cut')
}
async function again(node: NodeOfTwo): Promise<void> {
  node.line.mend()
  await tells(node, ({ together }) => together).toBe('together')
  await tells(node, ({ outbox }) => outbox.entries.filter(({ state }) => state !== 'refused')).toEqual([])
}

test('each follows the platform over its own line, and has the screens of both in one plan', async () => {
  for (const [node, other] of each()) {
    for (const screen of node.screens) {
      const page = await node.screen(screen)
      await expect.poll(() => linkOf(page)).toBe('live')
    }
    await tells(node, ({ together }) => together).toBe('together')
    await tells(node, ({ screens }) => screens.map(({ screen }) => screen)).toEqual([1, 2, 3, 4])
    await tells(node, ({ screens }) =>
      screens.flatMap(({ screen, node: whose }) => (whose === other.name ? [screen] : [])),
    ).toEqual([...other.screens])
    await tells(node, ({ nodes }) => nodes.map(({ node: name, heard }) => ({ name, heard }))).toEqual([
      { name: other.name, heard: true },
    ])
  }
})

test('what is done at either desk is on the other’s screens and desk: each act of the table', async () => {
  for (const [node, other] of each()) {
    const screen = other.screens[1]!
    for (const scene of ['domains', 'log'] as const) {
      await act(node, { act: 'show-scene', screen, scene })
      await bothShow(screen, scene)
    }

    const entity = { product: incidents, entity: 'INC-1' }
    await act(node, { act: 'point-out', entity })
    await tells(other, ({ pointedOut }) => pointedOut).toMatchObject(entity)
    await shows(other, screen, ({ pointedOut }) => pointedOut).toMatchObject(entity)
    await act(node, { act: 'point-out', entity: null })
    await tells(other, ({ pointedOut }) => pointedOut).toBeNull()

    await act(node, { act: 'acknowledge', ...entity, taken: true })
    await tells(other, (state) => state.node.acknowledged).toMatchObject([{ ...entity, by: node.name }])
    await act(node, { act: 'acknowledge', ...entity, taken: false })
    await tells(other, (state) => state.node.acknowledged).toEqual([])

    await act(node, { act: 'identify' })
    await shows(other, screen, ({ identify }) => identify).toBe(true)
    await shows(other, screen, ({ identify }) => identify).toBe(false)

    await act(node, { act: 'blank' })
    await masked(node, true)
    await masked(other, true)
    await act(node, { act: 'unblank' })
    await masked(other, false)
    await masked(node, false)

    // its own, and nobody else's
    await act(node, { act: 'set-language', language: 'en' })
    await tells(node, (state) => state.node.language).toBe('en')
    expect((await stateOf(other)).node.language).toBe('fr')
    await act(node, { act: 'set-language', language: 'fr' })
    await tells(node, outboxOf).toEqual([])
  }
})

/** When a page shows what covers a blank screen, by the machine's clock. */
const coveredAt = (page: Page): Promise<number> =>
  page.evaluate(
    (text) =>
      new Promise<number>((resolve) => {
        const look = (): void => {
          if (document.body.innerText.includes(text)) resolve(Date.now())
          else requestAnimationFrame(look)
        }
        look()
      }),
    words['wall.blanked'],
  )

test('either blanks, and either gives back what the other blanked', async () => {
  for (const [node, other] of each()) {
    const pages = [await node.screen(node.screens[0]!), await other.screen(other.screens[0]!)]
    const covered = pages.map(coveredAt)
    const asked = Date.now()
    await act(node, { act: 'blank' })
    await masked(other, true)
    const [here, there] = (await Promise.all(covered)).map((at) => at - asked)
    process.stderr.write(
      `blank at ${node.name}: its own screen after ${here} ms, the other's after ${there} ms\n`,
    )
    await act(other, { act: 'unblank' })
    await masked(node, false)
    await masked(other, false)
  }
})

test('what was done is taken back across machines, but not over what the other did since', async () => {
  for (const [node, other] of each()) {
    const screen = other.screens[0]!
    const before = sceneOf(screen)(await stateOf(node)) as SceneName
    const inverse = await act(node, { act: 'show-scene', screen, scene: 'log' })
    await bothShow(screen, 'log')
    expect(await undo(node, inverse)).toMatchObject({ ok: true })
    await bothShow(screen, before)

    const late = await act(node, { act: 'show-scene', screen, scene: 'log' })
    await bothShow(screen, 'log')
    await act(other, { act: 'show-scene', screen, scene: 'domains' })
    await bothShow(screen, 'domains')
    expect(await undo(node, late)).toMatchObject({ ok: false, error: { code: 'act.overtaken' } })
    await bothShow(screen, 'domains')
    await act(other, { act: 'show-scene', screen, scene: 'situation' })
    await bothShow(screen, 'situation')
  }
})

test('a screen of the other is looked at once, with its marking; not while all is blank', async () => {
  for (const [node, other] of each()) {
    // a screen that was just given back has not said yet what is on it
    await expect
      .poll(() => lookAt(node, other.screens[0]!))
      .toMatchObject({ marking: 0, bytes: expect.any(Number) })
    await act(other, { act: 'blank' })
    await masked(other, true)
    expect(await lookAt(node, other.screens[1]!)).toBe('wall.no-picture')
    await act(other, { act: 'unblank' })
    await masked(node, false)
    await masked(other, false)
  }
})

test('cut apart each keeps its last and goes on, shows what waits, and together they agree', async () => {
  await apart(left)
  await act(left, { act: 'show-scene', screen: 1, scene: 'domains' })
  await tells(left, sceneOf(1)).toBe('domains')
  await shows(left, 1, ({ scene: { title } }) => title).toMatchObject({ fr: titleOf.domains })
  await act(right, { act: 'show-scene', screen: 4, scene: 'domains' })
  await tells(right, sceneOf(4)).toBe('domains')
  // what nobody there can know is as it was
  expect(sceneOf(4)(await stateOf(left))).not.toBe('domains')
  expect(sceneOf(1)(await stateOf(right))).not.toBe('domains')
  await tells(left, outboxOf).toEqual(['show-scene waiting'])

  await act(left, { act: 'show-scene', screen: 2, scene: 'domains' })
  await tells(left, sceneOf(2)).toBe('domains')
  const { outbox } = await stateOf(left)
  const id = outbox.entries.at(-1)!.id
  expect(await withdraw(left, id)).toMatchObject({ ok: true })
  await tells(left, sceneOf(2)).not.toBe('domains')
  await tells(left, outboxOf).toEqual(['show-scene waiting'])

  await again(left)
  await bothShow(1, 'domains')
  await bothShow(4, 'domains')
  expect((await actsOnPlatform(two.platform)).map((each) => each.id)).not.toContain(id)
})

test('of two scenes for one screen the platform’s order decides, and who lost is told what won', async () => {
  await apart(left)
  await act(left, { act: 'show-scene', screen: 3, scene: 'log' })
  await act(right, { act: 'show-scene', screen: 3, scene: 'domains' })
  await bothSay(right, 3, 'domains')
  await again(left)
  await bothShow(3, 'log')
  await tells(right, ({ lost }) => lost).toMatchObject({
    act: 'show-scene',
    input: { screen: 3, scene: 'log' },
    by: { node: left.name },
  })
  expect((await stateOf(left)).lost).toBeNull()
})

async function bothSay(node: NodeOfTwo, screen: number, scene: string): Promise<void> {
  await tells(node, sceneOf(screen)).toBe(scene)
  await tells(node, outboxOf).toEqual([])
}

test('blank while cut: here at once, there once the line is back', async () => {
  await apart(left)
  await act(left, { act: 'blank' })
  await masked(left, true)
  await masked(right, false)
  await again(left)
  await masked(right, true)
  await act(right, { act: 'unblank' })
  await masked(left, false)
  await masked(right, false)
})

test('who gives back what was blanked again meanwhile is overtaken: it stays blank', async () => {
  await act(right, { act: 'blank' })
  await masked(left, true)
  await apart(left)
  await tryTo(left, { act: 'unblank' })
  await act(right, { act: 'unblank' })
  await masked(right, false)
  await act(right, { act: 'blank' })
  await masked(right, true)
  left.line.mend()
  await tells(left, ({ together }) => together).toBe('together')
  await tells(left, ({ outbox }) => outbox.entries.map(({ problem }) => problem?.code)).toEqual([
    'act.overtaken',
  ])
  await masked(left, true)
  await masked(right, true)
  const { outbox } = await stateOf(left)
  for (const { id } of outbox.entries) await withdraw(left, id)
  await tells(left, outboxOf).toEqual([])
  await act(left, { act: 'unblank' })
  await masked(left, false)
  await masked(right, false)
})

test('a line that is frozen is noticed at both ends, and what was done over it is on the platform once', async () => {
  left.line.freeze()
  await act(left, { act: 'show-scene', screen: 2, scene: 'domains' })
  await tells(left, sceneOf(2)).toBe('domains')
  await expect.poll(async () => (await stateOf(left)).together, { timeout: 60_000 }).toBe('cut')
  await expect
    .poll(async () => (await stateOf(right)).nodes.map(({ heard }) => heard), { timeout: 90_000 })
    .toEqual([false])
  expect(await lookAt(right, 1)).toBe('wall.unanswered')
  expect(await lookAt(left, 3)).toBe('wall.unanswered')
  await again(left)
  await tells(right, ({ nodes }) => nodes.map(({ heard }) => heard)).toEqual([true])
  await bothShow(2, 'domains')
  const told = (await actsOnPlatform(two.platform)).map(({ id }) => id)
  expect(new Set(told).size).toBe(told.length)
})

test('what the platform does not let a node do is refused in words, and no longer offered', async () => {
  await two.platform.permit(right.identity, [], ['screen'])
  await tryTo(right, { act: 'show-scene', screen: 1, scene: 'log' })
  await tells(right, ({ outbox }) => outbox.entries.map(({ problem }) => problem?.code)).toEqual([
    'act.refused',
  ])
  await tells(right, ({ mayNot }) => mayNot).toContain('show-scene')
  await bothShow(1, 'domains')
  for (const { id } of (await stateOf(right)).outbox.entries) await withdraw(right, id)
  await tells(right, outboxOf).toEqual([])
  expect(await tryTo(right, { act: 'show-scene', screen: 1, scene: 'log' })).toMatchObject({
    error: { code: 'act.refused' },
  })
  // what it may, it does
  await act(right, { act: 'blank' })
  await masked(left, true)
  await act(right, { act: 'unblank' })
  await masked(left, false)
  // a right that is given is tried again with the next connection
  await two.platform.permit(right.identity)
  await apart(right)
  await again(right)
  await tells(right, ({ mayNot }) => mayNot).toEqual([])
  await act(right, { act: 'show-scene', screen: 1, scene: 'log' })
  await bothShow(1, 'log')
})

test('acts that nobody could have done leave the wall as it was, and those that follow count', async () => {
  await masked(left, false)
  const look = ({ screens, node, pointedOut, nodes }: Awaited<ReturnType<typeof stateOf>>) => ({
    scenes: screens.map(({ screen, scene }) => `${screen} ${scene}`),
    blanked: node.blanked,
    pointedOut,
    nodes: nodes.map(({ node: name }) => name),
  })
  const before = [look(await stateOf(left)), look(await stateOf(right))]
  await two.platform.publish(hostileActs)
  await two.platform.publish([incident(7, 'Après la pluie')])
  for (const node of [left, right])
    await expect((await node.screen(node.screens[0]!)).getByText('Après la pluie').first()).toBeVisible()
  await act(left, { act: 'show-scene', screen: 4, scene: 'log' })
  await bothShow(4, 'log')
  await act(right, { act: 'show-scene', screen: 4, scene: 'domains' })
  await bothShow(4, 'domains')
  expect([look(await stateOf(left)), look(await stateOf(right))]).toEqual(before)
})

test('a third node that claims a screen of the wall is named at both desks, and the screen stays its own', async () => {
  const scenes = ({ screens }: Awaited<ReturnType<typeof stateOf>>) =>
    screens.map(({ screen, scene, node }) => `${screen} ${scene} ${node ?? 'own'}`)
  const before = [scenes(await stateOf(left)), scenes(await stateOf(right))]
  const claimed = {
    ...{ screen: 4, label: '', attached: true, known: true, width: 1920, height: 1080 },
    ...{ distance: 5, diagonal: 55, ceiling: 'np', scene: 'situation' },
  }
  const body = {
    ...{
      act: 'present',
      input: { screens: [claimed], person: null },
      moment: { live: true as const },
      after: null,
    },
    by: { person: null, function: null, node: 'poste-09', automation: 'presence' },
  }
  const entity = 'node.cncs.salle-de-crise.poste-09'
  await two.platform.publish([message(acts, 'act', 0, { entity, id: 'claim', body })])
  for (const node of [left, right])
    await tells(node, ({ screens }) =>
      screens.flatMap(({ screen, problem }) =>
        problem === null ? [] : [[screen, problem.code, problem.subject]],
      ),
    ).toEqual([[4, 'wall.screen-claimed', '4 (poste-08, poste-09)']])
  const said = words['problem.wall.screen-claimed.cause'].replace('{subject}', '4 (poste-08, poste-09)')
  for (const node of [left, right]) await expect((await node.desk()).getByText(said).first()).toBeVisible()
  expect([scenes(await stateOf(left)), scenes(await stateOf(right))]).toEqual(before)
  await act(left, { act: 'show-scene', screen: 4, scene: 'log' })
  await bothShow(4, 'log')
})
