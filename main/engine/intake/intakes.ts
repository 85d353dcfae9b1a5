/**
 * The ways in, one folder each. A new protocol is a folder that fills events (`event/event.ts`) and puts them into sinks,
 * and a row here.
 */
import type { Protocol } from './intake.ts'
import { startNats, type Platform } from './nats/intake.ts'

const protocol = <Address>(row: Protocol<Address>): Protocol<Address> => row

export const intakes = {
  nats: protocol<Platform>({ source: 'log', start: startNats }),
}
