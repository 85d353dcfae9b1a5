import { defaultScheme } from '../../preload/contract/marking.ts'
import { live } from '../../preload/contract/moment.ts'
import type { DeskState, Screen } from '../../preload/contract/state.ts'
import type { Language } from '../../preload/contract/words.ts'
import { createSpeech, type Speech } from '../../renderer/speech/speech.ts'

export const speechIn = (language: Language): Speech =>
  createSpeech(() => ({ language, timeZone: 'Europe/Paris' }))

export const screenOf = (screen: number, scene: string, changes: Partial<Screen> = {}): Screen => ({
  screen,
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
  maps: [],
  problem: null,
  ...changes,
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
    problem: null,
  },
  wall: 'Salle A',
  screens: [screenOf(1, 'situation'), screenOf(2, 'domains')],
  scenes: [
    { scene: 'situation', title: { fr: 'Situation générale', en: 'Situation' }, problem: null },
    { scene: 'domains', title: { fr: 'Cinq domaines', en: 'Five domains' }, problem: null },
    {
      scene: 'broken',
      title: 'broken',
      problem: { code: 'scene.invalid', message: 'broken.yaml:3:1: no title', subject: 'broken.yaml' },
    },
  ],
  pointedOut: null,
  identity: null,
  passphraseWanted: null,
  platform: 'tls://localhost:4222',
  version: '0.1.0',
  unprotected: false,
  ...changes,
})
