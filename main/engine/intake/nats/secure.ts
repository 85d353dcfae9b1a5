/** The platform's end of TLS, held to what the node's policy demands before a word of ours is said. */
import type { Socket } from 'node:net'
import {
  connect as connectTls,
  createSecureContext,
  type ConnectionOptions,
  type PeerCertificate,
  type SecureContext,
  type SecureContextOptions,
  type TLSSocket,
} from 'node:tls'
import type { Problem } from '../../../../preload/contract/result.ts'
import { hostAndPort, type ServerAddress } from '../../../../preload/contract/server-address.ts'
import type { ServerFacts } from '../../../../preload/contract/trust.ts'
import { chainOf, judgeServer, type Chain } from '../../../identity/trust/chain.ts'
import { judgeStaple } from '../../../identity/trust/ocsp.ts'
import { versionsOf, type TrustTerms } from '../../../identity/trust/terms.ts'
import type { NatsAddress } from './address.ts'
import { causeOf, Distrust } from './cause.ts'

/** A card gives none: what a server is can be asked without. */
function keysOf(tls: NatsAddress['tls']): SecureContextOptions {
  if ('line' in tls) return {}
  const { certificate: cert, key } = tls
  return {
    cert,
    key: typeof key === 'string' ? key : Buffer.from(key.buffer, key.byteOffset, key.byteLength),
  }
}

/** The keys are read once: nothing of them is kept but what OpenSSL needs. @throws where they are none */
export const secureContextOf = (tls: NatsAddress['tls'], { tls12 }: TrustTerms): SecureContext =>
  createSecureContext({
    ...keysOf(tls),
    ca: tls.authority,
    ...versionsOf(tls12),
  })

/** What a server proved of itself: it is judged by this, again whenever the terms are others. */
export interface Proof {
  peer: PeerCertificate
  chain: Chain
  staple: Buffer | null
}

/** To whom, and on what terms. */
export interface Demands {
  address: ServerAddress
  secureContext: SecureContext
  /** PEM */
  authority: string
  terms: TrustTerms
  /** ms since 1970, as TLS itself counts */
  now: () => number
}

/** @returns why this server is not to be trusted, or until when its staple holds; null: it gave none */
export function judgeProof(
  { peer, chain, staple }: Proof,
  { address, authority, terms, now }: Omit<Demands, 'secureContext'>,
): { problem: Problem } | { problem: null; ocspUntil: number | null } {
  const server = hostAndPort(address)
  const problem = judgeServer(peer, chain, { host: address.host, server, authority, terms })
  if (problem !== null) return { problem }
  if (terms.ocsp === 'off') return { problem: null, ocspUntil: null }
  if (staple === null || staple.length === 0)
    return terms.ocsp === 'require'
      ? {
          problem: {
            code: 'platform.ocsp-missing',
            message: 'it gave no answer of its authority’s',
            subject: server,
          },
        }
      : { problem: null, ocspUntil: null }
  const [leaf, issuer] = chain.certificates
  if (leaf === undefined) return { problem: null, ocspUntil: null }
  const judged = judgeStaple(staple, leaf, issuer ?? leaf, server, now())
  return judged.ok ? { problem: null, ocspUntil: judged.value.until } : { problem: judged.error }
}

/** Names go with the handshake, addresses don't (RFC 6066 §3). */
const serverNameOf = (host: string): string => (/^[\d.]+$|:/.test(host) ? '' : host)

/**
 * How TLS is begun with it. The judgement is made where Node asks for it, before the end of our handshake is sent: one
 * that is not trusted does not hear who we are.
 */
export function tlsOptions(
  demands: Demands,
  stapled: () => Buffer | null,
  proved: (proof: Proof) => void = () => undefined,
): ConnectionOptions & { requestOCSP: boolean } {
  return {
    secureContext: demands.secureContext,
    rejectUnauthorized: true,
    servername: serverNameOf(demands.address.host),
    requestOCSP: demands.terms.ocsp !== 'off',
    checkServerIdentity(_name, peer) {
      const proof = { peer, chain: chainOf(peer), staple: stapled() }
      const { problem } = judgeProof(proof, demands)
      if (problem !== null) return new Distrust(problem)
      proved(proof)
      return undefined
    },
  }
}

/** TLS has said no already, in a word: what of the chain it meant. */
function distrustOf(error: Error, chain: Chain | null, demands: Demands): Error {
  if (error instanceof Distrust || chain === null) return error
  const said = causeOf(error, hostAndPort(demands.address))
  const told = (code: Problem['code'], message: string): Distrust =>
    new Distrust({ ...said, code, message }, { cause: error })
  if (chain.loops) return told('platform.chain-loop', 'its authorities vouch for each other in a ring')
  if (said.code === 'platform.certificate-expired') {
    const [leaf] = chain.certificates
    const old = chain.certificates.find(({ x509 }) => Date.parse(x509.validTo) < demands.now())
    if (old !== undefined && old !== leaf)
      return told('platform.authority-expired', `${old.name} ended on ${old.x509.validTo}`)
  }
  return error
}

/** @param to a socket to the server, or null: one is to be made */
export function openTls(
  to: Socket | null,
  demands: Demands,
  proved: (proof: Proof) => void,
): Promise<TLSSocket> {
  const { host, port } = demands.address
  let staple: Buffer | null = null
  let chain: Chain | null = null
  let ended: Error | undefined
  return new Promise((resolve, reject) => {
    const socket = connectTls({
      ...(to === null ? { host, port } : { socket: to }),
      ...tlsOptions(demands, () => staple, proved),
    })
    socket.on('OCSPResponse', (response: Buffer | null) => {
      staple = response
    })
    // before Node's own, which lets the certificates go where it does not take them: only for words
    socket.prependListener('secure', () => {
      chain = chainOf(socket.getPeerCertificate(true))
    })
    socket.on('error', (error: Error) => {
      ended = error
    })
    socket.on('close', () => {
      socket.removeAllListeners()
      reject(distrustOf(ended ?? new Error('the connection was closed'), chain, demands))
    })
    socket.once('secureConnect', () => {
      socket.removeAllListeners()
      resolve(socket)
    })
    socket.setNoDelay(true)
  })
}

/** What may be told of a server that was taken. */
export interface Agreed {
  protocol: string
  cipher: string
}

export const agreedOn = (socket: TLSSocket): Agreed => ({
  protocol: socket.getProtocol() ?? '–',
  cipher: socket.getCipher().name,
})

export function factsOf(
  { protocol, cipher }: Agreed,
  { chain }: Proof,
  demands: Omit<Demands, 'secureContext'>,
  ocspUntil: number | null,
): ServerFacts {
  const [leaf] = chain.certificates
  const at = demands.now()
  return {
    server: hostAndPort(demands.address),
    tls: protocol,
    cipher,
    subject: leaf?.x509.subject.split('\n').join(', ') ?? '–',
    issuer: leaf?.x509.issuer.split('\n').join(', ') ?? '–',
    notAfter: leaf === undefined ? at : Date.parse(leaf.x509.validTo),
    ocsp: demands.terms.ocsp === 'off' ? 'unasked' : ocspUntil === null ? 'none' : 'good',
    ocspUntil,
    at,
  }
}
