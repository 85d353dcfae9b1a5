/** A real EST server over TLS 1.3; its messages, and ours, are read by the openssl command line too. */
import { execFile } from 'node:child_process'
import { createPublicKey, X509Certificate } from 'node:crypto'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import en from '../../../../../resources/translations/en.json' with { type: 'json' }
import fr from '../../../../../resources/translations/fr.json' with { type: 'json' }
import type { ProblemCode, Result } from '../../../../../preload/contract/result.ts'
import {
  authoritiesOf,
  demandsOf,
  enrol,
  reEnrol,
  type Asked,
  type Enrolment,
} from '../../../../../main/identity/est/est.ts'
import type { EstServer as Place } from '../../../../../main/identity/est/exchange.ts'
import { certificatesIn } from '../../../../../main/identity/certificates-in.ts'
import { fingerprintOfKey } from '../../../../../main/identity/certificate-facts.ts'
import { Secret } from '../../../../../main/identity/secret.ts'
import { make, makeKey, type Wanted } from '../../../../platform/certificates.ts'
import { createCertifier, type Certifier } from '../../../../platform/certifier.ts'
import { certsOnly, keyDemand, startEst, type EstMode, type EstServer } from '../../../../platform/est.ts'

const openssl = (...args: string[]) => promisify(execFile)('openssl', args)

let folder: string
let certifier: Certifier
let issuer: Certifier
let est: EstServer
let place: Place
/** our key and what asks for its certificate, as openssl makes them */
let key: Secret
let request: Asked

const at = (name: string) => join(folder, name)
const secret = (text: string) => ({ by: 'secret', name: 'wall-01', secret: new Secret(text) }) as const
const codeOf = (result: Result<unknown>): ProblemCode | 'ok' => (result.ok ? 'ok' : result.error.code)

async function makeRequest(name: string, subject = '/CN=wall-01/OU=Vigie') {
  const made = [
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:P-384',
    '-nodes',
    '-keyout',
    at(`${name}.key`),
  ]
  await openssl('req', '-new', ...made, '-subj', subject, '-outform', 'DER', '-out', at(`${name}.csr`))
  const pem = await readFile(at(`${name}.key`), 'utf8')
  const asked: Asked = {
    request: await readFile(at(`${name}.csr`)),
    publicKey: fingerprintOfKey(createPublicKey(pem)),
  }
  return { key: new Secret(pem), request: asked }
}

/** Asks with a secret that is good. */
async function ask(mode: EstMode, where = place): Promise<Result<Enrolment>> {
  const word = `word-${mode}-${est.seen.length}`
  est.secrets.add(word)
  est.mode = mode
  return enrol(where, request, secret(word), Date.now())
}
async function issued(): Promise<Extract<Enrolment, { state: 'issued' }>> {
  const got = await ask('good')
  if (!got.ok || got.value.state !== 'issued') throw new Error(JSON.stringify(got))
  return got.value
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vigie-est-'))
  certifier = await createCertifier('EST test authority', Date.now())
  issuer = await certifier.below('EST test issuer')
  est = await startEst({ certifier, issuer, secrets: ['once'] })
  place = { url: est.url, authority: certifier.certificate, patience: 5_000 }
  ;({ key, request } = await makeRequest('own'))
})
beforeEach(() => {
  est.mode = 'good'
  est.demands = null
  est.validity = undefined
})
afterAll(async () => {
  await est.dispose()
  await rm(folder, { recursive: true, force: true })
})

describe('the messages', () => {
  it('of the server are PKCS#7 that openssl reads, certificate for certificate', async () => {
    await writeFile(at('certs.p7'), certsOnly([issuer.certificate, certifier.certificate]))
    const { stdout } = await openssl('pkcs7', '-inform', 'DER', '-in', at('certs.p7'), '-print_certs')
    const names = stdout.split('\n').filter((line) => line.startsWith('subject'))
    expect(names).toEqual([
      'subject=O = Vigie, CN = EST test issuer',
      'subject=O = Vigie, CN = EST test authority',
    ])
  })

  it('that openssl writes are read here', async () => {
    await writeFile(at('ca.pem'), certifier.certificate)
    await openssl('crl2pkcs7', '-nocrl', '-certfile', at('ca.pem'), '-outform', 'DER', '-out', at('ossl.p7'))
    const read = certificatesIn(await readFile(at('ossl.p7')), 'ossl.p7')
    expect(read.ok && read.value.map((one) => one.toString())).toEqual([
      new X509Certificate(certifier.certificate).toString(),
    ])
  })

  it('that go out are requests that openssl verifies', async () => {
    await issued()
    await writeFile(at('seen.csr'), est.seen.at(-1)?.request ?? '')
    const { stderr } = await openssl('req', '-inform', 'DER', '-in', at('seen.csr'), '-verify', '-noout')
    expect(stderr).toContain('self-signature verify OK')
  })
})

describe('enrolment', () => {
  it('with a one-time secret answers a certificate for our key, its chain beside, that openssl verifies', async () => {
    const got = await enrol(place, request, secret('once'), Date.now())
    if (!got.ok || got.value.state !== 'issued') throw new Error(JSON.stringify(got))
    expect(got.value.chain).toHaveLength(1)
    await writeFile(at('ca.pem'), certifier.certificate)
    await writeFile(at('chain.pem'), got.value.chain.join('\n'))
    await writeFile(at('new.pem'), got.value.certificate)
    const { stdout } = await openssl(
      'verify',
      '-CAfile',
      at('ca.pem'),
      '-untrusted',
      at('chain.pem'),
      at('new.pem'),
    )
    expect(stdout).toContain('OK')
    expect(est.seen.at(-1)?.by).toBe('wall-01:once')
  })

  it('takes a secret once', async () => {
    expect(codeOf(await enrol(place, request, secret('once'), Date.now()))).toBe('enrol.refused')
  })

  it('is renewed by the certificate that is there, over TLS', async () => {
    const { certificate, chain } = await issued()
    const next = await makeRequest('next')
    const renewed = await reEnrol(
      place,
      next.request,
      { by: 'certificate', certificate: [certificate, ...chain].join('\n'), key },
      Date.now(),
    )
    expect(renewed).toMatchObject({ ok: true, value: { state: 'issued' } })
    expect(est.seen.at(-1)).toMatchObject({ operation: 'simplereenroll', by: 'wall-01' })
  })

  it('is not renewed by a certificate of nobody’s, nor under another name', async () => {
    const other = await createCertifier('Another', Date.now())
    const stranger = await other.issueClient([['CN', 'wall-01']])
    const asStranger = { certificate: stranger.certificate, key: new Secret(stranger.key) }
    expect(codeOf(await reEnrol(place, request, { by: 'certificate', ...asStranger }, Date.now()))).toBe(
      'enrol.refused',
    )
    const { certificate, chain } = await issued()
    const next = await makeRequest('renamed', '/CN=wall-02/OU=Vigie')
    const credential = { by: 'certificate', certificate: [certificate, ...chain].join('\n'), key } as const
    expect(codeOf(await reEnrol(place, next.request, credential, Date.now()))).toBe('enrol.another-name')
  })

  it('tells what the server demands of a key', async () => {
    for (const [demands, kind] of [
      [null, null],
      [keyDemand('P-256'), 'ec-p256'],
      [keyDemand('P-384'), 'ec-p384'],
      [keyDemand(2048), 'rsa-3072'],
      [keyDemand(4096), 'rsa-4096'],
    ] as const) {
      est.demands = demands
      expect(await demandsOf(place)).toEqual({ ok: true, value: { key: kind } })
    }
    for (const demands of [keyDemand(8192), Buffer.from('hello'), Buffer.from('3080'.repeat(9_000), 'hex')]) {
      est.demands = demands
      expect(codeOf(await demandsOf(place))).toBe('enrol.answer-invalid')
    }
  })

  it('tells the authorities that sign there', async () => {
    const told = await authoritiesOf(place)
    expect(told.ok && told.value.map(({ subject }) => subject)).toEqual([
      'O=Vigie\nCN=EST test issuer',
      'O=Vigie\nCN=EST test authority',
    ])
  })
})

describe('what a server may answer', () => {
  it.each<[EstMode, ProblemCode]>([
    ['refuses', 'enrol.refused'],
    ['redirects', 'enrol.redirected'],
    ['breaks', 'enrol.failed'],
    ['nonsense', 'enrol.answer-invalid'],
    ['no base64', 'enrol.answer-invalid'],
    ['a page', 'enrol.answer-invalid'],
    ['no certificate', 'enrol.answer-invalid'],
    ['nested without end', 'enrol.answer-invalid'],
    ['huge', 'enrol.too-large'],
    ['another authority', 'enrol.chain-broken'],
    ['another key', 'enrol.another-key'],
    ['expired', 'enrol.answer-invalid'],
  ])('%s: %s, with words in both languages, and never the secret', async (mode, code) => {
    const got = await ask(mode)
    expect(codeOf(got)).toBe(code)
    for (const words of [en, fr] as Record<string, string>[]) {
      expect(words[`problem.${code}.cause`]).toContain('{subject}')
      expect(words[`problem.${code}.next`]).toBeTruthy()
    }
    expect(JSON.stringify(got)).not.toContain('word-')
  })

  it('each differs in what is said of it', async () => {
    const modes = ['nonsense', 'no base64', 'a page', 'expired', 'breaks', 'huge'] as const
    const said = new Set<string>()
    for (const mode of modes) {
      const got = await ask(mode)
      if (!got.ok) said.add(got.error.message)
    }
    expect(said.size).toBe(modes.length)
  })

  it('to wait for a person is no failure, and no wait is without bound', async () => {
    expect(await ask('waits')).toEqual({ ok: true, value: { state: 'waiting', after: 5_000 } })
    expect(await ask('waits long')).toEqual({ ok: true, value: { state: 'waiting', after: 86_400_000 } })
  })

  it('nothing at all ends with the patience', async () => {
    expect(codeOf(await ask('hangs', { ...place, patience: 300 }))).toBe('enrol.unreachable')
  })
})

describe('a server', () => {
  it.each<[string, Partial<Wanted>]>([
    ['that is for anything', { purposes: null }],
    ['with a weak key', { key: makeKey(1024) }],
    ['with a number that no authority gives', { serial: `40${'11'.repeat(20)}` }],
  ])('whose certificate is one %s gets nothing', async (_, wanted) => {
    const root = make({ name: 'Root', by: null, authority: true })
    const own = make({ name: 'est', by: root, ...wanted })
    const loose = await startEst({ certifier, own, secrets: ['kept'] })
    try {
      const where = { ...place, url: loose.url, authority: root.certificate }
      expect(codeOf(await enrol(where, request, secret('kept'), Date.now()))).toBe('enrol.server-untrusted')
      expect(loose.seen).toEqual([])
    } finally {
      await loose.dispose()
    }
  })

  it('of another authority, or of another name, gets nothing', async () => {
    const other = await createCertifier('Another', Date.now())
    const before = est.seen.length
    expect(codeOf(await ask('good', { ...place, authority: other.certificate }))).toBe(
      'enrol.authority-unknown',
    )
    const misnamed = await startEst({ certifier, hosts: ['est.example.org'] })
    try {
      expect(codeOf(await ask('good', { ...place, url: misnamed.url }))).toBe('enrol.server-untrusted')
      expect(misnamed.seen).toHaveLength(0)
    } finally {
      await misnamed.dispose()
    }
    expect(est.seen).toHaveLength(before)
  })

  it('that speaks no TLS 1.3 gets nothing', async () => {
    const old = await startEst({ certifier, maxVersion: 'TLSv1.2' })
    try {
      expect(codeOf(await ask('good', { ...place, url: old.url }))).toBe('enrol.server-untrusted')
      expect(old.seen).toHaveLength(0)
    } finally {
      await old.dispose()
    }
  })

  it('that is not there is said so', async () => {
    const gone = await startEst({ certifier })
    await gone.dispose()
    expect(codeOf(await ask('good', { ...place, url: gone.url }))).toBe('enrol.unreachable')
  })

  it.each(['http://localhost/', 'https://user:word@localhost', 'https://localhost/elsewhere', 'nonsense'])(
    '%s is no address',
    async (url) => {
      expect(codeOf(await ask('good', { ...place, url }))).toBe('command.invalid')
    },
  )
})
