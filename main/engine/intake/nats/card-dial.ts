import { wsconnect, type ConnectionOptions } from '@nats-io/nats-core'
import { hostAndPort } from '../../../../preload/contract/server-address.ts'
import type { CardLine } from './card-line.ts'
import { agreedOn, openTls, type Demands, type Proof } from './secure.ts'
import type { Connected } from './transport.ts'

/**
 * By the card's line. Before it, Node's own TLS asks the server what it is, and says nothing of who we are: it is judged
 * by all that the policy demands. The window that has the card holds it to the pinned authority once more.
 */
export async function connectByCard(
  demands: Demands,
  line: CardLine | null,
  options: Omit<ConnectionOptions, 'tls' | 'servers'>,
): Promise<Connected> {
  let proof: Proof | null = null
  const asked = await openTls(null, demands, (told) => (proof = told))
  // that we gave no certificate is what it says next
  asked.on('error', () => undefined)
  // of the window's own connection Chromium says nothing: it is told as this one agreed on it a moment before
  const agreed = agreedOn(asked)
  asked.destroy()
  if (line === null || proof === null) throw new Error('there is no card’s line')
  const servers = `wss://${hostAndPort(demands.address)}`
  const connection = await wsconnect({ ...options, servers, wsFactory: line.sockets })
  return { connection, proof, agreed }
}
