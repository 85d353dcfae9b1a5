/** The policy in force: what is taken, what is refused with words, and what stays. */
import { chmod, copyFile, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  holdPolicy,
  type HeldPolicy,
  type HoldingPolicy,
  type PolicyOrder,
} from '../../../../main/policy/hold-policy.ts'
import { signText } from '../../../../main/policy/signature.ts'
import type { Problem } from '../../../../preload/contract/result.ts'
import {
  makePolicyAuthority,
  ringOf,
  signPolicyIn,
  type Holder,
  type SignedPolicy,
} from '../../../platform/policy-authority.ts'

const rules = (ceiling: string, more = ''): string => `node: poste-07
organisation: CNCS
wall: salle de crise
timeZone: Europe/Paris
scheme: default
contentProtection: true
screens: []
others: { scene: situation, ceiling: ${ceiling}, distance: 5, diagonal: 55 }
desk: { ceiling: ${ceiling} }
${more}`
const day = 86_400_000

let folder: string
let signed: SignedPolicy
let order: PolicyOrder
const open: HeldPolicy[] = []

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vigie-hold-'))
  signed = await signPolicyIn(folder, rules('dr'))
  order = { file: signed.file, authority: join(folder, 'policy-authority.pem'), node: null }
})
afterEach(async () => {
  for (const each of open.splice(0)) each.dispose()
  await rm(folder, { recursive: true, force: true })
})

interface Started {
  held: HeldPolicy
  problem(): Problem | null
  /** resolves with the next thing that is said to be wrong, or to be wrong no more */
  told(): Promise<Problem | null>
}

async function start(more: Partial<HoldingPolicy> = {}): Promise<Started> {
  let problem: Problem | null = null
  let wake: (problem: Problem | null) => void = () => undefined
  const held = await holdPolicy({
    ...{ order, builtIn: 'resources/policy.yaml', profile: join(folder, 'profile'), exercise: false },
    ...{ localTimeZone: 'UTC', now: () => Date.now(), every: 20, patience: 20 },
    problem(told) {
      problem = told
      wake(told)
    },
    ...more,
  })
  open.push(held)
  return { held, problem: () => problem, told: () => new Promise((resolve) => (wake = resolve)) }
}

const ceilingOf = ({ held }: Started): number => held.now().screen(1).ceiling
async function put(
  text: string | Buffer,
  by: Holder = signed.administrator,
  of: string | Buffer = text,
  chain: string[] = [],
): Promise<void> {
  const signature = await signText(Buffer.from(of), by.signer, chain, Date.now())
  if (!signature.ok) throw new Error(signature.error.message)
  await writeFile(`${signed.file}.p7s`, signature.value)
  await writeFile(signed.file, text)
}

it('a policy that its administrator signed is in force, and is kept with its signature', async () => {
  const node = await start()
  expect(node.problem()).toBeNull()
  expect(ceilingOf(node)).toBe(1)
  expect(node.held.standing()).toMatchObject({
    from: 'signed',
    sound: { version: 1, signature: { signer: 'CN=Claire Aubert' } },
  })
  expect((await readdir(join(folder, 'profile', 'policy'))).sort()).toEqual([
    'authority.pem',
    'record.json',
    'v1.yaml',
    'v1.yaml.p7s',
  ])
})

it('only judged, a policy is in force here and now, and this node’s own stay byte for byte as they were', async () => {
  ;(await start()).held.dispose()
  const kept = join(folder, 'profile', 'policy')
  const all = async () =>
    Promise.all(
      (await readdir(kept)).sort().map(async (name) => [name, await readFile(join(kept, name), 'hex')]),
    )
  const before = await all()
  await put(rules('np', 'version: 2'))
  const node = await start({ keep: false })
  expect(node.held.standing()).toMatchObject({ from: 'signed', sound: { version: 2 } })
  expect(await all()).toEqual(before)
  // what is refused, too
  await put(rules('np', 'version: 3'), await (await makePolicyAuthority()).issue('Claire Aubert'))
  expect((await start({ keep: false })).problem()).toMatchObject({ code: 'policy.signer-untrusted' })
  expect(await all()).toEqual(before)
  // and where nothing is yet, nothing comes to be
  await put(rules('np', 'version: 4'))
  const other = join(folder, 'other')
  expect((await start({ keep: false, profile: other })).held.standing().from).toBe('signed')
  await expect(readdir(other)).rejects.toThrow('ENOENT')
})

describe('what is refused', () => {
  const bomb = `a: &a [x,x,x,x,x,x,x,x,x]\n${['b', 'c', 'd', 'e', 'f', 'g'].map((name, at) => `${name}: &${name} [${Array(9).fill(`*${'abcdefg'[at]}`).join(',')}]`).join('\n')}\n`
  const cases: [string, Problem['code'], () => Promise<unknown>][] = [
    ['no signature', 'policy.unsigned', () => rm(`${signed.file}.p7s`)],
    ['no file', 'policy.invalid', () => rm(signed.file)],
    [
      'an altered one',
      'policy.altered',
      async () =>
        writeFile(
          signed.file,
          (await readFile(signed.file, 'utf8')).replace('desk: { ceiling: dr }', 'desk: { ceiling:  dr }'),
        ),
    ],
    [
      'the signature of another file',
      'policy.altered',
      () => put(rules('dr', 'version: 5'), undefined, rules('np', 'version: 5')),
    ],
    ['one that is over', 'policy.expired', () => put(rules('dr', 'version: 5\nexpires: 2026-01-31'))],
    [
      'one for another node',
      'policy.for-another-node',
      () => put(rules('dr', 'version: 5').replace('poste-07', 'poste-09'), undefined),
    ],
    [
      'one for other nodes',
      'policy.for-another-node',
      () => put(rules('dr', 'version: 5\nfor: [poste-08, poste-09]')),
    ],
    ['one without a version', 'policy.invalid', () => put(rules('dr'))],
    [
      'a stranger’s',
      'policy.signer-untrusted',
      async () => put(rules('dr', 'version: 5'), await (await makePolicyAuthority()).issue('Claire Aubert')),
    ],
    [
      'one that does not admit its own signer',
      'policy.signer-not-admitted',
      () => put(rules('dr', 'version: 5\nsigners: [CN=Nadia Benali]')),
    ],
    ['a bomb of aliases', 'policy.invalid', () => put(bomb)],
    ['a bomb of levels', 'policy.invalid', () => put('['.repeat(100_000))],
    ['ten megabytes', 'policy.invalid', () => put(Buffer.alloc(10_000_000, '#'))],
    [
      'ten megabytes of signature',
      'policy.unsigned',
      () => writeFile(`${signed.file}.p7s`, Buffer.alloc(10_000_000, 0x30)),
    ],
    [
      'noise for a signature',
      'policy.signature-unreadable',
      () => writeFile(`${signed.file}.p7s`, 'signed, Claire'),
    ],
    ['one that others may change', 'file.writable-by-others', () => chmod(signed.file, 0o666)],
    [
      'a signature that others may change',
      'file.writable-by-others',
      () => chmod(`${signed.file}.p7s`, 0o666),
    ],
  ]

  it.each(cases)(
    '%s changes nothing: the last good one stays, and it is listed',
    async (_what, code, offer) => {
      ;(await start({ order })).held.dispose()
      await offer()
      const node = await start()
      expect(node.problem()).toMatchObject({ code })
      expect(ceilingOf(node)).toBe(1)
      expect(node.held.standing().record.refused).toMatchObject([{ code }])
      // and it is there when the next start asks
      expect((await start()).held.standing().record.refused).toMatchObject([{ code }])
    },
  )

  it.each(cases)(
    '%s without a last good one: nothing above the lowest marking',
    async (_what, code, offer) => {
      await offer()
      const node = await start({ order: { ...order, node: 'poste-07' } })
      expect(node.problem()).toMatchObject({ code })
      expect([ceilingOf(node), node.held.now().deskCeiling]).toEqual([0, 0])
      expect(node.held.standing().from).toBe('closed')
    },
  )

  it('an older version, even by whoever may write the profile: what was in force is not unlearnt bit by bit', async () => {
    await signed.write(rules('np'))
    ;(await start()).held.dispose()
    const inProfile = (name: string): string => join(folder, 'profile', 'policy', name)
    for (const lost of [[], ['record.json'], ['v2.yaml', 'v2.yaml.p7s']]) {
      const before = await readFile(inProfile('record.json'))
      const texts = await Promise.all(['v2.yaml', 'v2.yaml.p7s'].map((name) => readFile(inProfile(name))))
      for (const name of lost) await rm(inProfile(name))
      await put(rules('dr', 'version: 1'))
      const node = await start()
      expect(node.problem(), lost.join()).toMatchObject({ code: 'policy.rolled-back' })
      expect(ceilingOf(node)).toBe(0)
      node.held.dispose()
      await writeFile(inProfile('record.json'), before)
      for (const [at, name] of ['v2.yaml', 'v2.yaml.p7s'].entries())
        await writeFile(inProfile(name), texts[at] ?? '')
    }
  })

  it('the same version with other rules', async () => {
    ;(await start()).held.dispose()
    await put(rules('dr', 'pictures: true\nversion: 1'))
    const node = await start()
    expect(node.problem()).toMatchObject({ code: 'policy.rolled-back' })
    expect(node.held.now().pictures).toBe(false)
  })

  it('one of somebody whom the policy in force does not admit', async () => {
    const nadia = await signed.authority.issue('Nadia Benali')
    await put(rules('dr', 'version: 2\nsigners: [CN=Claire Aubert]'))
    ;(await start()).held.dispose()
    await put(rules('dr', 'version: 3'), nadia)
    const node = await start()
    expect(node.problem()).toMatchObject({ code: 'policy.signer-not-admitted' })
    node.held.dispose()
    // handed over by who was admitted
    await put(rules('np', 'version: 4\nsigners: [CN=Claire Aubert, CN=Nadia Benali]'))
    ;(await start()).held.dispose()
    await put(rules('dr', 'version: 5\nsigners: [CN=Nadia Benali]'), nadia)
    expect((await start()).held.standing().sound?.version).toBe(5)
  })

  it('a kept one that was changed is none, and no older one takes its place', async () => {
    await put(rules('np', 'version: 1'))
    ;(await start()).held.dispose()
    await put(rules('np', 'version: 2'))
    ;(await start()).held.dispose()
    const kept = join(folder, 'profile', 'policy', 'v2.yaml')
    await writeFile(kept, (await readFile(kept, 'utf8')).replaceAll('np', 'dr'))
    await rm(signed.file)
    const node = await start()
    expect(node.held.standing().from).toBe('closed')
    expect(ceilingOf(node)).toBe(0)
  })
})

describe('whose signature counts', () => {
  it('an unsigned policy is none on a real platform, and one in the exercise', async () => {
    const unsigned = { file: join(folder, 'mine.yaml'), authority: null, node: null }
    await copyFile('resources/policy.yaml', unsigned.file)
    const real = await start({ order: unsigned })
    expect(real.problem()).toMatchObject({ code: 'policy.unsigned' })
    expect(ceilingOf(real)).toBe(0)
    const exercise = await start({ order: unsigned, exercise: true })
    expect(exercise.problem()).toBeNull()
    expect(ceilingOf(exercise)).toBe(1)
  })

  it('the policy that comes with Vigie is as good as Vigie, until a node was given one of its own', async () => {
    const nothing = { file: null, authority: null, node: null }
    const first = await start({ order: nothing })
    expect(first.held.standing().from).toBe('vigie')
    expect(ceilingOf(first)).toBe(1)
    await signed.write(rules('np'))
    ;(await start()).held.dispose()
    const later = await start({ order: nothing })
    expect(later.held.standing()).toMatchObject({ from: 'signed', sound: { version: 2 } })
    expect(ceilingOf(later)).toBe(0)
  })

  it('is remembered: another authority is refused, one that follows on the first is not', async () => {
    ;(await start()).held.dispose()
    const other = await makePolicyAuthority('Nouvelle autorité')
    const successor = await other.issue('Nadia Benali')
    await writeFile(order.authority!, other.certificate)
    await put(rules('np', 'version: 2'), successor)
    const node = await start()
    expect(node.problem()).toMatchObject({ code: 'policy.authority-changed' })
    expect(node.held.standing().sound?.version).toBe(1)
    node.held.dispose()
    await writeFile(order.authority!, signed.authority.certificate + other.certificate)
    expect((await start()).held.standing().sound?.version).toBe(2)
  })

  it('a policy for several nodes has the name that the node was started with, or had', async () => {
    await put(rules('dr', 'version: 2\nfor: [poste-07, poste-08]').replace('node: poste-07\n', ''))
    expect((await start()).problem()).toMatchObject({ code: 'policy.invalid' })
    const named = await start({ order: { ...order, node: 'poste-08' } })
    expect(named.held.now().node).toBe('poste-08')
    expect((await start({ order: { ...order, node: 'poste-09' } })).problem()).toMatchObject({
      code: 'policy.for-another-node',
    })
  })
})

describe('while it runs', () => {
  it('a new policy is in force at once, and whoever listens hears what it was', async () => {
    const node = await start()
    const heard = new Promise<[number, number]>((resolve) => {
      node.held.listen((next, before) => resolve([before.screen(1).ceiling, next.screen(1).ceiling]))
    })
    await signed.write(rules('np'))
    expect(await heard).toEqual([1, 0])
    expect(node.held.standing()).toMatchObject({
      sound: { version: 2 },
      record: { versions: [{ version: 2 }, { version: 1 }] },
    })
  })

  it('one that is refused changes nothing and is told; a good one after it is', async () => {
    const node = await start()
    const told = node.told()
    await writeFile(signed.file, rules('np', 'version: 2'))
    expect(await told).toMatchObject({ code: 'policy.altered' })
    expect(ceilingOf(node)).toBe(1)
    const better = node.told()
    await put(rules('np', 'version: 2'))
    expect(await better).toBeNull()
    expect(ceilingOf(node)).toBe(0)
  })

  it('one whose time is over is none: everything closes, and the node is still who it was', async () => {
    let now = Date.now()
    await put(rules('dr', `version: 2\nexpires: ${new Date(now + day).toISOString().slice(0, 16)}Z`))
    const node = await start({ now: () => now })
    expect(ceilingOf(node)).toBe(1)
    const told = node.told()
    now += 2 * day
    expect(await told).toMatchObject({ code: 'policy.expired' })
    expect([ceilingOf(node), node.held.now().deskCeiling, node.held.now().node]).toEqual([0, 0, 'poste-07'])
  })

  it('one whose time is over is none, though a look at what is offered is not done', async () => {
    let now = Date.now()
    await put(rules('dr', `version: 2\nexpires: ${new Date(now + day).toISOString().slice(0, 16)}Z`))
    const node = await start({ now: () => now, patience: 600_000 })
    // of two files that do not fit it waits for the other
    await writeFile(signed.file, rules('np', 'version: 3'))
    await new Promise((resolve) => setTimeout(resolve, 200))
    const told = node.told()
    now += 2 * day
    expect(await told).toMatchObject({ code: 'policy.expired' })
    expect([ceilingOf(node), node.held.now().node]).toEqual([0, 'poste-07'])
  })

  it('a look that does not end is a refusal, and what was in force stays', async () => {
    const node = await start({ patience: 600_000, longest: 2_000 })
    await writeFile(signed.file, rules('np', 'version: 2'))
    await expect
      .poll(() => node.problem(), { timeout: 20_000 })
      .toMatchObject({ code: 'policy.invalid', message: expect.stringMatching(/answer/) as string })
    expect(ceilingOf(node)).toBe(1)
  })

  it('a ring of authorities beside a signature is a refusal, and the next good policy is in force', async () => {
    const node = await start()
    const { forger, ring } = await ringOf()
    const told = node.told()
    await put(rules('np', 'version: 2'), forger, undefined, ring)
    expect(await told).toMatchObject({ code: 'policy.signer-untrusted' })
    const better = node.told()
    await put(rules('np', 'version: 2'))
    expect(await better).toBeNull()
    expect(ceilingOf(node)).toBe(0)
    // at a start, too
    node.held.dispose()
    await put(rules('dr', 'version: 3'), forger, undefined, ring)
    expect((await start()).problem()).toMatchObject({ code: 'policy.signer-untrusted' })
  })

  it('its own store may go: what is in force stays in force', async () => {
    const node = await start()
    await rm(join(folder, 'profile'), { recursive: true })
    const told = node.told()
    await writeFile(signed.file, rules('np', 'version: 2'))
    expect(await told).toMatchObject({ code: 'policy.altered' })
    expect(ceilingOf(node)).toBe(1)
  })
})
