import { execFileSync } from 'node:child_process'
import { createHash, constants, publicEncrypt, verify, X509Certificate } from 'node:crypto'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createAuthority, type Authority, type Issued } from '../../../../../main/exercise/authority.ts'
import type { CardCertificate } from '../../../../../main/identity/card/card.ts'
import { openModule, type CardModule } from '../../../../../main/identity/card/module.ts'
import { cardModule, startReader, type CardReader } from '../../../../platform/card.ts'

const pin = '123456'
const bytes = (text: string) => new TextEncoder().encode(text)
let authority: Authority
let wall: Issued
let other: Issued
let reader: CardReader
let module: CardModule
const confBefore = process.env['SOFTHSM2_CONF']

beforeAll(async () => {
  authority = await createAuthority('Card test', Date.now())
  wall = await authority.issueClient([['CN', 'wall-01']])
  other = await authority.issueClient([['CN', 'wall-02']])
})
afterAll(() => {
  if (confBefore === undefined) delete process.env['SOFTHSM2_CONF']
  else process.env['SOFTHSM2_CONF'] = confBefore
})
beforeEach(async () => {
  reader = await startReader()
  Object.assign(process.env, reader.env)
  const opened = await openModule(cardModule)
  if (!opened.ok) throw new Error(opened.error.message)
  module = opened.value
})
afterEach(async () => {
  module.close()
  await reader.dispose()
})

const cards = async () => {
  const listed = await module.list()
  if (!listed.ok) throw new Error(listed.error.message)
  return listed.value
}
const onlyCertificate = async (): Promise<CardCertificate> => {
  const all = (await cards()).flatMap(({ certificates }) => certificates)
  expect(all).toHaveLength(1)
  return all[0]!
}

describe('a PKCS#11 module', () => {
  it('names its cards and their certificates before any PIN', async () => {
    const serial = await reader.addCard('Chef de salle', pin, [{ ...wall, label: 'wall' }])
    const [card, ...more] = await cards()
    expect(more).toEqual([])
    expect(card).toMatchObject({ serial, label: 'Chef de salle', tries: 'all' })
    expect(card?.certificates).toMatchObject([
      { card: serial, label: 'wall', id: '01', subject: 'CN=wall-01' },
    ])
    expect(card?.certificates[0]?.certificate.trim()).toBe(
      new X509Certificate(wall.certificate).toString().trim(),
    )
  })

  it('tells two cards apart, and two certificates on one', async () => {
    await reader.addCard('one', pin, [
      { ...wall, label: 'wall' },
      { ...other, label: 'other' },
    ])
    await reader.addCard('two', '654321', [{ ...other, label: 'other' }])
    const found = await cards()
    expect(found.map(({ label, certificates }) => [label, certificates.length]).sort()).toEqual([
      ['one', 2],
      ['two', 1],
    ])
    const [first, second] = found.find(({ label }) => label === 'one')!.certificates
    expect((await module.logIn(first!.card, bytes(pin))).ok).toBe(true)
    // each signs with its own key
    for (const certificate of [first!, second!]) {
      const signed = await module.sign(certificate, bytes('data'))
      if (!signed.ok) throw new Error(signed.error.message)
      const how = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 }
      expect(verify('sha256', bytes('data'), { key: certificate.certificate, ...how }, signed.value)).toBe(
        true,
      )
    }
    // and a card that nobody is let in to does nothing
    const foreign = found.find(({ label }) => label === 'two')!.certificates[0]!
    expect(await module.sign(foreign, bytes('data'))).toMatchObject({
      ok: false,
      error: { code: 'card.removed' },
    })
  })

  it('says of a wrong PIN how many are left, and keeps none', async () => {
    const serial = await reader.addCard('one', pin, [{ ...wall, label: 'wall' }])
    const typed = bytes('000000')
    expect(await module.logIn(serial, typed)).toMatchObject({
      ok: false,
      error: { code: 'card.pin-wrong', message: 'the PIN is not that of the card; few tries are left' },
    })
    expect([...typed]).toEqual([0, 0, 0, 0, 0, 0])
    expect((await cards())[0]?.tries).toBe('few')
    expect((await module.logIn(serial, bytes(pin))).ok).toBe(true)
    expect((await cards())[0]?.tries).toBe('all')
  })

  it('does not try a PIN on a locked card', async () => {
    const serial = await reader.addCard('one', pin, [{ ...wall, label: 'wall' }])
    await reader.lock('one')
    expect((await cards())[0]?.tries).toBe('none')
    // SoftHSM itself would let this one in
    expect(await module.logIn(serial, bytes(pin))).toMatchObject({
      ok: false,
      error: { code: 'card.locked' },
    })
  })

  it('opens with the card’s RSA key what was enciphered to its certificate, though the card knows OAEP with SHA-1 only', async () => {
    await reader.addCard('one', pin, [{ ...wall, label: 'wall' }])
    const certificate = await onlyCertificate()
    await module.logIn(certificate.card, bytes(pin))
    const secret = createHash('sha256').update('the key of the cache').digest()
    const oaep = { padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha256' }
    const wrapped = publicEncrypt({ key: certificate.certificate, ...oaep }, secret)
    const opened = await module.decrypt(certificate, wrapped)
    expect(opened.ok && Buffer.from(opened.value).equals(secret)).toBe(true)
    for (const text of ['', 'x'.repeat(190)]) {
      const again = await module.decrypt(
        certificate,
        publicEncrypt({ key: certificate.certificate, ...oaep }, Buffer.from(text)),
      )
      expect(again.ok && Buffer.from(again.value).toString()).toBe(text)
    }
    const altered = Buffer.from(wrapped)
    altered[100]! ^= 1
    expect(await module.decrypt(certificate, altered)).toMatchObject({
      ok: false,
      error: { code: 'cache.key-refused' },
    })
  })

  it.each(['P-256', 'P-384'])('signs and agrees with a key on %s', async (curve) => {
    const folder = await mkdtemp(join(tmpdir(), 'vigie-ec-'))
    const [key, certificate] = [join(folder, 'key'), join(folder, 'certificate')]
    const line = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', `ec_paramgen_curve:${curve}`, '-nodes']
    execFileSync(
      'openssl',
      [
        ...line,
        '-keyout',
        key,
        '-out',
        certificate,
        '-subj',
        '/CN=ec',
        '-days',
        '9',
        '-addext',
        'basicConstraints=CA:FALSE',
      ],
      { stdio: 'ignore' },
    )
    const pair = { key: await readFile(key, 'utf8'), certificate: await readFile(certificate, 'utf8') }
    await rm(folder, { recursive: true })
    await reader.addCard('one', pin, [{ ...pair, label: 'ec' }])
    const found = await onlyCertificate()
    await module.logIn(found.card, bytes(pin))
    for (let round = 0; round < 20; round++) {
      const signed = await module.sign(found, bytes(`data ${round}`))
      if (!signed.ok) throw new Error(signed.error.message)
      const how = { key: found.certificate, dsaEncoding: 'der' as const }
      expect(verify(curve === 'P-384' ? 'sha384' : 'sha256', bytes(`data ${round}`), how, signed.value)).toBe(
        true,
      )
    }
  })

  it('notices that the card is pulled, and that it is back: then nobody is let in any more', async () => {
    await reader.addCard('one', pin, [{ ...wall, label: 'wall' }])
    const certificate = await onlyCertificate()
    await module.logIn(certificate.card, bytes(pin))
    expect(module.present()).toBe(true)
    await reader.pull()
    expect(module.present()).toBe(false)
    expect(await cards()).toEqual([])
    await reader.putBack()
    expect(await cards()).toHaveLength(1)
    expect(await module.sign(certificate, bytes('data'))).toMatchObject({
      ok: false,
      error: { code: 'card.removed' },
    })
    expect((await module.logIn(certificate.card, bytes(pin))).ok).toBe(true)
    expect((await module.sign(certificate, bytes('data'))).ok).toBe(true)
  })

  it('is refused where it is none', async () => {
    const opened = await openModule('/usr/lib/softhsm/none.so')
    expect(opened).toMatchObject({ ok: false, error: { code: 'card.module-unreadable' } })
  })
})
