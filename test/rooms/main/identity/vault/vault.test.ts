import { createHmac, randomBytes, X509Certificate } from 'node:crypto'
import { copyFile, mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { databaseFile } from '../../../../../main/engine/cache/database-file.ts'
import { fitsVault } from '../../../../../main/engine/cache/last-vault.ts'
import { addSlot, changeSlots } from '../../../../../main/identity/vault/change-slots.ts'
import { makeSlot, type Slot } from '../../../../../main/identity/vault/slot.ts'
import { deriveKey, signVault } from '../../../../../main/identity/vault/vault.ts'
import { writeVault } from '../../../../../main/identity/vault/vault-file.ts'
import { createAuthority, type Authority } from '../../../../../main/exercise/authority.ts'
import { ok } from '../../../../../preload/contract/result.ts'
import { product } from '../../../../platform/product.ts'
import { profileFolder, remove } from '../../engine/an-engine.ts'
import { openCacheAs, signerWith, unlock, type Keys } from '../../../../platform/unlocked.ts'

let authority: Authority
let ours: Keys
let profile: string

const issue = async (name: string): Promise<Keys> => {
  const { certificate, key } = await authority.issueClient([['CN', name]])
  return { certificate, key }
}
const make = async (keys = ours): Promise<void> => {
  const cache = await openCacheAs(keys, profile)
  if (!cache.ok) throw new Error(cache.error.message)
  await cache.value.name('test.things', product('test.things').descriptor)
  await cache.value.close()
}

beforeAll(async () => {
  authority = await createAuthority('Test', Date.now())
  ours = await issue('wall-01')
})
beforeEach(async () => {
  profile = join(await profileFolder(), 'node')
})
afterEach(() => remove(join(profile, '..')))

describe('the vault', () => {
  it('opens again with the same key, and what was written is there', async () => {
    await make()
    const cache = await openCacheAs(ours, profile)
    expect(cache.ok && [...cache.value.held.keys()]).toEqual(['test.things'])
    if (cache.ok) await cache.value.close()
  })

  it('opens with a renewed certificate of the same key', async () => {
    await make()
    const renewed = await authority.issueClient([['CN', 'other']])
    expect(await openCacheAs({ ...ours, certificate: renewed.certificate }, profile)).toMatchObject({
      ok: false,
      error: { code: 'cache.key-refused' },
    })
  })

  it('refuses another certificate, and a key that is not the certificate’s', async () => {
    await make()
    const other = await issue('wall-02')
    for (const keys of [other, { certificate: ours.certificate, key: other.key }])
      expect(await openCacheAs(keys, profile)).toMatchObject({
        ok: false,
        error: { code: 'cache.key-refused' },
      })
  })

  it('says that slots or a first page are damaged, and never writes over them', async () => {
    await make()
    const file = join(profile, 'vault.json')
    const good = await readFile(file)
    await writeFile(file, 'not json')
    expect(await openCacheAs(ours, profile)).toMatchObject({ ok: false, error: { code: 'cache.damaged' } })
    await writeFile(file, good)
    const database = join(profile, 'cache.db')
    const bytes = await readFile(database)
    await writeFile(
      database,
      bytes.map((byte, at) => (at < 4096 ? byte ^ 0x55 : byte)),
    )
    expect(await openCacheAs(ours, profile)).toMatchObject({ ok: false, error: { code: 'cache.damaged' } })
  })

  it('is not made anew beside a cache that has lost it', async () => {
    await mkdir(profile)
    await writeFile(join(profile, 'cache.db'), 'something')
    expect(await openCacheAs(ours, profile)).toMatchObject({ ok: false, error: { code: 'cache.damaged' } })
  })

  it('and the cache are for their owner only', async () => {
    await make()
    expect((await stat(profile)).mode & 0o777).toBe(0o700)
    for (const file of ['vault.json', 'cache.db'])
      expect((await stat(join(profile, file))).mode & 0o777, file).toBe(0o600)
  })

  it('is not made by who only wants to read', async () => {
    expect(await openCacheAs(ours, profile, { readOnly: true })).toMatchObject({ ok: false })
    await expect(stat(profile)).rejects.toThrow()
  })
})

const file = () => join(profile, 'vault.json')
interface Written {
  version: number
  id: string
  generation: number
  slots: Slot[]
  [more: string]: unknown
}
/** Again, as it is. */
const replace = (keys = ours) => changeSlots(profile, signerWith(keys), ({ vault }) => ok(vault.slots))
const written = async () => JSON.parse(await readFile(file(), 'utf8')) as Written
const refusedAs = async (code: string, keys = ours) =>
  expect(await openCacheAs(keys, profile)).toMatchObject({ ok: false, error: { code } })

/** What a thief makes who knows our certificate, which is no secret, and chose the raw key. */
const slotFor = ({ certificate }: Keys, secret: Buffer): Slot => {
  const { publicKey } = new X509Certificate(certificate)
  const slot = makeSlot({ kind: 'certificate', name: 'ours', publicKey }, secret)
  if (!slot.ok) throw new Error(slot.error.message)
  return slot.value
}
const id = '0'.repeat(32)
const flipped = (base64: unknown): string => {
  const bytes = Buffer.from(String(base64), 'base64')
  bytes[5] = bytes[5]! ^ 1
  return bytes.toString('base64')
}
/** Two vaults of ours with two slots each. */
let real: Written
let otherReal: Written
beforeAll(async () => {
  const vaults: Written[] = []
  for (const name of ['admin', 'other']) {
    profile = join(await profileFolder(), 'node')
    await make()
    await addSlot(profile, signerWith(ours), (await issue(name)).certificate, 'recovery')
    vaults.push(await written())
    await remove(join(profile, '..'))
  }
  ;[real, otherReal] = vaults as [Written, Written]
})
const refusal = async (keys = ours) => {
  const opened = await openCacheAs(keys, profile)
  if (opened.ok) throw new Error('it opened')
  return opened.error
}
/** As it was before there were several kinds of slots. */
const old = ({ kind, algorithm, publicKey, wrapped }: Slot) => ({ kind, algorithm, publicKey, wrapped })
const signOld = (keys = ours) =>
  signVault(profile, signerWith(keys), (opened) => fitsVault(databaseFile(profile), opened))
/** As Vigie wrote it before vaults were signed. */
const unsigned = (slot: Slot) => JSON.stringify({ version: 1, slots: [old(slot)] })

describe('a vault that somebody else wrote', () => {
  it('is refused where it is all right but for the signature, before anything is written', async () => {
    const thief = await issue('thief')
    const secret = randomBytes(32)
    // our fingerprint and a slot for our key, sealed and signed by the thief
    await mkdir(profile)
    const slot = slotFor(ours, secret)
    const forged = { id, generation: 1, slots: [slot] }
    expect(await writeVault(profile, signerWith(thief), forged, { secret })).toMatchObject({ ok: true })
    await refusedAs('cache.vault-unsigned')
    // and beside what we said of the real one
    await rm(file())
    await make()
    const real = await written()
    await rm(databaseFile(profile))
    const slots = [{ ...slot, trusts: real.slots[0]!.trusts }, slotFor(thief, secret)]
    const again = { ...forged, id: real.id, slots }
    expect(await writeVault(profile, signerWith(thief), again, { secret })).toMatchObject({ ok: true })
    await refusedAs('cache.vault-forged')
    await expect(stat(join(profile, 'cache.db'))).rejects.toThrow()
  })

  it('is refused where who signed it did not know the key that it holds', async () => {
    await make()
    const vault = { ...(await written()), generation: 2 }
    const secret = randomBytes(32)
    expect(await writeVault(profile, signerWith(ours), vault, { secret })).toMatchObject({ ok: true })
    await refusedAs('cache.vault-forged')
  })

  it.each<[string, string, (vault: Written, other: Written) => unknown]>([
    [
      'its slot comes from another vault of ours',
      'cache.vault-forged',
      (vault, other) => (vault.slots = other.slots),
    ],
    [
      'its slot is edited',
      'cache.vault-forged',
      ({ slots }) => (slots[0]!.wrapped = flipped(slots[0]!.wrapped)),
    ],
    ['its number is another', 'cache.vault-forged', (vault) => vault.generation++],
    ['its id is another', 'cache.vault-forged', (vault) => (vault.id = id)],
    ['its seal is another', 'cache.vault-forged', (vault) => (vault['seal'] = '0'.repeat(64))],
    [
      'its signature is another',
      'cache.vault-forged',
      (vault) => (vault['signature'] = flipped(vault['signature'])),
    ],
    ['its signature is empty', 'cache.vault-forged', (vault) => (vault['signature'] = '')],
    [
      'its signer is another',
      'cache.vault-forged',
      (vault, other) => (vault['signer'] = other.slots[1]!.key),
    ],
    ['its signer is no key', 'cache.vault-forged', (vault) => (vault['signer'] = 'AAAA')],
    ['its slots are in another order', 'cache.vault-forged', ({ slots }) => slots.reverse()],
    ['a slot is taken out', 'cache.vault-forged', ({ slots }) => slots.pop()],
    ['a slot has another name', 'cache.vault-forged', ({ slots }) => (slots[1]!.name = 'somebody')],
    ['a slot is of another kind', 'cache.vault-forged', ({ slots }) => (slots[1]!.kind = 'certificate')],
    [
      'what its owner said is said by nobody',
      'cache.vault-forged',
      ({ slots }) => (slots[0]!.trusts = null),
    ],
    [
      'its owner is made to trust more',
      'cache.vault-forged',
      ({ slots }) => slots[0]!.trusts!.keys.push('0'.repeat(64)),
    ],
    [
      'its owner is made to trust who said it elsewhere',
      'cache.vault-forged',
      (vault, other) => (vault.slots[0]!.trusts = other.slots[0]!.trusts),
    ],
    ['another slot is added', 'cache.vault-forged', (vault, other) => vault.slots.push(other.slots[1]!)],
    ['a slot is there twice', 'cache.damaged', ({ slots }) => slots.push(slots[0]!)],
    [
      'a slot’s digest is another key’s',
      'cache.damaged',
      ({ slots }) => (slots[1]!.publicKey = '0'.repeat(64)),
    ],
    [
      'there are 17 slots',
      'cache.damaged',
      (vault) => (vault.slots = Array.from({ length: 17 }, () => vault.slots[0]!)),
    ],
    ['there is no slot', 'cache.damaged', (vault) => (vault.slots = [])],
    ['a rotation is made up', 'cache.damaged', (vault) => (vault['nextSeal'] = '0'.repeat(64))],
    ['its version is one to come', 'cache.damaged', (vault) => (vault.version = 4)],
    ['it says more than we know', 'cache.damaged', (vault) => (vault['more'] = true)],
  ])('is refused where %s', async (_, code, edit) => {
    const vault = structuredClone(real)
    edit(vault, structuredClone(otherReal))
    await mkdir(profile)
    await writeFile(file(), JSON.stringify(vault))
    expect(await refusal()).toMatchObject({ code, subject: file() })
  })

  it.each<[string, (text: string) => string]>([
    ['cut', (text) => text.slice(0, -20)],
    ['empty', () => ''],
    ['of ten megabytes', (text) => text + ' '.repeat(10_000_000)],
    ['deep', () => '['.repeat(100_000)],
    ['of binary rubbish', () => randomBytes(1000).toString('latin1')],
  ])('is damaged where its file is %s, and is left as it is', async (_, edit) => {
    await mkdir(profile)
    const text = edit(JSON.stringify(real))
    await writeFile(file(), text)
    expect(await refusal()).toMatchObject({ code: 'cache.damaged', subject: file() })
    expect(await readFile(file(), 'utf8')).toBe(text)
  })

  it('is refused where it is another vault of ours, as a whole', async () => {
    await make()
    const here = profile
    profile = join(here, '..', 'other')
    await make()
    await copyFile(file(), join(here, 'vault.json'))
    profile = here
    expect(await openCacheAs(ours, profile)).toMatchObject({ ok: false })
  })
})

describe('an older vault', () => {
  it('of the same cache is refused, by who only reads too', async () => {
    await make()
    await copyFile(file(), join(profile, 'older.json'))
    expect(await replace()).toMatchObject({ ok: true })
    await make()
    await copyFile(join(profile, 'older.json'), file())
    await refusedAs('cache.vault-forged')
    expect(await openCacheAs(ours, profile, { readOnly: true })).toMatchObject({
      ok: false,
      error: { code: 'cache.vault-forged' },
    })
  })

  it('is not what a newer one is taken for that the cache has not seen yet', async () => {
    await make()
    expect(await replace()).toMatchObject({ ok: true })
    await make()
    await make()
  })
})

describe('a vault without a signature, as Vigie wrote it before', () => {
  /** A cache whose vault is of then. */
  const makeOld = async () => {
    await make()
    const { slots } = await written()
    const database = await openCacheAs(ours, profile)
    if (!database.ok) throw new Error(database.error.message)
    await database.value.database.script('DROP TABLE vault')
    await database.value.close()
    await writeFile(file(), unsigned(slots[0]!))
  }

  it('does not open by itself: whoever forges it may forge the cache beside it', async () => {
    await makeOld()
    await refusedAs('cache.vault-unsigned')
  })

  it('opens once somebody has signed it, with all that the cache held', async () => {
    await makeOld()
    expect(await signOld()).toMatchObject({ ok: true })
    const cache = await openCacheAs(ours, profile)
    expect(cache.ok && [...cache.value.held.keys()]).toEqual(['test.things'])
    if (cache.ok) await cache.value.close()
  })

  it('is not signed again where the cache knows a signed one: it was put in its place', async () => {
    await make()
    const { slots } = await written()
    await writeFile(file(), unsigned(slots[0]!))
    await refusedAs('cache.vault-unsigned')
    expect(await signOld()).toMatchObject({
      ok: false,
      error: { code: 'cache.vault-forged' },
    })
  })

  it('is not signed where its key opens no cache that is there', async () => {
    await makeOld()
    await writeFile(file(), unsigned(slotFor(ours, randomBytes(32))))
    expect(await signOld()).toMatchObject({
      ok: false,
      error: { code: 'cache.damaged' },
    })
    await rm(join(profile, 'cache.db'))
    expect(await signOld()).toMatchObject({
      ok: false,
      error: { code: 'cache.damaged' },
    })
  })
})

describe('a vault of version 2, as Vigie signed it before there were several kinds of slots', () => {
  /** @returns what was written */
  const makeOld = async (edit: (vault: object) => object = (vault) => vault): Promise<string> => {
    await make()
    const unlocked = await unlock(profile, ours)
    if (!unlocked.ok) throw new Error(unlocked.error.message)
    const secret = Buffer.from(unlocked.value.cacheKey)
    const slot = old(slotFor(ours, secret))
    const { kind, algorithm, publicKey, wrapped } = slot
    const text = JSON.stringify(['Vigie vault', 2, 7, [[kind, algorithm, publicKey, wrapped]]])
    const seal = createHmac('sha256', deriveKey(secret, 'Vigie vault seal')).update(text).digest('hex')
    const signature = await signerWith(ours).sign(Buffer.from(`${text}\n${seal}`))
    if (!signature.ok) throw new Error(signature.error.message)
    const vault = {
      version: 2,
      generation: 7,
      slots: [slot],
      seal,
      signature: signature.value.toString('base64'),
    }
    const said = JSON.stringify(edit(vault))
    await writeFile(file(), said)
    return said
  }

  it('opens, with all that the cache held, and is written anew', async () => {
    await makeOld()
    const cache = await openCacheAs(ours, profile)
    expect(cache.ok && [...cache.value.held.keys()]).toEqual(['test.things'])
    if (cache.ok) await cache.value.close()
    expect(await written()).toMatchObject({
      version: 3,
      generation: 8,
      slots: [{ kind: 'certificate', name: 'CN=wall-01' }],
    })
    await make()
  })

  it('is only read by who only reads', async () => {
    const said = await makeOld()
    const cache = await openCacheAs(ours, profile, { readOnly: true })
    expect(cache.ok).toBe(true)
    if (cache.ok) await cache.value.close()
    expect(await readFile(file(), 'utf8')).toBe(said)
  })

  it('becomes the same for two that open it at once', async () => {
    await makeOld()
    const both = await Promise.all([unlock(profile, ours), unlock(profile, ours)])
    const marks = both.map((one) => one.ok && one.value.vault)
    expect(marks[0]).toEqual(marks[1])
    await make()
  })

  it('is refused where it was changed, or is put back once it was written anew', async () => {
    const said = await makeOld((vault) => ({ ...vault, generation: 8 }))
    await refusedAs('cache.vault-forged')
    await writeFile(file(), said.replace('"generation":8', '"generation":7'))
    await make()
    await replace()
    await make()
    await writeFile(file(), said.replace('"generation":8', '"generation":7'))
    await refusedAs('cache.vault-forged')
  })
})
