import type { ActId, InputOf } from '../../preload/contract/act.ts'

const aLine = { product: 'ops.log', entity: 'line.cncs.poste-07.1' }

/** What fits each act; a new act has to say it here. */
export const fittingActs: { [A in ActId]: InputOf<A> } = {
  acknowledge: { product: 'security.incidents', entity: 'INC-1', taken: true },
  'point-out': { entity: { product: 'security.units', entity: 'POL-1' } },
  blank: {},
  unblank: {},
  identify: {},
  'end-identify': {},
  'accept-display': { screen: 1 },
  'show-scene': { screen: 1, scene: 'log' },
  present: {
    screens: [
      {
        ...{ screen: 4, label: 'Dell U2723QE', attached: true, known: true, width: 1920, height: 1080 },
        ...{ distance: 5, diagonal: 55, ceiling: 'dr', scene: 'situation' },
      },
    ],
    person: 'A. Durand',
  },
  'approve-report': { report: 'syn-1', digest: 'a'.repeat(64) },
  'set-language': { language: 'en' },
  'change-person': { person: 'A. Durand' },
  'take-function': { function: 'chef-de-salle' },
  'hand-over-function': { function: 'chef-de-salle', to: 'B. Morel' },
  'decline-function': { function: 'chef-de-salle', holder: 'A. Durand', at: 'poste-07' },
  'leave-function': { function: 'chef-de-salle' },
  propose: { proposal: 'p-1', what: 'show-scene', takes: { screen: 1, scene: 'log' } },
  'decline-proposal': { proposal: 'p-1' },
  'end-proposal': { proposal: 'p-1' },
  'deliver-line': { ...aLine, function: 'chef-de-salle' },
  'read-line': { ...aLine, function: 'chef-de-salle' },
  'act-on-line': { ...aLine, function: 'chef-de-salle', acted: true },
  'offer-relief': { relief: 'r-1', to: 'B. Morel', functions: ['chef-de-salle'] },
  'end-relief': { relief: 'r-1' },
  relieve: { relief: 'r-1', functions: ['chef-de-salle'], items: 3, digest: 'a1'.repeat(32) },
  'ask-poll': { poll: 'q-1', title: 'Avant reprise', functions: ['chef-de-salle', 'meteo'], kind: 'go' },
  'answer-poll': { poll: 'q-1', function: 'chef-de-salle', answer: 'no-go', reason: 'Lot de fil en doute.' },
  'close-poll': { poll: 'q-1', closed: true },
}
