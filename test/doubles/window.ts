import { flushSync, mount, unmount, type Component } from 'svelte'
import { vi } from 'vitest'
import type { Rank } from '../../preload/contract/marking.ts'
import type { Connection, Record } from '../../preload/contract/picture.ts'
import type { FromEngine, Question, Subscription, ToEngine } from '../../preload/contract/port.ts'
import { ok, type Result } from '../../preload/contract/result.ts'
import type { Role } from '../../preload/contract/role.ts'
import { portChannel, type Bridge } from '../../preload/contract/schema.ts'
import type { Feed } from '../../renderer/link/feeds.ts'
import { bridgeDouble } from './bridge.ts'
import { now } from './picture.ts'
import { portDouble } from './port.ts'

type Root<R extends Role> = Component<{ bridge: Bridge<R>; report: (message: string) => void }>
type Answers = { [call: string]: (input: unknown) => unknown }

/**
 * A whole window, mounted: its own components, line and view, over a port with no engine and a bridge with no main behind
 * them. Its clock stands at `now`; what is drawn at the next frame is drawn with `settle`.
 */
export async function mountWindow<R extends Role>(
  root: Root<R>,
  role: R,
  state: unknown,
  answers: Answers = {},
) {
  vi.useFakeTimers({ now })
  const main = bridgeDouble(role, { [`${role}.state`]: () => state, ...answers })
  const engine = portDouble()
  const broken: string[] = []
  const mounted = mount(root, {
    target: document.body,
    props: { bridge: main.bridge, report: (message) => broken.push(message) },
  })

  async function settle(): Promise<void> {
    await vi.dynamicImportSettled()
    await vi.advanceTimersByTimeAsync(300)
    flushSync()
  }
  await settle()
  const event = new MessageEvent('message', { data: portChannel })
  Object.defineProperties(event, { source: { value: window }, ports: { value: [engine.port] } })
  window.dispatchEvent(event)
  await settle()

  const opened = (): Extract<ToEngine, { kind: 'open' }>[] =>
    engine.sent.filter((sent) => sent.kind === 'open')

  return {
    ...main,
    broken,
    settle,
    die: engine.die,
    opened,
    /** the engine tells */
    async hears(...messages: FromEngine[]): Promise<void> {
      for (const message of messages) engine.say(message)
      await settle()
    },
    /** the catalog, and how its products do */
    async hearsOf(
      feeds: readonly Feed[],
      {
        listed = true,
        marking = 0,
        connection,
      }: { listed?: boolean; marking?: Rank; connection?: Connection } = {},
    ): Promise<void> {
      const connectionNow: Connection = connection ?? { state: 'live', since: now, server: 'x', known: 1 }
      engine.say({
        kind: 'catalog',
        listed,
        products: feeds.map(({ product, descriptor, access, known }) => ({
          product,
          intake: 'x',
          descriptor,
          access,
          known,
        })),
      })
      engine.say({
        kind: 'health',
        products: feeds.map(({ product, newest, entities, stream }) => ({
          product,
          newest,
          entities,
          stream,
        })),
        connection: connectionNow,
        links: [{ intake: 'x', connection: connectionNow }],
        skew: null,
        marking,
        whole: true,
      })
      await settle()
    },
    async hearsRecords(product: string, records: Record[]): Promise<void> {
      engine.say({ kind: 'records', product, reset: true, records, gone: [] })
      await settle()
    },
    /** the engine refuses what fits */
    async refuses(which: (subscription: Subscription) => boolean): Promise<void> {
      for (const { id, subscription } of opened())
        if (which(subscription)) engine.say({ kind: 'refused', id })
      await settle()
    },
    /** the engine answers the last question of that name */
    async answers(question: Question, result: Result<unknown> | unknown[]): Promise<void> {
      const asked = engine.sent.findLast((sent) => sent.kind === 'ask' && sent.question === question)
      if (asked?.kind !== 'ask') throw new Error(`nobody asked for ${question}`)
      engine.say({
        kind: 'answer',
        id: asked.id,
        result: (Array.isArray(result) ? ok(result) : result) as Result<never>,
      })
      await settle()
    },
    async press(
      key: string,
      more: KeyboardEventInit = {},
      on: EventTarget = document.activeElement ?? window,
    ) {
      on.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...more }))
      await settle()
    },
    async click(selector: string): Promise<void> {
      const found = document.querySelector<HTMLElement>(selector)
      if (found === null) throw new Error(`no ${selector}`)
      found.click()
      await settle()
    },
    async close(): Promise<void> {
      await unmount(mounted)
      document.body.replaceChildren()
      vi.useRealTimers()
    },
  }
}

/** The texts of what fits, without the white space of its layout. */
export const textsOf = (selector: string): string[] =>
  Array.from(document.querySelectorAll(selector), ({ textContent }) =>
    (textContent ?? '').replaceAll(/[^\S\u00a0\u202f]+/g, ' ').trim(),
  )
export const textOf = (selector: string): string => textsOf(selector).join(' | ')
