import { inverseOf } from '../../preload/contract/act.ts'
import { fail, ok, type Result } from '../../preload/contract/result.ts'
import type { Handlers, Sender, Telemetry } from '../../preload/contract/schema.ts'
import type { DeskState, WallState } from '../../preload/contract/state.ts'
import type { HeldState as Wall } from './hold-state.ts'

export interface Answering {
  /** this machine's name: where what is asked for here is done */
  node: string
  wall: Wall
  tellWall(screen: number): WallState
  tellDesk(): DeskState
  /** tries a passphrase that somebody typed */
  unlock(passphrase: string): Promise<Result<undefined>>
  /** shows a screen of another node at the desk, once */
  lookAt(screen: number): Promise<Result<undefined>>
  /** a window's page listens: it may have its port */
  listening(sender: Sender): void
  /** what a screen measured of itself since it last said so */
  telemetry(screen: number, report: Telemetry): void
  log(line: string): void
  now(): number
}

/** What main does for a window that asks. Who may ask what was checked before. */
export function answerCalls(parts: Answering): Handlers {
  const onWall = <T>(sender: Sender, answer: (screen: number) => T): Result<T> =>
    sender.screen === null ? fail('screen.unknown', 'this window is no screen') : ok(answer(sender.screen))

  return {
    wall: {
      state: (_input, sender) => onWall(sender, parts.tellWall),
      telemetry: (report, sender) =>
        onWall(sender, (screen) => {
          parts.telemetry(screen, report)
          return undefined
        }),
    },
    desk: {
      state: () => ok(parts.tellDesk()),
      lookAt: ({ screen }) => parts.lookAt(screen),
      unlock: ({ passphrase }) => parts.unlock(passphrase),
    },
    window: {
      act(input) {
        // what takes it back is known only before it is done
        const inverse = inverseOf(input, parts.tellDesk())
        // nobody signs in as a person yet
        const author = { person: null, function: null, node: parts.node, automation: null }
        const done = parts.wall.take({ input, author, at: parts.now() })
        return done.ok ? ok({ inverse }) : done
      },
      listening(_input, sender) {
        parts.listening(sender)
        return ok(undefined)
      },
      problem({ message }, { role, screen }) {
        parts.log(`${role}${screen === null ? '' : ` ${screen}`}: ${message}`)
        return ok(undefined)
      },
    },
  }
}
