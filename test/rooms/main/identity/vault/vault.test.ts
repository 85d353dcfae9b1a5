import { constants, createHash, publicEncrypt, randomBytes, X509Certificate } from 'node:crypto'
import { copyFile, mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { databaseFile } from '../../../../../main/engine/cache/database-file.ts'
import { neverSigned } from '../../../../../main/engine/cache/last-vault.ts'
import { signOldVault } from '../../../../../main/identity/vault/sign-old-vault.ts'
import { replaceVault, writeVault, type Slot } from '../../../../../main/identity/vault/vault.ts'
import { createAuthority, type Authority } from '../../../../../main/exercise/authority.ts'
import { product } from '../../../../platform/product.ts'
import { profileFolder, remove } from '../../engine/an-engine.ts'
import { openCacheAs, signerWith, type Keys } from '../../../../platform/unlocked.ts'

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
  generation: number
  slots: { kind: string; algorithm: string; publicKey: string; wrapped: string }[]
  [more: string]: unknown
}
const written = async () => JSON.parse(await readFile(file(), 'utf8')) as Written
const refusedAs = async (code: string, keys = ours) =>
  expect(await openCacheAs(keys, profile)).toMatchObject({ ok: false, error: { code } })

/** What a thief makes who knows our certificate, which is no secret, and chose the raw key. */
const slotFor = ({ certificate }: Keys, secret: Buffer): Slot => {
  const { publicKey } = new X509Certificate(certificate)
  const spki = publicKey.export({ type: 'spki', format: 'der' })
  const oaep = { padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha256' }
  return {
    kind: 'certificate',
    algorithm: 'RSA-OAEP-SHA-256',
    publicKey: createHash('sha256').update(spki).digest('hex'),
    wrapped: publicEncrypt({ key: publicKey, ...oaep }, secret).toString('base64'),
  }
}
const signOld = () =>
  signOldVault(profile, signerWith(ours), (key) => neverSigned(databaseFile(profile), key))
/** As Vigie wrote it before vaults were signed. */
const unsigned = (slot: object) => JSON.stringify({ version: 1, slots: [slot] })

describe('a vault that somebody else wrote', () => {
  it('is refused where it is all right but for the signature, before anything is written', async () => {
    const thief = await issue('thief')
    const secret = randomBytes(32)
    // our fingerprint and a slot for our key, sealed and signed by the thief
    await mkdir(profile)
    const slot = slotFor(ours, secret)
    expect(await writeVault(profile, signerWith(thief), secret, 1, [slot])).toMatchObject({ ok: true })
    await refusedAs('cache.vault-forged')
    await expect(stat(join(profile, 'cache.db'))).rejects.toThrow()
  })

  it('is refused where who signed it did not know the key that it holds', async () => {
    await make()
    const { slots } = await written()
    expect(await writeVault(profile, signerWith(ours), randomBytes(32), 2, slots as Slot[])).toMatchObject({
      ok: true,
    })
    await refusedAs('cache.vault-forged')
  })

  it.each<[string, (vault: Written, other: Written) => unknown]>([
    ['its slot comes from another vault of ours', (vault, other) => (vault.slots = other.slots)],
    [
      'its slot is edited',
      ({ slots }) => (slots[0]!.wrapped = slots[0]!.wrapped.replace(/^./, (c) => (c === 'A' ? 'B' : 'A'))),
    ],
    ['a slot is added', (vault) => vault.slots.push({ ...vault.slots[0]!, publicKey: '0'.repeat(64) })],
    ['its number is another', (vault) => vault.generation++],
  ])('is refused where %s', async (_, edit) => {
    await make()
    const here = profile
    profile = join(here, '..', 'other')
    await make()
    const other = await written()
    profile = here
    const vault = await written()
    edit(vault, other)
    await writeFile(file(), JSON.stringify(vault))
    await refusedAs('cache.vault-forged')
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

  it('is refused where it says more than we know', async () => {
    await make()
    await writeFile(file(), JSON.stringify({ ...(await written()), more: true }))
    await refusedAs('cache.damaged')
  })
})

describe('an older vault', () => {
  it('of the same cache is refused, by who only reads too', async () => {
    await make()
    await copyFile(file(), join(profile, 'older.json'))
    expect(await replaceVault(profile, signerWith(ours), (slots) => slots)).toMatchObject({ ok: true })
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
    expect(await replaceVault(profile, signerWith(ours), (slots) => slots)).toMatchObject({ ok: true })
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
