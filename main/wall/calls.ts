import { fail, ok, type Result } from '../../preload/contract/result.ts'
import type { Handlers, Sender, Telemetry } from '../../preload/contract/schema.ts'
import type { DeskState, WallState } from '../../preload/contract/state.ts'
import { acknowledge, type Decisions } from './state.ts'
import type { Scenes } from './scenes.ts'
import type { Settings } from './settings.ts'

export interface Answering {
  station: string
  decisions: Decisions
  settings: Settings
  scenes: Scenes
  /** the wall's screens, attached or not */
  screens(): readonly number[]
  /** @returns false where that screen has no display that waits for it */
  acceptDisplay(screen: number): boolean
  tellWall(screen: number): WallState
  tellDesk(): DeskState
  /** tries a passphrase that somebody typed */
  unlock(passphrase: string): Promise<Result<undefined>>
  /** a window's page listens: it may have its port */
  listening(sender: Sender): void
  /** what a screen measured of itself since it last said so */
  measured(screen: number, report: Telemetry): void
  log(line: string): void
  now(): number
}

/** How long the numbers stand on the screens, ms. */
const identifyFor = 6_000

/** What main does for a window that asks. Who may ask what was checked before. */
export function answerCalls(parts: Answering): { handlers: Handlers; dispose(): void } {
  const { decisions, settings, scenes } = parts
  let identifying: NodeJS.Timeout | undefined
  const decided = (change: Parameters<Decisions['decide']>[0]): Result<undefined> => {
    decisions.decide(change)
    return ok(undefined)
  }
  /** On the disk before on the screens: what ends the process in between must not give the picture back. */
  const blank = (blanked: boolean): Result<undefined> => {
    settings.setBlanked(blanked)
    return decided({ blanked })
  }
  const onWall = <T>(sender: Sender, answer: (screen: number) => T): Result<T> =>
    sender.screen === null ? fail('screen.unknown', 'this window is no screen') : ok(answer(sender.screen))

  const handlers: Handlers = {
    wall: {
      state: (_input, sender) => onWall(sender, parts.tellWall),
      measured: (report, sender) =>
        onWall(sender, (screen) => {
          parts.measured(screen, report)
          return undefined
        }),
      blank: () => blank(true),
    },
    desk: {
      state: () => ok(parts.tellDesk()),
      unlock: ({ passphrase }) => parts.unlock(passphrase),
      showScene({ screen, scene }) {
        if (!parts.screens().includes(screen))
          return fail('screen.unknown', `there is no screen ${screen}`, String(screen))
        if (!scenes.has(scene)) return fail('scene.unknown', `there is no scene “${scene}”`, scene)
        settings.setScene(screen, scene)
        return decided({ scenes: new Map(decisions.now().scenes).set(screen, scene) })
      },
      blank: ({ blanked }) => blank(blanked),
      identify() {
        clearTimeout(identifying)
        identifying = setTimeout(() => decisions.decide({ identify: false }), identifyFor)
        return decided({ identify: true })
      },
      acceptDisplay: ({ screen }) =>
        parts.acceptDisplay(screen)
          ? ok(undefined)
          : fail('screen.unknown', `screen ${screen} has no display to be accepted`, String(screen)),
      setLanguage({ language }) {
        settings.setLanguage(language)
        return decided({ language })
      },
      acknowledge: (alarm) =>
        decided({
          acknowledged: acknowledge(decisions.now().acknowledged, alarm, parts.station, parts.now()),
        }),
      showOnWall: (entity) => decided({ focus: entity === null ? null : { ...entity, at: parts.now() } }),
    },
    window: {
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
  return { handlers, dispose: () => clearTimeout(identifying) }
}
