import { createPrivateKey, createPublicKey } from 'node:crypto'
import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import { makeKey } from '../../../../main/identity/request.ts'
import { fingerprintOfKey } from '../../../../main/identity/certificate-facts.ts'
import { openSealedKey, SealedKeySchema, sealKey } from '../../../../main/identity/sealed.ts'
import { Secret } from '../../../../main/identity/secret.ts'

const key = await makeKey('ec-p256')
const other = await makeKey('ec-p256')
const words = 'correct horse'
const sealed = sealKey(key.privateKey, new Secret(words))
const open = (changed: object = {}, passphrase = words) =>
  openSealedKey({ ...sealed, ...changed }, new Secret(passphrase), 'wall.json')
const flipped = (base64: string) => {
  const bytes = Buffer.from(base64, 'base64')
  bytes[0] = bytes[0]! ^ 1
  return bytes.toString('base64')
}

describe('a sealed key', () => {
  it('is opened by its passphrase, and is the key', () => {
    const opened = open()
    if (!opened.ok) throw new Error(opened.error.message)
    const back = createPublicKey(createPrivateKey(Buffer.from(opened.value.copy().buffer)))
    expect(fingerprintOfKey(back)).toBe(fingerprintOfKey(key.publicKey))
  })

  it('holds nothing of the key that could be read', () => {
    const plain = key.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString().split('\n')
    const text = JSON.stringify(sealed)
    expect(text).not.toContain('PRIVATE KEY')
    for (const line of plain.filter((one) => one !== '')) expect(text).not.toContain(line)
    expect(Buffer.from(sealed.sealed, 'base64').toString('latin1')).not.toContain('PRIVATE')
  })

  it('leaves nothing of the key where all small buffers lie, however often it is opened', () => {
    const [, line = ''] = key.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString().split('\n')
    const before = Buffer.from(Buffer.allocUnsafe(1).buffer)
    const opened = open()
    if (!opened.ok) throw new Error(opened.error.message)
    const after = Buffer.from(Buffer.allocUnsafe(1).buffer)
    expect(opened.value.reveal()).toContain(line)
    expect([before, after].map((pool) => pool.includes(line))).toEqual([false, false])
  })

  it('is never sealed twice alike', () => {
    const again = sealKey(key.privateKey, new Secret(words))
    expect(again.nonce).not.toBe(sealed.nonce)
    expect(again.stretch.salt).not.toBe(sealed.stretch.salt)
    expect(again.sealed).not.toBe(sealed.sealed)
  })

  it.each([
    ['another passphrase', {}, 'wrong'],
    ['a changed key', { sealed: flipped(sealed.sealed) }, words],
    ['a changed tag', { tag: flipped(sealed.tag) }, words],
    ['another key’s name', { publicKey: fingerprintOfKey(other.publicKey) }, words],
    ['another salt', { stretch: { ...sealed.stretch, salt: flipped(sealed.stretch.salt) } }, words],
  ])('stays closed with %s', (_, changed, passphrase) => {
    const opened = open(changed, passphrase)
    expect(opened.ok ? 'open' : opened.error.code).toBe('identity.passphrase-wrong')
  })

  const stretch = (changed: object) => ({ stretch: { ...sealed.stretch, ...changed } })
  it.each([
    ['stretched for hours', stretch({ N: 2 ** 30 })],
    ['stretched longer than our own', stretch({ N: 2 ** 18 })],
    ['stretched twice over', stretch({ p: 2 })],
    ['stretched many times over', stretch({ p: 1_000_000 })],
    ['of more memory than there is', stretch({ r: 1_000_000 })],
    ['hardly stretched', stretch({ N: 2 })],
    ['stretched by no power of two', stretch({ N: 100_000 })],
    ['with a short salt', stretch({ salt: 'AAAA' })],
    ['stretched in another way', stretch({ by: 'pbkdf2' })],
    ['with a cut tag', { tag: 'AAAA' }],
    ['with another cipher', { cipher: 'none' }],
    ['with more in it', { key: 'x' }],
    ['that is huge', { sealed: 'A'.repeat(1_000_000) }],
  ])('%s is not read', (_, changed) => {
    expect(v.is(SealedKeySchema, { ...sealed, ...changed })).toBe(false)
  })
})
