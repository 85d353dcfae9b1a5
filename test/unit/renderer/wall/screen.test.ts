// @vitest-environment happy-dom
import { afterEach, expect, it, vi } from 'vitest'
import type { WallState } from '../../../../preload/contract/state.ts'
import Wall from '../../../../renderer/wall/Wall.svelte'
import { speechIn, stateOf, wallOf } from '../../../doubles/desk.ts'
import { feedOf, minutesAgo, now } from '../../../doubles/picture.ts'
import { mountWindow, textOf, textsOf } from '../../../doubles/window.ts'

vi.mock('../../../../renderer/map/Map.svelte', () => import('../../../doubles/NoMap.svelte'))

const { say } = speechIn('fr')
const { node } = stateOf()
const lines: WallState['scene']['widgets'] = [{ widget: 'log', at: [0, 0, 12, 12] }]
let close = (): Promise<void> => Promise.resolve()
afterEach(() => close())

async function hang(changes: Partial<WallState> = {}) {
  const wall = await mountWindow(Wall, 'wall', wallOf(lines, changes))
  close = wall.close
  return {
    ...wall,
    async becomes(next: Partial<WallState>): Promise<void> {
      wall.tell('wall', 'stateChanged', wallOf(lines, next))
      await wall.settle()
    },
  }
}
const log = feedOf('security.log', now, { known: true, descriptor: { kind: 'note' } })
const marks = () =>
  Array.from(
    document.querySelectorAll<HTMLElement>('.banner[data-marking]'),
    ({ dataset }) => dataset['marking'],
  )

it('a screen is marked as high as what is on it, above and below', async () => {
  const wall = await hang()
  await wall.hearsOf([log], { marking: 1 })
  expect(marks()).toEqual(['1', '1'])
  expect(textsOf('.banner')).toEqual(
    Array(2).fill(
      node.scheme.levels[1]?.banner instanceof Object
        ? node.scheme.levels[1].banner.fr
        : node.scheme.levels[1]?.banner,
    ),
  )
})

it('a blank screen shows nothing of the picture, so it is marked as nothing is', async () => {
  const wall = await hang()
  await wall.hearsOf([log], { marking: 1 })
  await wall.becomes({ node: { ...node, blanked: true } })
  expect(textOf('.blank p')).toContain(say('wall.blanked'))
  expect(document.querySelector<HTMLElement>('.picture')?.hasAttribute('inert')).toBe(true)
  expect(marks()).toEqual(['0', '0'])
  await wall.becomes({})
  expect(document.querySelector('.blank')).toBeNull()
  expect(marks()).toEqual(['1', '1'])
})

it('a display that nobody knows says so, and not that it was blanked', async () => {
  await hang({ known: false, node: { ...node, blanked: true } })
  expect(textOf('.blank p')).toContain(say('wall.unknownDisplay'))
})

it('Escape twice blanks the wall, once does not, and neither does held down, or with another key between', async () => {
  const wall = await hang()
  const blanks = () => wall.calls.filter(({ call }) => call === 'window.act').map(({ input }) => input)
  await wall.press('Escape')
  await wall.press('a')
  await wall.press('Escape')
  await wall.press('Escape', { repeat: true })
  expect(blanks()).toEqual([])
  await wall.press('Escape')
  expect(blanks()).toEqual([{ act: 'blank' }])
})

it('what keeps the node from its work is said on the wall in words, with the next step', async () => {
  const problem = { code: 'identity.expired', message: 'x509 at line 3', subject: 'wall.p12' } as const
  const wall = await hang({ node: { ...node, problem } })
  expect(textOf('[role=alert]')).toContain(say('problem.identity.expired.cause', { subject: 'wall.p12' }))
  expect(textOf('[role=alert]')).toContain(say('problem.identity.expired.next', { subject: 'wall.p12' }))
  expect(document.body.textContent).not.toContain('line 3')
  await wall.becomes({})
  expect(document.querySelector('[role=alert]')).toBeNull()
})

it('a feed that is late or lost looks it, and one that is refused says so', async () => {
  const wall = await hang()
  await wall.hearsOf([
    feedOf('security.a', minutesAgo(3)),
    feedOf('health.a', minutesAgo(30)),
    feedOf('transport.a', null, { access: 'refused' }),
    feedOf('logistics.a', now),
  ])
  expect(textsOf('.cell.late .word')).toEqual([say('feed.late')])
  expect(textsOf('.cell.lost .word')).toEqual([say('feed.lost')])
  expect(textsOf('.cell.refused .state')).toEqual([say('feed.refused')])
  expect(document.querySelectorAll('.cell.fresh[role=group]')).toHaveLength(1)
})

it('a picture whose engine is gone looks frozen until the next one speaks', async () => {
  const wall = await hang()
  const link = () => document.querySelector<HTMLElement>('[data-link]')?.dataset['link']
  expect(link()).toBe('starting')
  await wall.hearsOf([log])
  expect(link()).toBe('live')
  wall.die()
  await wall.settle()
  expect(link()).toBe('down')
  await wall.hearsOf([log])
  expect(link()).toBe('live')
})

it('a board is made again only for another scene, not whenever main says something', async () => {
  const wall = await hang()
  const before = document.querySelector('section.log')
  await wall.becomes({ node: { ...node, language: 'en' }, identify: true })
  expect(textOf('[role=status][aria-label]')).toContain('1')
  expect(document.documentElement.lang).toBe('en')
  expect(document.querySelector('section.log')).toBe(before)
  await wall.becomes({ scene: { ...wallOf(lines).scene, scene: 'b' } })
  expect(document.querySelector('section.log')).not.toBe(before)
})
