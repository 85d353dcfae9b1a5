import { generateKeyPairSync, randomBytes, type KeyObject } from 'node:crypto'
import { beforeAll, describe, expect, it } from 'vitest'
import { Secret } from '../../../../main/identity/secret.ts'
import { signerOf, verifySignature } from '../../../../main/identity/signer.ts'
import { wrap, type Wrapped } from '../../../../main/identity/wrapping.ts'
import { keyKinds, selfSigned } from '../../../platform/self-signed.ts'
import type { Keys } from '../../../platform/unlocked.ts'

const secret = randomBytes(32)
const data = Buffer.from('what is signed')

describe.each(keyKinds)('the signer of a key of kind %s', (kind) => {
  let pair: Keys
  let other: Keys
  beforeAll(async () => {
    pair = await selfSigned(kind)
    other = await selfSigned(kind)
  })
  const signer = (certificate = pair.certificate, key = pair.key) => {
    const kept = new Secret(key)
    return { signer: signerOf({ certificate, key: kept }), erase: () => kept.erase() }
  }
  const wrapped = (publicKey: KeyObject): Wrapped => {
    const made = wrap(publicKey, 'certificate', secret)
    if (!made.ok) throw new Error(made.error.message)
    return made.value
  }

  it('signs what only its own public key verifies, and nothing that was changed', async () => {
    const { signer: ours } = signer()
    const signature = await ours.sign(data)
    if (!signature.ok) throw new Error(signature.error.message)
    expect(verifySignature(ours.publicKey, data, signature.value)).toBe(true)
    expect(verifySignature(ours.publicKey, Buffer.from('something else'), signature.value)).toBe(false)
    expect(verifySignature(ours.publicKey, data, signature.value.subarray(1))).toBe(false)
    const { signer: theirs } = signer(other.certificate, other.key)
    expect(verifySignature(theirs.publicKey, data, signature.value)).toBe(false)
  })

  it('unwraps what was wrapped with the public key alone', async () => {
    const { signer: ours } = signer()
    const opened = await ours.unwrap(wrapped(ours.publicKey))
    expect(opened.ok && Buffer.compare(opened.value, secret)).toBe(0)
  })

  it.each<[string, (slot: Wrapped) => Wrapped]>([
    ['its bytes are changed', (slot) => ({ ...slot, wrapped: flipped(slot.wrapped) })],
    ['its bytes are cut', (slot) => ({ ...slot, wrapped: slot.wrapped.slice(0, 40) })],
    ['it is empty', (slot) => ({ ...slot, wrapped: '' })],
  ])('does not unwrap it where %s', async (_, edit) => {
    const { signer: ours } = signer()
    expect(await ours.unwrap(edit(wrapped(ours.publicKey)))).toMatchObject({
      ok: false,
      error: { code: 'cache.key-refused' },
    })
  })

  it('does nothing for another certificate, nor with another’s key', async () => {
    const { signer: ours } = signer()
    const { signer: theirs } = signer(other.certificate, other.key)
    const { signer: mixed } = signer(pair.certificate, other.key)
    const slot = wrapped(ours.publicKey)
    for (const one of [theirs, mixed])
      expect(await one.unwrap(slot)).toMatchObject({ ok: false, error: { code: 'cache.key-refused' } })
    expect(await mixed.sign(data)).toMatchObject({ ok: false, error: { code: 'identity.key-refused' } })
  })

  it('does nothing more once the key is erased', async () => {
    const { signer: ours, erase } = signer()
    const slot = wrapped(ours.publicKey)
    erase()
    expect(await ours.sign(data)).toMatchObject({ ok: false, error: { code: 'identity.key-refused' } })
    expect(await ours.unwrap(slot)).toMatchObject({ ok: false, error: { code: 'cache.key-refused' } })
  })
})

describe('what is wrapped to a key on a curve', () => {
  it.each<[string, (slot: Wrapped, other: Wrapped) => Wrapped]>([
    ['for another purpose', (slot) => ({ ...slot, kind: 'recovery' })],
    ['with another ephemeral key', (slot, { ephemeral }) => ({ ...slot, ephemeral })],
    ['with an ephemeral key that is none', (slot) => ({ ...slot, ephemeral: 'AAAA' })],
    ['without its ephemeral key', ({ ephemeral: _, ...slot }) => slot],
  ])('does not open %s', async (_, edit) => {
    const pair = await selfSigned('P-256')
    const signer = signerOf({ certificate: pair.certificate, key: new Secret(pair.key) })
    const [slot, other] = [1, 2].map(() => wrap(signer.publicKey, 'certificate', secret))
    if (!slot?.ok || !other?.ok) throw new Error('not wrapped')
    expect(await signer.unwrap(slot.value)).toMatchObject({ ok: true })
    expect(await signer.unwrap(edit(slot.value, other.value))).toMatchObject({
      ok: false,
      error: { code: 'cache.key-refused' },
    })
  })

  it('does not open with an ephemeral key of another curve', async () => {
    const pair = await selfSigned('P-256')
    const signer = signerOf({ certificate: pair.certificate, key: new Secret(pair.key) })
    const slot = wrap(signer.publicKey, 'certificate', secret)
    if (!slot.ok) throw new Error('not wrapped')
    const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'secp384r1' })
    const ephemeral = publicKey.export({ type: 'spki', format: 'der' }).toString('base64')
    expect(await signer.unwrap({ ...slot.value, ephemeral })).toMatchObject({ ok: false })
  })
})

it('a key of no kind that Vigie uses wraps nothing, and nothing it signs counts', () => {
  const { publicKey } = generateKeyPairSync('ed25519')
  expect(wrap(publicKey, 'certificate', secret)).toMatchObject({
    ok: false,
    error: { code: 'identity.key-refused' },
  })
  expect(verifySignature(publicKey, data, Buffer.alloc(64))).toBe(false)
})

const flipped = (base64: string): string => {
  const bytes = Buffer.from(base64, 'base64')
  bytes[5] = bytes[5]! ^ 1
  return bytes.toString('base64')
}
