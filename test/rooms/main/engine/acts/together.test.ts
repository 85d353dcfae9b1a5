/** How what is done here goes to the others: known, alone, refused, cut or together; and what a right's lack makes of it. */
import { Kvm, type KV, type KvEntry } from '@nats-io/kv'
import { afterEach, expect, it } from 'vitest'
import { nodeEntity } from '../../../../../preload/contract/place.ts'
import { startPlatform, type Platform, type PlatformOptions } from '../../../../platform/platform.ts'
import { actsProduct, product } from '../../../../platform/product.ts'
import { startProxy } from '../../../../platform/proxy.ts'
import { addressOf, keysOf, profileFolder, remove, until } from '../an-engine.ts'
import { act, blank, onPlatform, place, screen, startNode, type ActingNode } from './an-acting-node.ts'

const ends: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end()
})

let profile: string
async function begin(options: PlatformOptions): Promise<{ platform: Platform; node: ActingNode }> {
  const platform = await startPlatform(options)
  ends.push(() => platform.dispose())
  profile = await profileFolder()
  const folder = profile
  ends.push(() => remove(folder))
  const node = await startNode(profile, keysOf(platform.wall))
  ends.push(() => node.engine.dispose())
  return { platform, node }
}
const units = product('security.units', 'track')

it('is not known before a catalog was read, and what is done waits', async () => {
  const { node } = await begin({ products: [units] })
  expect(node.together).toBe('unknown')
  node.do(act('a-1'))
  await until(() => node.entry('a-1')?.state === 'waiting', 'it waits')
})

it('is alone where no product of acts is listed: what is done is this node’s own, and what waited is, too', async () => {
  const { platform, node } = await begin({ products: [units] })
  node.do(act('a-1'))
  await until(() => node.outbox.length === 1, 'it waits')
  await node.engine.connect(addressOf(platform))
  await until(() => node.together === 'alone', 'it is alone')
  await until(() => node.outbox.length === 0, 'nothing waits')
  node.do(act('a-2'))
  await until(() => node.kept.includes('a-2'), 'it is answered for')
  expect(node.outbox).toEqual([])
})

it.each<[string, (catalog: KV, was: KvEntry) => Promise<unknown>]>([
  ['no product of acts any more', (catalog) => catalog.delete('ops.acts')],
  [
    'it as another kind',
    (catalog, was) => catalog.put('ops.acts', was.string().replace('"kind":"act"', '"kind":"note"')),
  ],
])('keeps what waits, and is cut, where the catalog lists %s for a while', async (_what, change) => {
  const { platform, node } = await begin({ products: [actsProduct(), units] })
  await node.engine.connect(addressOf(platform))
  await node.isTogether()
  await node.engine.dispose()
  const catalog = await new Kvm(platform.feeder).open('catalog')
  const was = (await catalog.get('ops.acts'))!
  await change(catalog, was)

  const again = await startNode(profile, keysOf(platform.wall))
  ends.push(() => again.engine.dispose())
  const ids = Array.from({ length: 40 }, (_, at) => `a-${String(at).padStart(2, '0')}`)
  again.do(...ids.map((id) => act(id)), act('b-1', blank))
  await until(() => again.outbox.length === 41, 'it waits')
  const words = new Set<unknown>()
  const watch = setInterval(() => words.add(again.together), 10)
  await again.engine.connect(addressOf(platform))
  await until(() => again.link === 'live', 'it is connected')
  // longer than one that never had any needs to be sure
  await new Promise((resolve) => setTimeout(resolve, 13_000))
  expect([again.outbox.length, [...words]]).toEqual([41, ['cut']])
  clearInterval(watch)
  await catalog.put('ops.acts', was.value)
  await until(() => again.outbox.length === 0, 'it has gone')
  expect(await onPlatform(platform, screen(1))).toEqual(ids)
  expect(await onPlatform(platform, blank)).toEqual(['b-1'])
})

it('sends nothing by what an earlier connection’s catalog said: this one may list it as another kind', async () => {
  const { platform, node } = await begin({ products: [actsProduct(), units] })
  await node.engine.connect(addressOf(platform))
  await node.isTogether()
  await node.engine.dispose()
  const kvm = new Kvm(platform.feeder)
  const catalog = await kvm.open('catalog')
  const was = (await catalog.get('ops.acts'))!
  const other = (await catalog.get(units.name))!
  // the link stands before the catalog is there
  await catalog.destroy()

  const again = await startNode(profile, keysOf(platform.wall))
  ends.push(() => again.engine.dispose())
  again.do(act('a-1'), act('b-1', blank))
  await until(() => again.outbox.length === 2, 'it waits')
  await again.engine.connect(addressOf(platform))
  await until(() => again.problems.some(({ subject }) => subject === 'catalog'), 'there is no catalog')
  const anew = await kvm.create('catalog')
  await anew.put('ops.acts', was.string().replace('"kind":"act"', '"kind":"note"'))
  await anew.put(units.name, other.value)
  await until(() => again.engine.report().products === 2, 'it is read as what it is now')
  expect(await onPlatform(platform)).toEqual([])
  await anew.put('ops.acts', was.value)
  await until(() => again.outbox.length === 0, 'it has gone')
  expect((await onPlatform(platform)).sort()).toEqual(['a-1', 'b-1'])
})

it('is cut, and sends nothing, while what the catalog says of it can’t be used', async () => {
  const { platform, node } = await begin({ products: [actsProduct(), units] })
  await node.engine.connect(addressOf(platform))
  await node.isTogether()
  const catalog = await new Kvm(platform.feeder).open('catalog')
  const was = (await catalog.get('ops.acts'))!
  await catalog.put('ops.acts', '{')
  await until(() => node.together === 'cut', 'it is cut')
  node.do(act('a-1'))
  await until(() => node.entry('a-1')?.state === 'waiting', 'it waits')
  await catalog.put('ops.acts', was.value)
  await node.settled('a-1')
  expect(node.together).toBe('together')
})

it('of a node that never had any, is not alone by a word that is taken back at once', async () => {
  const { platform, node } = await begin({ products: [actsProduct(), units] })
  const catalog = await new Kvm(platform.feeder).open('catalog')
  const was = (await catalog.get('ops.acts'))!
  await catalog.delete('ops.acts')
  node.do(act('a-1'))
  await until(() => node.outbox.length === 1, 'it waits')
  await node.engine.connect(addressOf(platform))
  await until(() => node.link === 'live', 'it is connected')
  await new Promise((resolve) => setTimeout(resolve, 4000))
  expect([node.together, node.outbox.length]).toEqual(['unknown', 1])
  await catalog.put('ops.acts', was.value)
  await until(() => node.outbox.length === 0, 'it has gone')
  expect(await onPlatform(platform)).toEqual(['a-1'])
})

it('is together as soon as the platform has one', async () => {
  const { platform, node } = await begin({ products: [units] })
  await node.engine.connect(addressOf(platform))
  await until(() => node.together === 'alone', 'it is alone')
  await platform.addProducts([actsProduct()])
  await node.isTogether()
  node.do(act('a-1'))
  await node.settled('a-1')
})

it('is cut while the link is, also for a node that starts so, and together again', async () => {
  const { platform, node } = await begin({ products: [actsProduct()] })
  const line = await startProxy(platform.port)
  ends.push(() => line.dispose())
  const address = { ...addressOf(platform), servers: [`tls://localhost:${line.port}`] }
  await node.engine.connect(address)
  await node.isTogether()
  line.cut()
  await until(() => node.together === 'cut', 'it is cut')
  node.do(act('a-1'))
  await until(() => node.entry('a-1')?.state === 'waiting', 'it waits')
  line.mend()
  await node.settled('a-1')
  expect(node.together).toBe('together')
})

it('is refused where the platform lets this node not even read acts, and what is done waits', async () => {
  const { platform, node } = await begin({ products: [actsProduct()], refused: ['ops.acts'] })
  await node.engine.connect(addressOf(platform))
  await until(() => node.together === 'refused', 'it is refused')
  expect(node.refused).toEqual([
    ...['alarm', 'blank', 'function', 'node', 'numbers', 'pointing', 'poll'],
    ...['proposal', 'relief', 'screen', 'told'],
  ])
  node.do(act('a-1'))
  await until(() => node.entry('a-1')?.state === 'waiting', 'it waits')
})

it('says which acts the platform refuses, keeps those with the reason, and sends the others', async () => {
  const { platform, node } = await begin({ products: [actsProduct()], mayNotAct: ['screen'] })
  await node.engine.connect(addressOf(platform))
  await node.isTogether()
  node.do(act('a-1', blank), act('a-2', screen(1)), act('a-3', screen(1)))
  await until(() => node.outbox.filter(({ state }) => state === 'refused').length === 2, 'two are refused')
  await until(() => node.outbox.length === 2, 'the other one has gone')
  expect(node.entry('a-2')?.problem).toMatchObject({ code: 'act.refused', subject: screen(1) })
  expect([node.together, node.refused]).toEqual(['together', ['screen']])
  expect(await onPlatform(platform)).toEqual(['a-1'])
  node.engine.withdraw('a-2')
  await until(() => node.outbox.length === 1, 'it is read')
  // somebody gave the right, and it connects anew
  await platform.permit(platform.wall, [], [])
  await node.engine.connect(addressOf(platform))
  await until(() => node.refused.length === 0, 'nothing is known to be refused')
  node.do(act('a-4', screen(1)))
  await until(() => node.acts.some(({ id }) => id === 'a-4'), 'it goes')
  expect(node.entry('a-3')?.state).toBe('refused')
})

it('is together though the first thing that is said is refused: what it may do goes', async () => {
  const { platform, node } = await begin({ products: [actsProduct()], mayNotAct: ['node'] })
  const said = new Set<unknown>()
  let signs = 0
  const present = () =>
    act(`p-${signs++}`, nodeEntity(place), {
      expires: Date.now() + 45_000,
      body: { act: 'present', input: { screens: [] } } as never,
    })
  const watch = setInterval(() => {
    said.add(node.together)
    node.do(present())
  }, 1)
  await node.engine.connect(addressOf(platform))
  await until(() => node.refused.includes('node'), 'its sign of life is refused')
  node.do(act('b-1', blank))
  await until(() => node.acts.some(({ id }) => id === 'b-1'), 'its blank is there')
  clearInterval(watch)
  expect([...said]).not.toContain('refused')
  expect(node.together).toBe('together')
})

it('tells what the product’s own schema lets nobody read, as refused', async () => {
  const dataschema = { type: 'object', required: ['seal'] }
  const { platform, node } = await begin({ products: [actsProduct({ dataschema })] })
  await node.engine.connect(addressOf(platform))
  await node.isTogether()
  node.do(act('a-1'))
  await until(() => node.entry('a-1')?.state === 'refused', 'it is refused')
  expect(node.entry('a-1')?.problem).toMatchObject({ code: 'act.invalid' })
  expect(await onPlatform(platform)).toEqual(['a-1'])
})
