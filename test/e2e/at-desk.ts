/** What a person does at a desk and is told there, by the calls that its page has; how it looks there is other tests'. */
import { expect } from '@playwright/test'
import type { ActInput } from '../../preload/contract/act.ts'
import type { Result } from '../../preload/contract/result.ts'
import type { Bridge } from '../../preload/contract/schema.ts'
import type { DeskState, WallState } from '../../preload/contract/state.ts'
import type { NodeOfTwo } from './two-nodes.ts'

type AtDesk = { vigie: Bridge<'desk'> }
type AtWall = { vigie: Bridge<'wall'> }
type DeskInput = Parameters<Bridge<'desk'>['window']['act']>[0]
type Done = Result<{ inverse: DeskInput | null }>

const value = <T>(answer: Result<T>): T => {
  if (!answer.ok) throw new Error(`${answer.error.code}: ${answer.error.message}`)
  return answer.value
}

export const tryTo = async (node: NodeOfTwo, input: ActInput): Promise<Done> =>
  (await node.desk()).evaluate(
    (asked) => (globalThis as never as AtDesk).vigie.window.act(asked),
    input as DeskInput,
  )
/** @returns what takes it back */
export const act = async (node: NodeOfTwo, input: ActInput): Promise<DeskInput | null> =>
  value(await tryTo(node, input)).inverse
export const undo = async (node: NodeOfTwo, inverse: DeskInput | null): Promise<Result<undefined>> => {
  if (inverse === null) throw new Error('nothing takes it back')
  return (await node.desk()).evaluate(
    (asked) => (globalThis as never as AtDesk).vigie.desk.undo(asked),
    inverse,
  )
}
export const withdraw = async (node: NodeOfTwo, id: string): Promise<Result<undefined>> =>
  (await node.desk()).evaluate(
    (asked) => (globalThis as never as AtDesk).vigie.desk.withdraw({ id: asked }),
    id,
  )
/** @returns what came of it at the desk: a picture, or why there is none */
export const lookAt = async (
  node: NodeOfTwo,
  screen: number,
): Promise<{ bytes: number; marking: number } | string> =>
  (await node.desk()).evaluate(async (asked) => {
    const { desk } = (globalThis as never as AtDesk).vigie
    const seen: { bytes: number; marking: number }[] = []
    const stop = desk.thumbnail(({ screen: each, jpeg, marking }) => {
      if (each === asked) seen.push({ bytes: jpeg.length, marking })
    })
    const answer = await desk.lookAt({ screen: asked })
    stop()
    return answer.ok ? (seen[0] ?? 'nothing came') : answer.error.code
  }, screen)

export const stateOf = async (node: NodeOfTwo): Promise<DeskState> =>
  value(await (await node.desk()).evaluate(() => (globalThis as never as AtDesk).vigie.desk.state()))
const wallOf = async (node: NodeOfTwo, screen: number): Promise<WallState> =>
  value(await (await node.screen(screen)).evaluate(() => (globalThis as never as AtWall).vigie.wall.state()))

/** Waits until this is so of what the desk is told; says what it was instead. */
export const tells = <T>(node: NodeOfTwo, what: (state: DeskState) => T) =>
  expect.poll(async () => what(await stateOf(node)))
/** … and of what one of its screens is told. */
export const shows = <T>(node: NodeOfTwo, screen: number, what: (state: WallState) => T) =>
  expect.poll(async () => what(await wallOf(node, screen)))

export const sceneOf =
  (screen: number) =>
  ({ screens }: DeskState): string | undefined =>
    screens.find((each) => each.screen === screen)?.scene
export const outboxOf = ({ outbox }: DeskState): string[] =>
  outbox.entries.map(({ act: name, state }) => `${name} ${state}`)
