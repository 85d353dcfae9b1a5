import { afterEach, describe, expect, it, vi } from 'vitest'
import type { ActInput } from '../../../../preload/contract/act.ts'
import { fail } from '../../../../preload/contract/result.ts'
import { createActing, type Acting } from '../../../../renderer/desk/acting.svelte.ts'
import { Choice } from '../../../../renderer/desk/choice.svelte.ts'
import { inWords } from '../../../../renderer/speech/said.ts'
import { bridgeDouble } from '../../../doubles/bridge.ts'
import { screenOf, speechIn, stateOf } from '../../../doubles/desk.ts'

const entity = { product: 'security.units', entity: 'pol-12' }
const opened: Acting[] = []
afterEach(() => {
  for (const acting of opened.splice(0)) acting.dispose()
})

/** A desk whose main answers each act with what the test says takes it back. */
function open(inverse: (input: ActInput) => ActInput | null, state = stateOf()) {
  const { bridge, calls } = bridgeDouble('desk', {
    'window.act': (input) => ({ inverse: inverse(input as ActInput) }),
  })
  const acting = createActing({ bridge, node: { state }, choice: new Choice(), alarms: () => [] })
  opened.push(acting)
  const told = async (): Promise<string> => {
    await vi.waitFor(() => expect(acting.notice).not.toBeNull())
    return acting.notice === null ? '' : inWords(acting.notice.said, speechIn('en'))
  }
  return { acting, calls, told }
}

describe('what a person does at the desk', () => {
  it('is asked for as it stands in the table, and told in its row’s words', async () => {
    const { acting, calls, told } = open(() => null)
    acting.perform({ act: 'show-scene', screen: 1, scene: 'domains' })
    expect(await told()).toBe('Screen 1: Five domains.')
    expect(calls).toEqual([{ call: 'window.act', input: { act: 'show-scene', screen: 1, scene: 'domains' } }])
  })

  it('is taken back as main said, once', async () => {
    const { acting, calls, told } = open(() => ({ act: 'show-scene', screen: 1, scene: 'situation' }))
    acting.perform({ act: 'show-scene', screen: 1, scene: 'domains' })
    await told()
    expect(acting.notice?.undoable).toBe(true)
    acting.perform({ act: 'undo' })
    await vi.waitFor(() => expect(acting.notice?.undoable).toBe(false))
    expect(await told()).toBe('Undone. Screen 1: Situation.')
    acting.perform({ act: 'undo' })
    await vi.waitFor(async () => expect(await told()).toBe('Nothing to undo.'))
    expect(calls).toHaveLength(2)
  })

  it('that was refused is told with why, and leaves nothing to take back', async () => {
    const { acting, told } = open(() => null)
    const bridge = { window: { act: () => Promise.resolve(fail('screen.unknown', 'no')) } }
    const refused = createActing({
      bridge: bridge as never,
      node: { state: stateOf() },
      choice: new Choice(),
      alarms: () => [],
    })
    opened.push(refused)
    refused.perform({ act: 'identify' })
    await vi.waitFor(() => expect(refused.notice?.problem?.code).toBe('screen.unknown'))
    expect(refused.notice?.undoable).toBe(false)
    acting.perform({ act: 'undo' })
    expect(await told()).toBe('Nothing to undo.')
  })

  it('says on which screens an entity can be seen that is pointed out', async () => {
    const map = { maps: [{ domains: null }] }
    const screens = [screenOf(1, 's', map), screenOf(2, 'd'), screenOf(3, 's', map)]
    const { acting, told } = open(() => null, stateOf({ screens }))
    acting.perform({ act: 'point-out', entity })
    expect(await told()).toBe('POL-12: shown on screens 1, 3.')
  })

  it('says that no screen shows it, and why', async () => {
    const { acting, told } = open(() => null)
    acting.perform({ act: 'point-out', entity })
    expect(await told()).toContain('No screen shows POL-12')
  })
})
