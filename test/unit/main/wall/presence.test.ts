/** Who is there is known by what is heard, and it is said when it is not. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { readPolicy } from '../../../../main/policy/policy.ts'
import { holdState } from '../../../../main/wall/hold-state.ts'
import { keepPresence } from '../../../../main/wall/presence.ts'
import type { ActInput } from '../../../../preload/contract/act.ts'
import type { OwnScreen } from '../../../../preload/contract/display.ts'
import { ok } from '../../../../preload/contract/result.ts'
import { fittingActs } from '../../../doubles/acts.ts'
import { here, settledOf, there } from '../../../doubles/settled.ts'
import { wallStateOf } from '../../../doubles/wall-state.ts'

const read = readPolicy(
  `{ node: poste-07, organisation: CNCS, wall: { name: Salle A, screens: [1, 2] }, timeZone: UTC, scheme: default,
     contentProtection: true, screens: [], others: { scene: log, ceiling: dr, distance: 5, diagonal: 55 },
     desk: { ceiling: dr } }`,
  'p',
)
if (!read.ok) throw new Error(read.error.message)
const policy = read.value
const bounds = { x: 0, y: 0, width: 1920, height: 1080 }
const hangs = (screen: number) => ({
  screen,
  display: screen,
  attached: true,
  known: true,
  label: '',
  bounds,
})

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const start = () => {
  const wall = holdState(
    { base: wallStateOf({ together: 'cut' }), known: new Map(), own: [], holds: false, lifts: [] },
    here.node,
  )
  const said: ActInput[] = []
  const problems: (string | undefined)[] = []
  const presence = keepPresence({
    ...{ wall, policy: () => policy },
    acting: {
      perform(input, author) {
        expect(author).toEqual({ person: null, function: null, node: 'poste-07', automation: 'presence' })
        said.push(input)
        return ok({ inverse: null })
      },
    },
    problem: (problem) => problems.push(problem?.subject),
  })
  let sequence = 0
  const hear = (screens: readonly OwnScreen[] = []) => {
    const input: ActInput = { act: 'present', screens: [...screens] }
    wall.settle([{ act: settledOf(input, ++sequence, { place: there }), input }])
  }
  return { wall, said, problems, hear, presence }
}

it('a node says what screens it has every 15 s while anybody can hear it, and at once when that or they change', () => {
  const { wall, said, presence } = start()
  vi.advanceTimersByTime(60_000)
  expect(said).toEqual([])
  wall.found({ together: 'together' })
  expect(said).toHaveLength(1)
  vi.advanceTimersByTime(30_000)
  expect(said).toHaveLength(3)
  wall.found({ plan: { screens: [hangs(2)], desk: null } })
  wall.found({ plan: { screens: [hangs(2)], desk: null } })
  expect(said).toHaveLength(4)
  expect(said.at(-1)).toEqual({
    act: 'present',
    screens: [
      {
        ...{ screen: 2, label: '', attached: true, known: true, width: 1920, height: 1080 },
        ...{ distance: 5, diagonal: 55, ceiling: 'dr', scene: 'log' },
      },
    ],
  })
  presence.dispose()
  expect(vi.getTimerCount()).toBe(0)
})

it('another node that says nothing for 45 s is not heard, until it says something', () => {
  const { wall, hear } = start()
  hear()
  vi.advanceTimersByTime(30_000)
  hear()
  vi.advanceTimersByTime(44_000)
  expect(wall.now().unheard).toEqual([])
  vi.advanceTimersByTime(1_000)
  expect(wall.now().unheard).toEqual(['poste-08'])
  hear()
  expect(wall.now().unheard).toEqual([])
})

it('two nodes that have one screen are told once, until one of them has it no more', () => {
  const { wall, hear, problems } = start()
  wall.found({ plan: { screens: [hangs(1)], desk: null } })
  const screens = fittingActs.present.screens
  for (let n = 0; n < 1000; n++) hear(screens.map((screen) => ({ ...screen, screen: 1 })))
  expect(problems).toEqual(['1 (poste-07, poste-08)'])
  hear(screens)
  expect(problems).toEqual(['1 (poste-07, poste-08)', undefined])
})
