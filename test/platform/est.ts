/**
 * An EST server (RFC 7030) with a test authority behind it: real TLS 1.3, real messages, and all the ways in which such
 * a server can answer badly.
 */
import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { TLSSocket } from 'node:tls'
import * as asn1 from 'asn1js'
import * as pkijs from 'pkijs'
import type { Validity } from '../../main/exercise/authority.ts'
import { createCertifier, type Certifier } from './certifier.ts'

/** How it answers a request for a certificate. */
export type EstMode =
  | 'good'
  /** a person has to allow it first: 202 with Retry-After (RFC 7030 §4.2.3) */
  | 'waits'
  | 'waits long'
  | 'refuses'
  | 'redirects'
  | 'breaks'
  /** says nothing at all */
  | 'hangs'
  /** base64 of what is no ASN.1 */
  | 'nonsense'
  | 'no base64'
  | 'a page'
  | 'no certificate'
  | 'nested without end'
  /** ten megabytes, without saying so before */
  | 'huge'
  | 'another authority'
  | 'another key'
  | 'expired'

export interface EstServer {
  /** for `--est` */
  url: string
  /** may be used once each */
  secrets: Set<string>
  mode: EstMode
  /** of what it signs from now on */
  validity: Validity | undefined
  /** what it demands of requests (csrattrs), DER; null: it has no such thing (404) */
  demands: Uint8Array | null
  /** each request for a certificate as it came, and whoever asked */
  readonly seen: { operation: string; request: Buffer; by: string }[]
  /** all that it has signed, PEM, in order */
  readonly issued: string[]
  dispose(): Promise<void>
}

export interface EstOptions {
  certifier: Certifier
  /** signs what is asked for; by default the certifier itself */
  issuer?: Certifier
  secrets?: readonly string[]
  hosts?: readonly string[]
  /** what it shows of itself, PEM, in place of what its authority issues */
  own?: { certificate: string; key: string }
  /** as an old server has it */
  maxVersion?: 'TLSv1.2'
}

const mostRequest = 64_000

const exact = (bytes: Uint8Array): ArrayBuffer => Uint8Array.from(bytes).buffer
const derOf = (pem: string): Buffer => Buffer.from(pem.replace(/-----[^-]+-----/g, ''), 'base64')
/** as mail has it, in lines (RFC 2045 §6.8) */
const lined = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64').replace(/.{76}/g, '$&\r\n')

/** PKCS#7 without a signature, for certificates alone (RFC 7030 §4.1.3). */
export function certsOnly(certificates: readonly string[]): Buffer {
  const signed = new pkijs.SignedData({
    version: 1,
    encapContentInfo: new pkijs.EncapsulatedContentInfo({ eContentType: pkijs.ContentInfo.DATA }),
    certificates: certificates.map((pem) => pkijs.Certificate.fromBER(exact(derOf(pem)))),
  })
  const content = new pkijs.ContentInfo({
    contentType: pkijs.ContentInfo.SIGNED_DATA,
    content: signed.toSchema(true),
  })
  return Buffer.from(content.toSchema().toBER(false))
}

/** What csrattrs asks for: a curve, or an RSA key of so many bits. */
export function keyDemand(kind: 'P-256' | 'P-384' | number): Buffer {
  const [type, value] =
    typeof kind === 'number'
      ? ['1.2.840.113549.1.1.1', new asn1.Integer({ value: kind })]
      : [
          '1.2.840.10045.2.1',
          new asn1.ObjectIdentifier({ value: kind === 'P-256' ? '1.2.840.10045.3.1.7' : '1.3.132.0.34' }),
        ]
  const attribute = new asn1.Sequence({
    value: [new asn1.ObjectIdentifier({ value: type }), new asn1.Set({ value: [value] })],
  })
  // as RFC 7030 §4.5.2 shows it, with a mere name beside
  const challenge = new asn1.ObjectIdentifier({ value: '1.2.840.113549.1.9.7' })
  return Buffer.from(new asn1.Sequence({ value: [challenge, attribute] }).toBER(false))
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = []
  let length = 0
  for await (const part of request as AsyncIterable<Buffer>) {
    length += part.length
    if (length > mostRequest) throw new Error('the request is too large')
    parts.push(part)
  }
  return Buffer.from(Buffer.concat(parts).toString('latin1'), 'base64')
}

export async function startEst({
  certifier,
  issuer = certifier,
  secrets = [],
  hosts = ['localhost', '127.0.0.1'],
  maxVersion,
  ...given
}: EstOptions): Promise<EstServer> {
  const own = given.own ?? (await certifier.issueServer(hosts))
  const chain = issuer === certifier ? [certifier.certificate] : [issuer.certificate, certifier.certificate]
  /** kept for those who wait: their secret is theirs until they have their certificate */
  const open = new Set(secrets)

  const pkcs7 = (response: ServerResponse, certificates: readonly string[]) =>
    response
      .writeHead(200, {
        'Content-Type': 'application/pkcs7-mime; smime-type=certs-only',
        'Content-Transfer-Encoding': 'base64',
      })
      .end(lined(certsOnly(certificates)))

  const plain = (response: ServerResponse, text: string) =>
    response.writeHead(200, { 'Content-Type': 'application/pkcs7-mime; smime-type=certs-only' }).end(text)

  /** @returns who asks; null: nobody that it knows */
  function whoAsks(request: IncomingMessage, operation: string): string | null {
    if (operation === 'simplereenroll') {
      const socket = request.socket as TLSSocket
      return socket.authorized ? String(socket.getPeerCertificate().subject.CN) : null
    }
    const [scheme, coded = ''] = (request.headers.authorization ?? '').split(' ')
    const [name = '', secret = ''] = Buffer.from(coded, 'base64').toString('utf8').split(':')
    return scheme === 'Basic' && open.has(secret) ? `${name}:${secret}` : null
  }

  async function certificateFor(request: Buffer): Promise<readonly string[]> {
    const now = Date.now()
    if (server.mode === 'no certificate') return []
    if (server.mode === 'another authority')
      return [await (await createCertifier('Another', now)).certify(request, server.validity)]
    if (server.mode === 'another key') return [(await issuer.issueClient([['CN', 'somebody']])).certificate]
    if (server.mode === 'expired')
      return [await issuer.certify(request, { from: new Date(now - 9e8), to: new Date(now - 1e8) })]
    const certificate = await issuer.certify(request, server.validity)
    server.issued.push(certificate)
    return [certificate]
  }

  async function answerRequest(
    operation: string,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const asked = await bodyOf(request)
    const by = server.mode === 'refuses' ? null : whoAsks(request, operation)
    server.seen.push({ operation, request: asked, by: by ?? '' })
    if (by === null) {
      const headers = operation === 'simpleenroll' ? { 'WWW-Authenticate': 'Basic realm="est"' } : {}
      return void response.writeHead(401, headers).end()
    }
    switch (server.mode) {
      case 'waits':
        return void response.writeHead(202, { 'Retry-After': '5' }).end('a person looks at it')
      case 'waits long':
        return void response.writeHead(202, { 'Retry-After': '999999999999' }).end()
      case 'redirects':
        return void response.writeHead(302, { Location: 'https://example.org/est' }).end()
      case 'breaks':
        return void response.writeHead(500).end('out of order')
      case 'hangs':
        return
      case 'nonsense':
        return void plain(response, lined(Buffer.from('this is no certificate at all')))
      case 'no base64':
        return void plain(response, 'é½ this is no base64 !')
      case 'a page':
        return void response.writeHead(200, { 'Content-Type': 'text/html' }).end('<h1>Welcome</h1>')
      case 'nested without end':
        return void plain(response, lined(Buffer.from('3080'.repeat(60_000), 'hex')))
      case 'huge':
        response.writeHead(200, { 'Content-Type': 'application/pkcs7-mime' })
        for (let sent = 0; sent < 10_000_000 && !response.destroyed; sent += 100_000)
          if (!response.write('A'.repeat(100_000)))
            await Promise.race([once(response, 'drain'), once(response, 'close')])
        return void response.end()
      default: {
        const certificates = await certificateFor(asked)
        if (operation === 'simpleenroll') open.delete(by.split(':')[1] ?? '')
        return void pkcs7(response, certificates)
      }
    }
  }

  const https = createServer(
    {
      key: own.key,
      cert: own.certificate,
      ca: chain,
      requestCert: true,
      rejectUnauthorized: false,
      ...(maxVersion === undefined ? { minVersion: 'TLSv1.3' } : { maxVersion }),
    },
    (request, response) => {
      const [, operation = ''] = /^\/\.well-known\/est\/([a-z]+)$/.exec(request.url ?? '') ?? []
      if (operation === 'cacerts') return void pkcs7(response, chain)
      if (operation === 'csrattrs')
        return void response
          .writeHead(server.demands === null ? 404 : 200, { 'Content-Type': 'application/csrattrs' })
          .end(lined(server.demands ?? Buffer.alloc(0)))
      if (request.method !== 'POST' || !/^simple(re)?enroll$/.test(operation))
        return void response.writeHead(404).end()
      answerRequest(operation, request, response).catch((error: unknown) => {
        if (!response.headersSent) response.writeHead(400).end(String(error))
      })
    },
  )
  https.listen(0, '127.0.0.1')
  await once(https, 'listening')
  const server: EstServer = {
    url: `https://localhost:${(https.address() as AddressInfo).port}`,
    secrets: open,
    mode: 'good',
    validity: undefined,
    demands: null,
    seen: [],
    issued: [],
    async dispose() {
      https.closeAllConnections()
      await once(https.close(), 'close')
    },
  }
  return server
}
