import type { Act, ActId } from '../../preload/contract/act.ts'
import type { Settings } from './settings.ts'

/** What a node alone remembers of its acts through a restart; any other act ends with the process. */
const remembered: { [A in ActId]?: (settings: Settings, act: Act<A>) => void } = {
  blank: (settings) => settings.setBlanked(true),
  unblank: (settings) => settings.setBlanked(false),
  'show-scene': (settings, { input }) => settings.setScene(input.screen, input.scene),
  'set-language': (settings, { input }) => settings.setLanguage(input.language),
}

export const remember =
  (settings: Settings) =>
  (act: Act): void =>
    // each act meets what is written for its own name
    (remembered[act.input.act] as ((settings: Settings, act: Act) => void) | undefined)?.(settings, act)
