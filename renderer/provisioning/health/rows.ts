/** How this node is, in this window: what nobody asked while no wall runs is said to be so. */
import type { HealthFacts, HealthId } from '../../../preload/contract/health.ts'
import { saidRows, type SaidRow } from '../../kit/health.ts'
import type { Speech } from '../../speech/speech.ts'

/** What only a wall that runs can say. */
const ofTheWall: readonly HealthId[] = ['clock', 'contact', 'outbox']

export const rowsOf = (facts: HealthFacts, running: boolean, speech: Speech): SaidRow[] =>
  saidRows(facts, speech).map((row) =>
    running || row.state !== 'unknown' || !ofTheWall.includes(row.id)
      ? row
      : { ...row, words: speech.say('provisioning.health.noWall') },
  )

/** How many rows ask for somebody. */
export const countsOf = (rows: readonly SaidRow[]): { warn: number; bad: number } => ({
  warn: rows.filter(({ state }) => state === 'warn').length,
  bad: rows.filter(({ state }) => state === 'bad').length,
})
