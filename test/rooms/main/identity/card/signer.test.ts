/** The vault opened by a card, as by any signer: SoftHSM2 is the card. */
import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createAuthority } from '../../../../../main/exercise/authority.ts'
import type { CardCertificate } from '../../../../../main/identity/card/card.ts'
import { openModule, type CardModule } from '../../../../../main/identity/card/module.ts'
import { cardSigner } from '../../../../../main/identity/card/signer.ts'
import { verifySignature } from '../../../../../main/identity/signer.ts'
import { openVault } from '../../../../../main/identity/vault/vault.ts'
import { wrap } from '../../../../../main/identity/wrapping.ts'
import { cardModule, startReader, type CardReader, type Pair } from '../../../../platform/card.ts'

const pin = '123456'
const authority = await createAuthority('Card test', Date.now())
const rsa = await authority.issueClient([['CN', 'wall-01']])
const another = await authority.issueClient([['CN', 'wall-02']])
let folder: string
let reader: CardReader
let module: CardModule
const confBefore = process.env['SOFTHSM2_CONF']

async function elliptic(curve: string): Promise<Pair> {
  const [key, certificate] = [join(folder, 'key'), join(folder, 'certificate')]
  execFileSync(
    'openssl',
    [
      ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', `ec_paramgen_curve:${curve}`, '-nodes', '-days', '9'],
      ...['-keyout', key, '-out', certificate, '-subj', '/CN=ec', '-addext', 'basicConstraints=CA:FALSE'],
    ],
    { stdio: 'ignore' },
  )
  return { key: await readFile(key, 'utf8'), certificate: await readFile(certificate, 'utf8') }
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vigie-signer-'))
  reader = await startReader()
  Object.assign(process.env, reader.env)
  const opened = await openModule(cardModule)
  if (!opened.ok) throw new Error(opened.error.message)
  module = opened.value
})
afterEach(async () => {
  module.close()
  await reader.dispose()
  await rm(folder, { recursive: true, force: true })
  if (confBefore === undefined) delete process.env['SOFTHSM2_CONF']
  else process.env['SOFTHSM2_CONF'] = confBefore
})

/** The only certificate of a new card with this pair, let in. */
async function onCard(pair: Pair): Promise<CardCertificate> {
  const serial = await reader.addCard('one', pin, [{ ...pair, label: 'wall' }])
  const listed = await module.list()
  const found = listed.ok ? listed.value[0]?.certificates[0] : undefined
  if (!found) throw new Error('there is no certificate')
  expect((await module.logIn(serial, new TextEncoder().encode(pin))).ok).toBe(true)
  return found
}

describe.each(['RSA', 'P-256', 'P-384'])('a card with a key of %s', (kind) => {
  const pairOf = (): Promise<Pair> => (kind === 'RSA' ? Promise.resolve(rsa) : elliptic(kind))

  it('signs what verifies, and opens what was wrapped to its certificate and nothing else', async () => {
    const signer = cardSigner(module, await onCard(await pairOf()))
    const data = randomBytes(1000)
    const signed = await signer.sign(data)
    if (!signed.ok) throw new Error(signed.error.message)
    expect(verifySignature(signer.publicKey, data, signed.value)).toBe(true)
    expect(verifySignature(signer.publicKey, randomBytes(1000), signed.value)).toBe(false)

    const secret = randomBytes(32)
    const wrapped = wrap(signer.publicKey, 'card', secret)
    if (!wrapped.ok) throw new Error(wrapped.error.message)
    const opened = await signer.unwrap(wrapped.value)
    expect(opened.ok && opened.value.equals(secret)).toBe(true)
    const bytes = Buffer.from(wrapped.value.wrapped, 'base64')
    bytes[bytes.length - 1]! ^= 1
    const altered = { ...wrapped.value, wrapped: bytes.toString('base64') }
    expect((await signer.unwrap(altered)).ok).toBe(false)
  })
})

describe('a vault made with a card', () => {
  const cache = () => join(folder, 'profile', 'cache.db')
  const open = (certificate: CardCertificate, where: CardModule = module) =>
    openVault(join(folder, 'profile'), cardSigner(where, certificate), { cache: cache() })

  it('opens with the card again, and with no other; and not once the card was pulled', async () => {
    const certificate = await onCard(rsa)
    const made = await open(certificate)
    if (!made.ok) throw new Error(made.error.message)
    const again = await open(certificate)
    expect(again.ok && again.value.secret.equals(made.value.secret)).toBe(true)

    await reader.pull()
    module.present()
    expect(await open(certificate)).toMatchObject({ ok: false, error: { code: 'card.removed' } })
    // back, but nobody typed the PIN
    await reader.putBack()
    expect(await open(certificate)).toMatchObject({ ok: false, error: { code: 'card.removed' } })
    await reader.pull()
    const foreign = await reader.addCard('two', pin, [{ ...another, label: 'wall' }])
    const listed = await module.list()
    const other = listed.ok ? listed.value.find(({ serial }) => serial === foreign) : undefined
    await module.logIn(foreign, new TextEncoder().encode(pin))
    expect(await open(other!.certificates[0]!)).toMatchObject({
      ok: false,
      error: { code: 'cache.key-refused' },
    })
  })
})
