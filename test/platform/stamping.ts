/** A time-stamping authority (RFC 3161): OpenSSL's own, behind a small HTTP server. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface Stamping {
  url: string
  /** PEM: who issued its certificate */
  authority: string
  /** how many it has given */
  given(): number
  /** true: it answers, but not as it should */
  set(answers: 'stamps' | 'of something else' | 'an error' | 'rubbish'): void
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

export async function startStamping(): Promise<Stamping> {
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
  const server = createServer((request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      if (answers === 'an error') response.writeHead(503).end()
      else
        response
          .writeHead(200, { 'content-type': 'application/timestamp-reply' })
          .end(reply(Buffer.concat(parts)))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    authority: readFileSync(join(folder, 'ca.pem'), 'utf8'),
    given: () => given,
    set: (next) => void (answers = next),
    async dispose() {
      await new Promise((resolve) => server.close(resolve))
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
