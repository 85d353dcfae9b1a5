import { jetstream } from '@nats-io/jetstream'
import { Kvm } from '@nats-io/kv'
import type { NatsConnection } from '@nats-io/nats-core'
import { sharedKey } from '../../preload/contract/shared.ts'
import { writeShared } from '../../preload/contract/shared-text.ts'
import type { Place } from '../../preload/contract/place.ts'
import type { Scenario } from './scenario.ts'

/** What the story's people have shared already: as if they had saved it at their desk. */
export async function shareFormulas(
  connection: NatsConnection,
  formulas: Scenario['formulas'],
  place: Place | null,
): Promise<void> {
  if (place === null || formulas.length === 0) return
  const { organisation, node } = place
  const bucket = await new Kvm(jetstream(connection)).open('shared')
  for (const { name, ...said } of formulas) {
    const key = sharedKey('formula', organisation, name)
    const saved = { node, person: null }
    const written = writeShared(key, { ...said, owner: organisation, version: 1, saved })
    if (!written.ok) throw new Error(`${name}: ${written.error.message}`)
    await bucket.put(key, written.value)
  }
}
