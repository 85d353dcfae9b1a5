import { fail, ok, type Result } from '../../preload/contract/result.ts'
import type { Author } from '../../preload/contract/author.ts'
import type { Handlers, Sender, Telemetry } from '../../preload/contract/schema.ts'
import type { TrailAnswer, TrailQuestion } from '../../preload/contract/trail.ts'
import type { DeskState, WallState } from '../../preload/contract/state.ts'
import type { Acting } from './acting.ts'
import type { Sharing } from './sharing.ts'

export interface Answering {
  /** this machine's name: where what is asked for here is done */
  node: string
  acting: Pick<Acting, 'perform' | 'undo' | 'withdraw'>
  tellWall(screen: number): WallState
  tellDesk(): DeskState
  /** tries a passphrase that somebody typed */
  unlock(passphrase: string): Promise<Result<undefined>>
  /** @param certificate its fingerprint; null: there is only one */
  enterPin(pin: string, certificate: string | null): Promise<Result<undefined>>
  /** shows a screen of another node at the desk, once */
  lookAt(screen: number): Promise<Result<undefined>>
  sharing: Sharing
  /** what the trail has, within the desk's ceiling */
  trail(question: TrailQuestion): Promise<Result<TrailAnswer>>
  /** a window's page listens: it may have its port */
  listening(sender: Sender): void
  /** what a screen measured of itself since it last said so */
  telemetry(screen: number, report: Telemetry): void
  log(line: string): void
}

/** What main does for a window that asks. Who may ask what was checked before. */
export function answerCalls(parts: Answering): Handlers {
  const onWall = <T>(sender: Sender, answer: (screen: number) => T): Result<T> =>
    sender.screen === null ? fail('screen.unknown', 'this window is no screen') : ok(answer(sender.screen))
  // nobody signs in as a person yet
  const author: Author = { person: null, function: null, node: parts.node, automation: null }

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
      undo: (inverse) => parts.acting.undo(inverse, author),
      withdraw: ({ id }) => parts.acting.withdraw(id),
      lookAt: ({ screen }) => parts.lookAt(screen),
      trail: (question) => parts.trail(question),
      share: ({ scene, marking }) => parts.sharing.share(scene, marking, author),
      sharedHistory: ({ key }) => parts.sharing.history(key),
      restore: ({ key, revision }) => parts.sharing.restore(key, revision, author),
      settleSave: ({ id, keep }) => parts.sharing.settle(id, keep, author),
      unlock: ({ passphrase }) => parts.unlock(passphrase),
      enterPin: ({ pin, certificate }) => parts.enterPin(pin, certificate),
    },
    window: {
      act(input) {
        const done = parts.acting.perform(input, author)
        // what takes back an act that the desk may ask for is another of those
        return done as Result<{ inverse: typeof input | null }>
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
