import { nothingTrusted } from '../../preload/contract/trust.ts'
import type { State } from '../../main/wall/state.ts'
import { live } from '../../preload/contract/moment.ts'

/** A wall on which nobody did anything yet. */
export const wallStateOf = (changes: Partial<State> = {}): State => ({
  plan: { screens: [], desk: null },
  choosable: ['log', 'situation'],
  problem: null,
  identity: null,
  trust: nothingTrusted,
  passphraseWanted: null,
  cardsWanted: null,
  platform: 'tls://localhost:1',
  together: 'alone',
  mayNot: [],
  outbox: { entries: [], count: 0, full: false },
  lost: null,
  shared: { access: 'unknown', wrong: [], saves: [] },
  log: {
    product: 'ops.log',
    access: 'open',
    marking: 'dr',
    waiting: [],
    markings: ['np', 'dr'],
    draft: null,
  },
  unheard: [],
  language: 'fr',
  moment: live,
  blanked: false,
  identifying: null,
  acknowledged: [],
  pointedOut: null,
  scenes: new Map(),
  others: new Map(),
  reading: [],
  approvals: new Map(),
  person: null,
  functions: new Map(),
  proposals: [],
  alone: [],
  ...changes,
})
