import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { openCache } from '../../../../../main/engine/cache/cache.ts'
import { addSigner, addSlot, slotsOf } from '../../../../../main/identity/vault/change-slots.ts'
import {
  openWithKeystore,
  settleKeystore,
  type SafeStorage,
} from '../../../../../main/identity/vault/keystore.ts'
import { Secret } from '../../../../../main/identity/secret.ts'
import { rotate } from '../../../../../main/identity/vault/rotate.ts'
import { aKeystore } from '../../../../doubles/keystore.ts'
import { selfSigned } from '../../../../platform/self-signed.ts'
import { openCacheAs, signerWith, type Keys } from '../../../../platform/unlocked.ts'
import { encryptedIn } from '../../../../../main/commands/vault.ts'
import { profileFolder, remove } from '../../engine/an-engine.ts'

let folder: string
let profile: string
let ours: Keys
let renewed: Keys
const keystore = aKeystore()

beforeAll(async () => {
  ours = await selfSigned('P-256', 'wall-01')
  renewed = await selfSigned('P-384', 'wall-01')
})
beforeEach(async () => {
  folder = await profileFolder()
  profile = join(folder, 'node')
  const cache = await openCacheAs(ours, profile)
  if (cache.ok) await cache.value.close()
})
afterEach(() => remove(folder))

const settle = (kept: SafeStorage | null = keystore, by = ours) =>
  settleKeystore(profile, signerWith(by), kept)
const kinds = async () => {
  const slots = await slotsOf(profile, signerWith(ours))
  return slots.ok ? slots.value.slots.map(({ kind }) => kind) : slots.error.code
}
/** With the keystore alone. */
const unattended = async (kept = keystore) => {
  const vault = await openWithKeystore(profile, kept)
  if (!vault.ok) return vault.error.code
  const { secret, mark } = vault.value
  const cache = await openCache(profile, { cacheKey: secret, vault: mark })
  if (cache.ok) await cache.value.close()
  return cache.ok ? 'open' : cache.error.code
}

describe('a slot of the operating system’s keystore', () => {
  it('is there where the policy wants it, once somebody has opened the vault, and opens it with nobody there', async () => {
    expect(await unattended()).toBe('cache.key-refused')
    expect(await settle()).toEqual({ ok: true, value: true })
    expect(await settle()).toEqual({ ok: true, value: false })
    expect(await kinds()).toEqual(['certificate', 'keystore'])
    expect(await unattended()).toBe('open')
  })

  it('keeps its private key no longer than it opens with it', async () => {
    const keys: Secret[] = []
    const erase = vi.spyOn(Secret.prototype, 'erase').mockImplementation(function (this: Secret) {
      keys.push(this)
    })
    try {
      await settle()
      const made = keys.filter((key) => key.reveal().includes('PRIVATE KEY')).length
      expect(await unattended()).toBe('open')
      const opened = keys.filter((key) => key.reveal().includes('PRIVATE KEY')).length
      expect([made, opened]).toEqual([1, 2])
    } finally {
      erase.mockRestore()
    }
  })

  it('opens with no other keystore', async () => {
    await settle()
    expect(await unattended(aKeystore())).toBe('vault.keystore-refused')
  })

  it('goes where the policy wants it no longer', async () => {
    await settle()
    expect(await settle(null)).toEqual({ ok: true, value: true })
    expect(await kinds()).toEqual(['certificate'])
    expect(await unattended()).toBe('cache.key-refused')
  })

  it.each([
    ['protects nothing', aKeystore('basic_text')],
    ['is none that is known', aKeystore('unknown')],
    ['is not there', aKeystore('gnome_libsecret', false)],
  ])('is not made where the keystore %s, and one that is there goes', async (_, kept) => {
    expect(await settle(kept)).toMatchObject({ ok: false, error: { code: 'vault.keystore-refused' } })
    await settle()
    expect(await settle(kept)).toMatchObject({ ok: false, error: { code: 'vault.keystore-refused' } })
    expect(await kinds()).toEqual(['certificate'])
    expect(await unattended(kept)).toBe('vault.keystore-refused')
  })

  it('keeps no key in clear', async () => {
    await settle()
    expect(await readFile(join(profile, 'vault.json'), 'latin1')).not.toContain('PRIVATE')
  })

  it('opens on after a rotation, and after the certificate was renewed', async () => {
    await settle()
    const rotated = await rotate(profile, signerWith(ours), {
      all: encryptedIn(profile),
      tell: () => undefined,
    })
    expect(rotated).toMatchObject({ ok: true })
    expect(await unattended()).toBe('open')
    await addSigner(profile, signerWith(ours), signerWith(renewed))
    expect(await settle(keystore, renewed)).toEqual({ ok: true, value: true })
    expect(await unattended()).toBe('open')
  })

  it('opens no vault that is signed by who was not there when it was made', async () => {
    await settle()
    await addSigner(profile, signerWith(ours), signerWith(renewed))
    await addSlot(profile, signerWith(renewed), (await selfSigned('P-256', 'x')).certificate, 'recovery')
    expect(await unattended()).toBe('cache.vault-forged')
  })

  it('opens nothing that was changed', async () => {
    await settle()
    const file = join(profile, 'vault.json')
    const vault = JSON.parse(await readFile(file, 'utf8')) as { generation: number }
    await writeFile(file, JSON.stringify({ ...vault, generation: vault.generation + 1 }))
    expect(await unattended()).toBe('cache.vault-forged')
  })
})
