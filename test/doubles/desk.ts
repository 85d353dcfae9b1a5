import { nothingTrusted } from '../../preload/contract/trust.ts'
import { defaultScheme } from '../../preload/contract/marking.ts'
import { live } from '../../preload/contract/moment.ts'
import type { DeskState, Screen, WallState } from '../../preload/contract/state.ts'
import type { Language } from '../../preload/contract/words.ts'
import { createSpeech, type Speech } from '../../renderer/speech/speech.ts'

export const speechIn = (language: Language): Speech =>
  createSpeech(() => ({ language, timeZone: 'Europe/Paris' }))

export const screenOf = (screen: number, scene: string, changes: Partial<Screen> = {}): Screen => ({
  screen,
  node: null,
  display: screen,
  label: '',
  attached: true,
  known: true,
  width: 1920,
  height: 1080,
  distance: 5,
  diagonal: 55,
  ceiling: 1,
  scene,
  document: null,
  maps: [],
  problem: null,
  ...changes,
})

const built = { from: 'vigie' as const, key: null, version: null, wrong: null, rank: 0 }

type Entry = DeskState['outbox']['entries'][number]

/** What was done here and waits. */
export const entryOf = (
  id: string,
  act: string,
  input: Entry['input'],
  changes: Partial<Entry> = {},
): Entry => ({ id, act, input, at: 0, state: 'waiting', problem: null, ...changes })

/** An outbox that holds these and no more. */
export const outboxOf = (...entries: Entry[]): DeskState['outbox'] => ({
  entries,
  count: entries.length,
  full: false,
})

export const stateOf = (changes: Partial<DeskState> = {}): DeskState => ({
  node: {
    name: 'poste-07',
    organisation: 'CNCS',
    exercise: true,
    language: 'fr',
    timeZone: 'Europe/Paris',
    scheme: defaultScheme,
    ceiling: 1,
    moment: live,
    blanked: false,
    acknowledged: [],
    polls: [],
    rosters: [],
    problem: null,
  },
  wall: 'Salle A',
  screens: [screenOf(1, 'situation'), screenOf(2, 'domains')],
  scenes: [
    { scene: 'situation', title: { fr: 'Situation générale', en: 'Situation' }, problem: null, ...built },
    { scene: 'domains', title: { fr: 'Cinq domaines', en: 'Five domains' }, problem: null, ...built },
    {
      scene: 'broken',
      title: 'broken',
      ...built,
      problem: { code: 'scene.invalid', message: 'broken.yaml:3:1: no title', subject: 'broken.yaml' },
    },
  ],
  nodes: [],
  sitting: {
    person: null,
    elsewhere: [],
    list: [],
    free: false,
    functions: [],
    fourEyes: [],
    breakGlass: false,
  },
  proposals: [],
  alone: [],
  together: 'alone',
  mayNot: [],
  outbox: { entries: [], count: 0, full: false },
  lost: null,
  shared: { access: 'unknown', wrong: [], saves: [], erasable: [] },
  log: {
    product: 'ops.log',
    access: 'open',
    marking: 'dr',
    waiting: [],
    markings: ['np', 'dr'],
    draft: null,
  },
  exports: { print: true, files: true },
  deliveries: [],
  forms: [],
  told: { lines: [], left: 0 },
  reliefs: [],
  pointedOut: null,
  identity: null,
  trust: nothingTrusted,
  passphraseWanted: null,
  cardsWanted: null,
  platform: 'tls://localhost:4222',
  version: '0.1.0',
  unprotected: false,
  ...changes,
})

/** A screen of that desk's wall. */
export const wallOf = (
  widgets: WallState['scene']['widgets'],
  changes: Partial<WallState> = {},
): WallState => ({
  node: stateOf().node,
  screen: 1,
  scene: { scene: 'a', title: 'A scene', grid: { columns: 12, rows: 12 }, widgets },
  problem: null,
  known: true,
  identify: false,
  pointedOut: null,
  calls: [],
  distance: 5,
  diagonal: 55,
  ...changes,
})
