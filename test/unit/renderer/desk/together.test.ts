// @vitest-environment happy-dom
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { DeskState } from '../../../../preload/contract/state.ts'
import Window from '../../../../renderer/desk/Window.svelte'
import { entryOf, outboxOf, screenOf, speechIn, stateOf } from '../../../doubles/desk.ts'
import { minutesAgo, now } from '../../../doubles/picture.ts'
import { mountWindow, textOf, textsOf } from '../../../doubles/window.ts'

const { say, time } = speechIn('fr')
let close = (): Promise<void> => Promise.resolve()
afterEach(() => close())

const { node } = stateOf()
const screens = [
  screenOf(1, 'situation'),
  screenOf(2, 'domains'),
  screenOf(4, 'situation', { node: 'poste-08' }),
]
const nodes = [{ node: 'poste-08', at: minutesAgo(4), heard: true }]
const silent = [{ node: 'poste-08', at: minutesAgo(4), heard: false }]

async function sit(changes: Partial<DeskState> = {}) {
  const whole = (next: Partial<DeskState>) => stateOf({ together: 'together', screens, nodes, ...next })
  const desk = await mountWindow(Window, 'desk', whole(changes), {
    'window.act': () => ({ inverse: null }),
  })
  close = desk.close
  return {
    ...desk,
    asked: (call: string) => desk.calls.filter((each) => each.call === call).map(({ input }) => input),
    async becomes(next: Partial<DeskState>): Promise<void> {
      desk.tell('desk', 'stateChanged', whole(next))
      await desk.settle()
    },
  }
}
const focused = () => (document.activeElement as HTMLElement | null)?.dataset

describe('the plan of a wall of several nodes', () => {
  it('names each node over its screens, and since when one is silent', async () => {
    const desk = await sit()
    expect(textsOf('.wall h3')).toEqual([`poste-07 ${say('desk.wall.here')}`, 'poste-08'])
    expect(textsOf('[data-screen] strong')).toEqual(['1', '2', '4'])
    await desk.becomes({ nodes: silent })
    const since = { time: time(minutesAgo(4)) }
    expect(textsOf('.wall h3')[1]).toContain(say('desk.wall.silent', since))
    expect(textOf('.banners')).toContain(say('desk.together.silent', { node: 'poste-08', ...since }))
  })
  it('says nothing of nodes where there is one', async () => {
    await sit({ nodes: [], screens: screens.slice(0, 2) })
    expect(document.querySelector('.wall h3')).toBeNull()
  })
  it('gives another node’s screen its scene as one’s own, by digit, S and Enter', async () => {
    const desk = await sit()
    await desk.press('4', { code: 'Digit4' }, window)
    await desk.press('s', {}, window)
    await desk.click('[role=option][aria-selected=false]:not([aria-disabled=true])')
    expect(desk.asked('window.act')).toEqual([{ act: 'show-scene', screen: 4, scene: 'domains' }])
  })
  it('has a picture of another’s screen only when somebody asks, by button or key', async () => {
    const desk = await sit()
    expect(document.querySelectorAll('.look')).toHaveLength(1)
    await desk.click('.look')
    await desk.press('4', { code: 'Digit4' }, window)
    await desk.press('v', {}, window)
    await desk.press('1', { code: 'Digit1' }, window)
    await desk.press('v', {}, window)
    expect(desk.asked('desk.lookAt')).toEqual([{ screen: 4 }, { screen: 4 }])
    await desk.becomes({ nodes: silent })
    expect(document.querySelector('.look')).toBeNull()
    await desk.becomes({ node: { ...node, blanked: true } })
    expect(document.querySelector('.look')).toBeNull()
  })
  it('stands when two nodes claim one screen', async () => {
    const problem = { code: 'wall.screen-claimed', message: '', subject: '1' } as const
    const desk = await sit({ screens: [...screens, screenOf(1, 'domains', { node: 'poste-08', problem })] })
    await desk.press('1', { code: 'Digit1' }, window)
    await desk.press('s', {}, window)
    expect(document.querySelectorAll('.scenes [role=listbox]')).toHaveLength(1)
    expect(textOf('.banners')).toContain(say('problem.wall.screen-claimed.cause', { subject: '1' }))
    expect(desk.broken).toEqual([])
  })
})

describe('what is not confirmed', () => {
  const chosen = outboxOf(entryOf('a', 'show-scene', { screen: 4, scene: 'situation' }, { state: 'sent' }))
  const marked = () => textsOf('.picture .waits')

  it('is not marked while a healthy link takes its moment, and is once it takes longer', async () => {
    const desk = await sit({ outbox: chosen })
    expect(marked()).toEqual([])
    expect(textsOf('nav .tab')).not.toContain(say('desk.nav.outbox'))
    await vi.advanceTimersByTimeAsync(2000)
    await desk.settle()
    expect(marked()).toEqual([say('desk.act.waits')])
    expect(document.querySelector('[data-screen="4"]')?.getAttribute('aria-label')).toContain(
      say('desk.act.waits'),
    )
    expect(textOf('nav')).toContain(`${say('desk.nav.outbox')} 1`)
    await desk.becomes({})
    expect(marked()).toEqual([])
  })
  it('is marked at once while the link is cut, and the desk says that it is cut off', async () => {
    await sit({ outbox: chosen, together: 'cut', nodes: silent })
    expect(marked()).toEqual([say('desk.act.waits')])
    expect(textOf('.banners')).toContain(say('desk.together.cut'))
  })
  it('is said at the button that gives the picture back, which is not pressed twice', async () => {
    const blank = { node: { ...node, blanked: true }, outbox: outboxOf(entryOf('u', 'unblank', {})) }
    const desk = await sit(blank)
    await vi.advanceTimersByTimeAsync(2000)
    await desk.settle()
    expect(textOf('.wall .top .button')).toContain(say('desk.act.waits'))
    await desk.press('b', {}, window)
    expect(desk.asked('window.act')).toEqual([])
    expect(textOf('.notice')).toContain(say('desk.notice.asked'))
  })
})

describe('the outbox', () => {
  const entries = [
    entryOf(
      'r',
      'show-scene',
      { screen: 2, scene: 'situation' },
      {
        ...{ at: minutesAgo(9), state: 'refused' as const },
        problem: { code: 'act.refused', message: 'permissions violation', subject: 'dp.ops.acts' },
      },
    ),
    entryOf('s', 'show-scene', { screen: 1, scene: 'domains' }, { at: minutesAgo(4), state: 'sent' }),
    entryOf('w', 'show-scene', { screen: 4, scene: 'domains' }, { at: minutesAgo(3) }),
    entryOf('x', 'unblank', {}, { at: minutesAgo(2) }),
  ]
  const cut = { together: 'cut', nodes: silent, outbox: outboxOf(...entries) } as const

  it('lists what was refused with why and what to do, then what waits, each as what it is', async () => {
    const desk = await sit(cut)
    await desk.press('e', {}, window)
    expect(textsOf('.outbox h3')).toEqual([say('desk.outbox.refused'), say('desk.outbox.waiting')])
    const rows = textsOf('.outbox li')
    expect(rows[0]).toContain(say('problem.act.refused.cause'))
    expect(rows[0]).toContain(say('problem.act.refused.next'))
    expect(rows[1]).toContain(say('desk.outbox.state.sent'))
    // it is not given back before it is
    expect(rows[3]).toContain(say('desk.wall.unblank'))
    expect(rows[3]).not.toContain(say('desk.notice.unblanked'))
  })
  it('is walked with the arrows and withdrawn from with Delete; what went has its next in its place', async () => {
    const desk = await sit(cut)
    await desk.press('e', {}, window)
    const first = document.querySelector<HTMLElement>('[data-outgoing]')
    first?.focus()
    await desk.press('ArrowDown')
    await desk.press('Delete')
    expect(desk.asked('desk.withdraw')).toEqual([])
    expect(textOf('.notice')).toContain(say('desk.notice.sent'))
    await desk.press('ArrowDown')
    expect(focused()).toMatchObject({ outgoing: 'w' })
    await desk.press('Delete')
    expect(desk.asked('desk.withdraw')).toEqual([{ id: 'w' }])
    await desk.becomes({ ...cut, outbox: outboxOf(...entries.filter(({ id }) => id !== 'w')) })
    expect(focused()).toMatchObject({ outgoing: 'x' })
  })
  it('says in words that nothing waits, and when it is full', async () => {
    const desk = await sit()
    await desk.press('e', {}, window)
    expect(textOf('.outbox')).toContain(say('desk.outbox.empty'))
    await desk.becomes({ ...cut, outbox: { entries: [...entries], count: 1000, full: true } })
    expect(textOf('.outbox [role=alert]')).toBe(say('desk.outbox.full'))
    expect(textOf('.outbox')).toContain(say('desk.outbox.more', { count: 996 }))
    await desk.press('w', {}, window)
    expect(textOf('.banners')).toContain(say('desk.outbox.full'))
    expect(textOf('.banners')).toContain(say('desk.outbox.refusals', { count: 1 }))
  })
})

it('whoever lost is told what holds and whose it is, until they have read it', async () => {
  const lost = {
    ...{ id: 'a', act: 'show-scene', input: { screen: 2, scene: 'situation' }, at: now },
    by: { person: null, function: null, node: 'poste-08', automation: null },
  }
  const desk = await sit({ lost })
  expect(textOf('.notice.lost')).toContain(
    say('desk.notice.scene', { screen: 2, scene: 'Situation générale' }),
  )
  expect(textOf('.notice.lost')).toContain('poste-08')
  await desk.click('.notice.lost .close')
  await desk.becomes({ lost })
  expect(document.querySelector('.notice.lost')).toBeNull()
  await desk.becomes({ lost: { ...lost, id: 'b' } })
  expect(document.querySelector('.notice.lost')).not.toBeNull()
})

it('a wall that is blank here is not said to be dark elsewhere while nobody there is heard', async () => {
  const desk = await sit({ node: { ...node, blanked: true } })
  expect(textOf('.banners')).toContain(say('desk.wall.blankedHow'))
  await desk.becomes({ node: { ...node, blanked: true }, together: 'cut', nodes: silent })
  expect(textOf('.banners')).not.toContain(say('desk.wall.blankedHow'))
  expect(textOf('.banners')).toContain(say('desk.wall.blankedNotHeard', { nodes: 'poste-08' }))
  expect(textsOf('[data-screen="4"] .told')).toEqual([say('desk.screen.maybeBlanked')])
})

it('a button of an act that this node may not do says so, and asks for nothing', async () => {
  const desk = await sit({ mayNot: ['identify', 'show-scene'] })
  const identify = document.querySelector<HTMLElement>('.wall .barred')
  expect(identify?.getAttribute('aria-disabled')).toBe('true')
  expect(textOf('.wall .barred')).toContain(say('desk.act.barred'))
  await desk.click('.wall .barred')
  await desk.click('[data-screen="1"]')
  expect(textOf('.notice')).toContain(say('desk.notice.mayNot'))
  expect(document.querySelector('.scenes [role=listbox]')).toBeNull()
  expect(desk.calls.filter(({ call }) => call === 'window.act')).toEqual([])
})
