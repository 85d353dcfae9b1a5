/**
 * The library's way to a server, with TLS as we open it: the library can't be asked for a staple, nor what a server
 * proved. Should another's way be taken in its place, the same judgement is made, as if there were no staple.
 */
import type { Socket } from 'node:net'
import type { TLSSocket } from 'node:tls'
import {
  NatsConnectionImpl,
  setTransportFactory,
  type ConnectionOptions,
  type NatsConnection,
} from '@nats-io/transport-node'
import { NodeTransport, nodeResolveHost } from '@nats-io/transport-node/lib/node_transport.js'
import { agreedOn, openTls, tlsOptions, type Agreed, type Demands, type Proof } from './secure.ts'

type Open = (to: Socket | null) => Promise<TLSSocket>
/** The library hands on what it does not know. */
const openOf = ({ tls }: ConnectionOptions): Open | undefined => (tls as { open?: Open } | null)?.open

class SecureTransport extends NodeTransport {
  override startTLS(): Promise<TLSSocket> {
    return openOf(this.options)?.(this.socket) ?? super.startTLS()
  }
  override tlsFirst(at: { hostname: string; port: number }): Promise<TLSSocket> {
    return openOf(this.options)?.(null) ?? super.tlsFirst(at)
  }
}

export interface Connected {
  connection: NatsConnection
  proof: Proof
  /** null: it was another's way */
  agreed: Agreed | null
}

/** @param tlsFirst TLS begins before the server has said a word */
export async function connectTo(
  demands: Demands,
  options: Omit<ConnectionOptions, 'tls'>,
  tlsFirst: boolean,
): Promise<Connected> {
  let proof: Proof | null = null
  let agreed: Agreed | null = null
  const proved = (told: Proof): void => {
    proof = told
  }
  const tls = {
    ...tlsOptions(demands, () => null, proved),
    handshakeFirst: tlsFirst,
    async open(to: Socket | null) {
      const socket = await openTls(to, demands, proved)
      agreed = agreedOn(socket)
      return socket
    },
  }
  setTransportFactory({ factory: () => new SecureTransport(), dnsResolveFn: nodeResolveHost })
  const connection = await NatsConnectionImpl.connect({ ...options, tls } as ConnectionOptions)
  if (proof !== null) return { connection, proof, agreed }
  // nobody was judged: it is not spoken to any further
  await connection.close()
  throw new Error('the server was not judged')
}
