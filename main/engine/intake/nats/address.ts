/** A platform that speaks NATS: where it is, and what lets us in there. */
import * as v from 'valibot'
import { ServerAddressesSchema } from '../../../../preload/contract/server-address.ts'
import { TrustTermsSchema, type TrustTerms } from '../../../identity/trust/terms.ts'

/** PEM; bytes where it is secret: they can be cleared, a text stays until the memory is used again. */
type Pem = string | Uint8Array

/** All PEM. */
export interface NatsAddress {
  protocol: 'nats'
  /** what the node calls this intake: its products are known by it */
  intake: string
  /** `tls://host:port` of each, by the card's line `wss://host:port`; any of them will do */
  servers: readonly string[]
  /** the prefix of the subjects on which the platform answers us, and nobody else */
  inbox: string
  /** … or the card's line: TLS ends in another process, which has the card and no key to give */
  tls: { certificate: string; key: Pem; authority: string } | { line: 'card'; authority: string }
  /** TLS begins before the server has said a word; a server that speaks first is not listened to */
  tlsFirst?: boolean
  /** how its servers are judged; absent: as closed as can be without knowing them */
  trust?: TrustTerms
}

/** As it comes from another process: its key is bytes. */
export const NatsAddressSchema = v.strictObject({
  protocol: v.literal('nats'),
  intake: v.pipe(v.string(), v.minLength(1), v.maxLength(64)),
  servers: ServerAddressesSchema,
  inbox: v.string(),
  tls: v.union([
    v.strictObject({ certificate: v.string(), key: v.instance(Uint8Array), authority: v.string() }),
    v.strictObject({ line: v.literal('card'), authority: v.string() }),
  ]),
  tlsFirst: v.boolean(),
  trust: v.exactOptional(TrustTermsSchema),
}) satisfies v.GenericSchema<unknown, NatsAddress>
