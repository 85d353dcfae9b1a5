import type { Act, ActId } from '../../preload/contract/act.ts'
import type { Settings } from './settings.ts'

/** What a node alone remembers of each of its acts through a restart; null: it ends with the process. */
const remembered: { [A in ActId]: ((settings: Settings, act: Act<A>) => void) | null } = {
  acknowledge: null,
  'point-out': null,
  blank: (settings) => settings.setBlanked(true),
  unblank: (settings) => settings.setBlanked(false),
  identify: null,
  'end-identify': null,
  // with the plan, that has its display from then on (`open-wall.ts`)
  'accept-display': null,
  'show-scene': (settings, { input }) => settings.setScene(input.screen, input.scene),
  present: null,
  'set-language': (settings, { input }) => settings.setLanguage(input.language),
}

export const remember =
  (settings: Settings) =>
  (act: Act): void =>
    // each act meets what is written for its own name
    (remembered[act.input.act] as ((settings: Settings, act: Act) => void) | null)?.(settings, act)
