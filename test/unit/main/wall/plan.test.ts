import { describe, expect, it } from 'vitest'
import type { AttachedDisplay } from '../../../../preload/contract/display.ts'
import { acceptDisplay, planWall, replanWall, type Knows } from '../../../../main/wall/plan.ts'

const display = (id: number, x: number, y = 0): AttachedDisplay => ({
  id,
  label: `model ${id}`,
  bounds: { x, y, width: 1920, height: 1080 },
})
const three = [display(30, 3840), display(10, 0), display(20, 1920)]
const numbers = (plan: ReturnType<typeof planWall>) =>
  plan.screens.map(
    ({ screen, display, attached, known }) =>
      `${screen}:${display}${attached ? '' : ' away'}${known ? '' : ' unknown'}`,
  )
const any: Knows = () => true
const all = { deskDisplay: null, most: null, own: null }

describe('the wall’s plan', () => {
  it('counts screens from the left, then from the top', () => {
    expect(numbers(planWall(three, all, any))).toEqual(['1:10', '2:20', '3:30'])
    expect(numbers(planWall([display(2, 0, 1080), display(1, 0, 0)], all, any))).toEqual(['1:1', '2:2'])
  })

  it('leaves the desk its display', () => {
    const plan = planWall(three, { ...all, deskDisplay: 2 }, any)
    expect(numbers(plan)).toEqual(['1:10', '2:30'])
    expect(plan.desk).toMatchObject({ display: 20, attached: true })
  })

  it('without that display the desk is a window among others', () => {
    expect(planWall(three, { ...all, deskDisplay: 4 }, any).desk).toBeNull()
  })

  it('opens no more walls than asked for', () => {
    const plan = planWall(three, { ...all, most: 2 }, any)
    expect(numbers(plan)).toEqual(['1:10', '2:20'])
    expect(numbers(replanWall(plan, three, { most: 2, own: null }, any))).toEqual(['1:10', '2:20'])
  })

  it('keeps a screen’s number while its display is unplugged, and gives it back', () => {
    const plan = planWall(three, all, any)
    const without = replanWall(plan, [display(10, 0), display(30, 1920)], all, any)
    expect(numbers(without)).toEqual(['1:10', '2:20 away', '3:30'])
    expect(without.screens[2]?.bounds.x).toBe(1920)
    expect(numbers(replanWall(without, three, all, any))).toEqual(['1:10', '2:20', '3:30'])
  })

  it('takes a new display at the place of a missing one as its replacement, which shows nothing until it is accepted', () => {
    const plan = planWall(three, all, any)
    const replaced = replanWall(plan, [display(10, 0), display(99, 1920), display(30, 3840)], all, any)
    expect(numbers(replaced)).toEqual(['1:10', '2:99 unknown', '3:30'])
    // not by pulling it out and in again, nor by moving something else
    const pulled = replanWall(replaced, [display(10, 0), display(30, 3840)], all, any)
    expect(numbers(pulled)).toEqual(['1:10', '2:99 away unknown', '3:30'])
    const again = replanWall(pulled, [display(10, 0), display(99, 1920), display(30, 5760)], all, any)
    expect(numbers(again)).toEqual(['1:10', '2:99 unknown', '3:30'])
    const accepted = acceptDisplay(again, 2)
    expect(numbers(accepted)).toEqual(['1:10', '2:99', '3:30'])
    expect(numbers(replanWall(accepted, three, all, any))).toEqual(['1:10', '2:20 unknown', '3:30'])
  })

  it('knows only the display that the policy names for a screen, from the start', () => {
    const knows: Knows = (screen, { label }) => screen !== 2 || label === 'model 21'
    expect(numbers(planWall(three, all, knows))).toEqual(['1:10', '2:20 unknown', '3:30'])
    expect(numbers(planWall([display(10, 0), display(21, 1920)], all, knows))).toEqual(['1:10', '2:21'])
    const one = planWall([display(10, 0)], all, knows)
    expect(numbers(replanWall(one, three, all, knows))).toEqual(['1:10', '2:20 unknown', '3:30'])
  })

  it('gives a further display a further number', () => {
    const plan = planWall(three, all, any)
    expect(numbers(replanWall(plan, [...three, display(40, 5760)], all, any))).toEqual([
      '1:10',
      '2:20',
      '3:30',
      '4:40',
    ])
  })

  it('does not give the desk’s display to the wall while it is unplugged, or after', () => {
    const plan = planWall(three, { ...all, deskDisplay: 3 }, any)
    const without = replanWall(plan, three.slice(1), all, any)
    expect(without.desk?.attached).toBe(false)
    expect(numbers(without)).toEqual(['1:10', '2:20'])
    const back = replanWall(without, three, all, any)
    expect(back.desk).toMatchObject({ display: 30, attached: true })
    expect(numbers(back)).toEqual(['1:10', '2:20'])
  })

  it('numbers them as the policy says where other nodes have the rest, and no further display is a screen', () => {
    const own = { ...all, own: [4, 6] }
    const plan = planWall(three, own, any)
    expect(numbers(plan)).toEqual(['4:10', '6:20'])
    expect(numbers(planWall(three, { ...own, deskDisplay: 1 }, any))).toEqual(['4:20', '6:30'])
    expect(numbers(replanWall(plan, [...three, display(40, 5760)], own, any))).toEqual(['4:10', '6:20'])
    const one = planWall([display(10, 0)], own, any)
    expect(numbers(replanWall(one, three, own, any))).toEqual(['4:10', '6:20'])
  })

  it('survives having no display at all', () => {
    const none = replanWall(planWall(three, all, any), [], all, any)
    expect(numbers(none)).toEqual(['1:10 away', '2:20 away', '3:30 away'])
    expect(numbers(replanWall(none, three, all, any))).toEqual(['1:10', '2:20', '3:30'])
  })
})
