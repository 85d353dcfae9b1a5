import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { databaseFile } from '../../../../../main/engine/cache/database-file.ts'
import { fitsVault } from '../../../../../main/engine/cache/last-vault.ts'
import { addSigner, addSlot, removeSlot, slotsOf } from '../../../../../main/identity/vault/change-slots.ts'
import { mostSlots } from '../../../../../main/identity/vault/slot.ts'
import { signVault } from '../../../../../main/identity/vault/vault.ts'
import { keyKinds, selfSigned } from '../../../../platform/self-signed.ts'
import { openCacheAs, signerWith, type Keys } from '../../../../platform/unlocked.ts'
import { profileFolder, remove } from '../../engine/an-engine.ts'

let folder: string
let profile: string
let ours: Keys
let admin: Keys
let renewed: Keys
let another: Keys

beforeAll(async () => {
  ours = await selfSigned('P-256', 'wall-01')
  admin = await selfSigned('RSA 3072', 'admin')
  renewed = await selfSigned('P-384', 'wall-01')
  another = await selfSigned('P-256', 'another')
})
beforeEach(async () => {
  folder = await profileFolder()
  profile = join(folder, 'node')
  await opens(ours)
})
afterEach(() => remove(folder))

const open = async (keys: Keys) => {
  const cache = await openCacheAs(keys, profile)
  if (cache.ok) await cache.value.close()
  return cache.ok ? 'open' : cache.error.code
}
const opens = async (keys: Keys) => expect(await open(keys)).toBe('open')
const value = <T>(
  result: { ok: true; value: T } | { ok: false; error: { code: string; message: string } },
): T => {
  if (!result.ok) throw new Error(`${result.error.code}: ${result.error.message}`)
  return result.value
}
const slots = async (keys = ours) => value(await slotsOf(profile, signerWith(keys))).slots
const slotOf = async (name: string, keys = ours) =>
  (await slots(keys)).find((slot) => slot.name === `CN=${name}`)!
const add = (of: Keys, kind: 'certificate' | 'card' | 'recovery', by = ours) =>
  addSlot(profile, signerWith(by), of.certificate, kind)
const isMine = (keys: Keys) =>
  signVault(profile, signerWith(keys), (opened) => fitsVault(databaseFile(profile), opened))
const out = async (name: string, by = ours) =>
  removeSlot(profile, signerWith(by), (await slotOf(name, by)).slot)
const refused = (code: string) => ({ ok: false, error: { code } })

describe.each(keyKinds)('a vault made with a key of kind %s', (kind) => {
  it('opens again with it, and with no other', async () => {
    await remove(profile)
    const keys = await selfSigned(kind)
    await opens(keys)
    await opens(keys)
    expect(await open(another)).toBe('cache.key-refused')
    expect(await slots(keys)).toMatchObject([
      { kind: 'certificate', name: 'CN=wall-01', proven: true, used: true },
    ])
  })
})

describe('a slot of the administrator’s', () => {
  it('is added with no more than a certificate, and opens once its owner has said that the vault is theirs', async () => {
    value(await add(admin, 'recovery'))
    expect(await slots()).toMatchObject([
      { kind: 'certificate', proven: true, used: true },
      { kind: 'recovery', name: 'CN=admin', algorithm: 'RSA-OAEP-SHA-256', proven: false, used: false },
    ])
    expect(await open(admin)).toBe('cache.vault-unsigned')
    value(await isMine(admin))
    await opens(admin)
    await opens(ours)
    expect(await slots()).toMatchObject([{ proven: true }, { kind: 'recovery', proven: true }])
  })

  it('opens what its owner changed, for all whom they left in', async () => {
    value(await add(admin, 'recovery'))
    value(await isMine(admin))
    value(await add(renewed, 'certificate', admin))
    await opens(ours)
    await opens(admin)
  })

  it('lets its owner in when nobody else is left, and give the wall to another certificate', async () => {
    value(await add(admin, 'recovery'))
    value(await isMine(admin))
    value(await add(renewed, 'certificate', admin))
    value(await out('wall-01', admin))
    expect(await open(ours)).toBe('cache.key-refused')
    value(await isMine(renewed))
    await opens(renewed)
  })
})

describe('a slot of a card', () => {
  it('is one as the others are, for whoever can use the key', async () => {
    value(await add(renewed, 'card'))
    expect(await slotOf('wall-01')).toBeDefined()
    value(await isMine(renewed))
    await opens(renewed)
    expect((await slots(renewed)).find(({ used }) => used)).toMatchObject({ kind: 'card' })
  })
})

describe('a renewed certificate', () => {
  it('with another key opens at once, as both keys were there; the old one goes and opens no more', async () => {
    value(await addSigner(profile, signerWith(ours), signerWith(renewed)))
    await opens(renewed)
    const [before] = (await slots(renewed)).filter(({ used }) => !used)
    value(await removeSlot(profile, signerWith(renewed), before!.slot))
    await opens(renewed)
    expect(await open(ours)).toBe('cache.key-refused')
  })
})

describe('removing', () => {
  it('is immediate, and says what was removed', async () => {
    value(await add(another, 'certificate'))
    value(await isMine(another))
    await opens(another)
    expect(value(await out('another'))).toMatchObject({ kind: 'certificate', name: 'CN=another' })
    expect(await open(another)).toBe('cache.key-refused')
    await opens(ours)
  })

  it('never takes the last one', async () => {
    expect(await out('wall-01')).toMatchObject(refused('vault.slot-needed'))
    await opens(ours)
  })

  it('takes the one that is used only where another has opened the vault before', async () => {
    value(await add(another, 'certificate'))
    expect(await out('wall-01')).toMatchObject(refused('vault.slot-needed'))
    value(await isMine(another))
    value(await out('wall-01'))
    expect(await open(ours)).toBe('cache.key-refused')
    await opens(another)
  })

  it.each(['', '1234567', '0'.repeat(12), 'wall-01'])('finds no slot “%s”', async (slot) => {
    expect(await removeSlot(profile, signerWith(ours), slot)).toMatchObject(refused('vault.slot-unknown'))
    await opens(ours)
  })

  it('is not undone by the older vault, put back', async () => {
    value(await add(another, 'certificate'))
    value(await isMine(another))
    await opens(ours)
    const before = await readFile(join(profile, 'vault.json'))
    value(await out('another'))
    await opens(ours)
    await writeFile(join(profile, 'vault.json'), before)
    for (const keys of [ours, another]) expect(await open(keys)).toBe('cache.vault-forged')
  })
})

describe('adding', () => {
  it('takes a key once', async () => {
    expect(await add(ours, 'recovery')).toMatchObject(refused('vault.slot-there'))
  })

  it(`stops at ${mostSlots} slots`, async () => {
    for (let number = 1; number < mostSlots; number++) value(await add(await selfSigned('P-256'), 'recovery'))
    expect(await add(admin, 'recovery')).toMatchObject(refused('vault.slots-full'))
    await opens(ours)
  })

  it('is not for who has no slot, nor for who has not said that the vault is theirs', async () => {
    expect(await add(renewed, 'recovery', admin)).toMatchObject(refused('cache.key-refused'))
    value(await add(admin, 'recovery'))
    expect(await add(renewed, 'recovery', admin)).toMatchObject(refused('cache.vault-unsigned'))
  })
})

describe('saying that a vault is one’s own', () => {
  it('is for once', async () => {
    expect(await isMine(ours)).toMatchObject(refused('cache.vault-signed'))
  })

  it('is refused where the vault is not the one whose cache is there', async () => {
    value(await add(admin, 'recovery'))
    const here = profile
    profile = join(folder, 'other')
    await opens(ours)
    value(await add(admin, 'recovery'))
    await writeFile(join(here, 'vault.json'), await readFile(join(profile, 'vault.json')))
    profile = here
    expect(await isMine(admin)).toMatchObject(refused('cache.damaged'))
  })
})
