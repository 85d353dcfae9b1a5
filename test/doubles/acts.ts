import type { ActId, InputOf } from '../../preload/contract/act.ts'

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
  },
  'set-language': { language: 'en' },
}
