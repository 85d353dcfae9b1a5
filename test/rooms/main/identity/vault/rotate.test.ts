import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { access, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { encryptedIn } from '../../../../../main/commands/vault.ts'
import { openDatabase } from '../../../../../main/engine/cache/database.ts'
import { databaseFile } from '../../../../../main/engine/cache/database-file.ts'
import { addSigner, addSlot, removeSlot, slotsOf } from '../../../../../main/identity/vault/change-slots.ts'
import { rotate } from '../../../../../main/identity/vault/rotate.ts'
import { deriveKey } from '../../../../../main/identity/vault/vault.ts'
import { childProgram } from '../../../../platform/built.ts'
import { product } from '../../../../platform/product.ts'
import { selfSigned } from '../../../../platform/self-signed.ts'
import { openCacheAs, signerWith, unlock, type Keys } from '../../../../platform/unlocked.ts'
import { profileFolder, remove } from '../../engine/an-engine.ts'

let folder: string
let profile: string
let ours: Keys
let thief: Keys
const trail = () => join(profile, 'trail.sqlite')

beforeAll(async () => {
  ours = await selfSigned('P-256', 'wall-01')
  thief = await selfSigned('RSA 3072', 'thief')
})
beforeEach(async () => {
  folder = await profileFolder()
  profile = join(folder, 'node')
  const cache = await openCacheAs(ours, profile)
  if (!cache.ok) throw new Error(cache.error.message)
  await cache.value.name('test.things', product('test.things').descriptor)
  await cache.value.database.script('CREATE TABLE filling (bytes BLOB)')
  for (let i = 0; i < 40; i++)
    await cache.value.database.run('INSERT INTO filling VALUES (randomblob(500000))')
  await cache.value.close()
  const [key] = await keysNow()
  const database = await openDatabase(trail(), { key: deriveKey(key!, 'Vigie trail') })
  if (!database.ok) throw new Error(database.error.message)
  await database.value.script('CREATE TABLE record (body TEXT); INSERT INTO record VALUES (1)')
  await database.value.close()
})
afterEach(() => remove(folder))

/** The raw key, and the one that comes next where a rotation is under way. */
async function keysNow(keys = ours): Promise<Buffer[]> {
  const unlocked = await unlock(profile, keys)
  if (!unlocked.ok) throw new Error(unlocked.error.message)
  const { cacheKey, nextKey } = unlocked.value
  return [cacheKey, ...(nextKey === undefined ? [] : [nextKey])].map((key) => Buffer.from(key))
}
const answers = async (file: string, key: Uint8Array): Promise<boolean> => {
  const database = await openDatabase(file, { key, readOnly: true })
  if (database.ok) await database.value.close()
  return database.ok
}
const held = async (keys = ours) => {
  const cache = await openCacheAs(keys, profile)
  if (!cache.ok) throw new Error(`${cache.error.code}: ${cache.error.message}`)
  const [row] = await cache.value.reader.all<{ count: number }>('SELECT count(*) AS count FROM filling')
  const products = [...cache.value.held.keys()]
  await cache.value.close()
  return { products, filling: row?.count }
}
const all = { products: ['test.things'], filling: 40 }
const again = async (keys = ours) => {
  const told: string[] = []
  const rotated = await rotate(profile, signerWith(keys), {
    all: encryptedIn(profile),
    tell: (step) => told.push(step),
  })
  return { rotated, told }
}
/** Opens what there is with what the vault gives now. */
const stillOpens = async () => {
  expect(await held()).toEqual(all)
  const trails = await Promise.all(
    (await keysNow()).map((key) => answers(trail(), deriveKey(key, 'Vigie trail'))),
  )
  expect(trails).toContain(true)
}

const begin = (last: string) => {
  const child = spawn(process.execPath, [childProgram('main/identity/vault/rotate-child'), profile, last], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  child.stdin.end(JSON.stringify(ours))
  return child
}

const steps = [
  'the new key is in 1 slot, beside the old one',
  'the cache: encrypted anew …',
  'the cache: answers to the new key',
  'the trail: encrypted anew …',
  'the trail: answers to the new key',
  'the old key is in no slot any more',
]

it('gives the cache and the trail another key, and says each step', async () => {
  const [before] = await keysNow()
  const { rotated, told } = await again()
  expect(rotated).toMatchObject({ ok: true })
  expect(told).toEqual(steps)
  const [after, ...more] = await keysNow()
  expect(more).toEqual([])
  expect(Buffer.compare(before!, after!)).not.toBe(0)
  expect(await answers(databaseFile(profile), before!)).toBe(false)
  expect(await answers(trail(), deriveKey(before!, 'Vigie trail'))).toBe(false)
  expect(await answers(trail(), deriveKey(after!, 'Vigie trail'))).toBe(true)
  expect(await held()).toEqual(all)
})

it('is for every slot: all that had one still open, and who was removed knows a key that opens nothing', async () => {
  const renewed = await selfSigned('P-384', 'wall-01')
  await addSlot(profile, signerWith(ours), thief.certificate, 'certificate')
  await addSigner(profile, signerWith(ours), signerWith(renewed))
  const [known] = await keysNow()
  const listed = await slotsOf(profile, signerWith(ours))
  const stolen = listed.ok ? listed.value.slots.find(({ name }) => name === 'CN=thief') : undefined
  expect(await removeSlot(profile, signerWith(ours), stolen?.slot ?? '')).toMatchObject({ ok: true })
  expect((await again()).rotated).toMatchObject({ ok: true })
  expect(await held()).toEqual(all)
  expect(await held(renewed)).toEqual(all)
  expect(await answers(databaseFile(profile), known!)).toBe(false)
})

describe('killed', () => {
  it.each(steps.map((step, at) => [step, String(at + 1)] as const))(
    'when it has said “%s”, it has lost nothing, and goes on when it is asked for again',
    async (_, last) => {
      const [before] = await keysNow()
      const child = begin(last)
      const [said, [, signal]] = await Promise.all([text(child.stdout), once(child, 'exit')])
      expect(signal).toBe('SIGKILL')
      expect(said.trim().split('\n')).toEqual(steps.slice(0, Number(last)))
      await stillOpens()
      const { rotated, told } = await again()
      expect(rotated).toMatchObject({ ok: true })
      if (Number(last) < steps.length) expect(told[0]).toBe('a rotation that was interrupted goes on')
      await stillOpens()
      expect(await keysNow()).toHaveLength(1)
      expect(await answers(databaseFile(profile), before!)).toBe(false)
    },
  )

  it('while the cache is being encrypted anew, it has lost nothing either', async () => {
    const journal = `${databaseFile(profile)}-journal`
    const there = () =>
      access(journal).then(
        () => true,
        () => false,
      )
    let killed = false
    // a fast machine may be through before it is seen
    for (let tries = 0; !killed && tries < 10; tries++) {
      const child = begin('0')
      const ended = once(child, 'exit')
      while (child.exitCode === null && !(await there())) await new Promise(setImmediate)
      child.kill('SIGKILL')
      const [, signal] = await ended
      killed = signal === 'SIGKILL'
    }
    expect(killed).toBe(true)
    await stillOpens()
    expect((await again()).rotated).toMatchObject({ ok: true })
    await stillOpens()
  })
})

it('is refused while somebody has the cache open, and has changed nothing then', async () => {
  const vault = await readFile(join(profile, 'vault.json'), 'utf8')
  const cache = await openCacheAs(ours, profile)
  if (!cache.ok) throw new Error(cache.error.message)
  const { rotated, told } = await again()
  expect(rotated).toMatchObject({
    ok: false,
    error: { code: 'vault.in-use', subject: databaseFile(profile) },
  })
  expect(told).toEqual([])
  expect(await readFile(join(profile, 'vault.json'), 'utf8')).toBe(vault)
  await cache.value.close()
  expect((await again()).rotated).toMatchObject({ ok: true })
  expect(await held()).toEqual(all)
})

it('is refused where the database is another one’s, and has changed nothing then', async () => {
  const vault = await readFile(join(profile, 'vault.json'), 'utf8')
  await writeFile(trail(), Buffer.alloc(16_384, 7))
  expect((await again()).rotated).toMatchObject({ ok: false, error: { code: 'cache.damaged' } })
  expect(await readFile(join(profile, 'vault.json'), 'utf8')).toBe(vault)
  expect(await held()).toEqual(all)
})
