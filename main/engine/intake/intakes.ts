/**
 * The ways in, one folder each. A new protocol is a folder that fills events (`event/event.ts`) and puts them into sinks,
 * and a row here.
 */
import type { Address } from './addresses.ts'
import type { Protocol } from './intake.ts'
import { startNats } from './nats/intake.ts'

const intakes: { [P in Address['protocol']]: Protocol<Extract<Address, { protocol: P }>> } = {
  nats: { upstream: 'log', start: startNats },
}

/** How an address is read from: its row is of its own protocol, so it takes the address. */
export function protocolOf({ protocol }: Address): Protocol<Address> {
  const row: unknown = intakes[protocol]
  return row as Protocol<Address>
}
