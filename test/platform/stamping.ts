/** A time-stamping authority (RFC 3161): OpenSSL's own, behind a small server, HTTP or HTTPS. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type RequestListener } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { SecureVersion } from 'node:tls'

export interface Stamping {
  url: string
  /** PEM: who issued its certificate */
  authority: string
  /** how many it has given */
  given(): number
  /** true: it answers, but not as it should */
  set(answers: 'stamps' | 'of something else' | 'an error' | 'rubbish' | 'without an end' | 'too much'): void
  dispose(): Promise<void>
}

const configuration = `
[ tsa ]
default_tsa = tsa_config
[ tsa_config ]
serial = ./serial
crypto_device = builtin
signer_cert = ./tsa.pem
certs = ./ca.pem
signer_key = ./tsa.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
accuracy = secs:1
ordering = yes
tsa_name = yes
ess_cert_id_chain = no
ess_cert_id_alg = sha256
`

/** @param tls the highest version that it speaks, with a certificate of the same authority; null: it is asked in clear */
export async function startStamping(tls: SecureVersion | null = null): Promise<Stamping> {
  const folder = mkdtempSync(join(tmpdir(), 'vigie-stamping-'))
  const openssl = (...args: string[]) =>
    execFileSync('openssl', args, { cwd: folder, stdio: ['ignore', 'pipe', 'ignore'] })
  const subject = (name: string) => ['-subj', `/CN=${name}`, '-nodes', '-days', '2']
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256']
  openssl('req', '-x509', ...key, '-keyout', 'ca.key', '-out', 'ca.pem', ...subject('Stamping authority'))
  openssl('req', ...key, '-keyout', 'tsa.key', '-out', 'tsa.csr', '-nodes', '-subj', '/CN=Stamps')
  writeFileSync(join(folder, 'usage'), 'extendedKeyUsage=critical,timeStamping\n')
  openssl(
    ...['x509', '-req', '-in', 'tsa.csr', '-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial'],
    ...['-days', '2', '-extfile', 'usage', '-out', 'tsa.pem'],
  )
  writeFileSync(join(folder, 'tsa.cnf'), configuration)
  writeFileSync(join(folder, 'serial'), '01\n')

  let answers: Parameters<Stamping['set']>[0] = 'stamps'
  let given = 0
  const reply = (query: Buffer): Buffer => {
    writeFileSync(join(folder, 'query'), query)
    if (answers === 'rubbish') return Buffer.from('no stamp')
    if (answers === 'of something else') {
      writeFileSync(join(folder, 'else'), 'something else')
      openssl('ts', '-query', '-data', 'else', '-sha256', '-cert', '-out', 'query')
    }
    openssl('ts', '-reply', '-config', 'tsa.cnf', '-queryfile', 'query', '-out', 'reply')
    given++
    return readFileSync(join(folder, 'reply'))
  }
  const answer: RequestListener = (request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      if (answers === 'an error') response.writeHead(503).end()
      else if (answers === 'without an end') {
        const again = setInterval(() => response.write('.'), 10)
        response.on('close', () => clearInterval(again))
      } else if (answers === 'too much') response.end(Buffer.alloc(1_000_000))
      else
        response
          .writeHead(200, { 'content-type': 'application/timestamp-reply' })
          .end(reply(Buffer.concat(parts)))
    })
  }
  const secure = () => {
    openssl('req', ...key, '-keyout', 'tls.key', '-out', 'tls.csr', '-nodes', '-subj', '/CN=127.0.0.1')
    writeFileSync(join(folder, 'names'), 'subjectAltName=IP:127.0.0.1\nextendedKeyUsage=serverAuth\n')
    openssl(
      ...['x509', '-req', '-in', 'tls.csr', '-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial'],
      ...['-days', '2', '-extfile', 'names', '-out', 'tls.pem'],
    )
    const [cert, own] = ['tls.pem', 'tls.key'].map((name) => readFileSync(join(folder, name)))
    return createSecureServer({ cert, key: own, maxVersion: tls ?? 'TLSv1.3' }, answer)
  }
  const server = tls === null ? createServer(answer) : secure()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `${tls === null ? 'http' : 'https'}://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    authority: readFileSync(join(folder, 'ca.pem'), 'utf8'),
    given: () => given,
    set: (next) => void (answers = next),
    async dispose() {
      await new Promise((resolve) => server.close(resolve))
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
