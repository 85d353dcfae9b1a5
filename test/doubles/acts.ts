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
  'set-language': { language: 'en' },
}
