/**
 * Where an intake's upstream is, and what lets us in there: a row for each protocol, as `intakes.ts` has one; neither
 * compiles without the other. Whoever only orders needs no protocol's library.
 */
import * as v from 'valibot'
import { NatsAddressSchema, type NatsAddress } from './nats/address.ts'

export type Address = NatsAddress
export const AddressSchema = v.variant('protocol', [NatsAddressSchema]) satisfies v.GenericSchema<
  unknown,
  Address
>
