import { spawn } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Engine } from '../../../main/engine/engine.ts'
import { inboxOf } from '../../../main/identity/inbox.ts'
import { defaultScheme } from '../../../preload/contract/marking.ts'
import { program } from '../../platform/built.ts'
import { startPlatform, type Platform } from '../../platform/platform.ts'
import { messages, product } from '../../platform/product.ts'
import { act, screen, startNode, type ActingNode } from './engine/acts/an-acting-node.ts'
import { keeping, persisted, until } from './engine/an-engine.ts'
import { line } from './engine/lines/an-entering-node.ts'
import { openOutbox } from '../../../main/engine/cache/outbox.ts'
import { createEngineAs, openCacheAs } from '../../platform/unlocked.ts'
import { vigie } from '../../platform/run-command.ts'

const name = 'security.observations'
let profile: string
let platform: Platform
let engine: Engine

const who = () => [
  '--identity',
  platform.wall.identityFile,
  '--passphrase-file',
  platform.wall.passphraseFile,
]

beforeAll(async () => {
  profile = await mkdtemp(join(tmpdir(), 'vigie-profile-'))
  platform = await startPlatform({ products: [product(name)] })
  await platform.publish(messages(name, 'feature', 300, 100))
  const { key, certificate } = platform.wall
  const created = await createEngineAs(
    { key, certificate },
    {
      profile,
      scheme: defaultScheme,
      keeping,
      clock: Date,
    },
  )
  if (!created.ok) throw new Error(created.error.message)
  engine = created.value
  await engine.connect({
    protocol: 'nats',
    intake: 'platform',
    servers: [`tls://localhost:${platform.port}`],
    inbox: inboxOf(certificate),
    tls: { key, certificate, authority: platform.authority.certificate },
  })
  await persisted(engine, 300)
})
afterAll(async () => {
  await engine.dispose()
  await platform.dispose()
  await rm(profile, { recursive: true, force: true })
})

describe('vigie cache sign', () => {
  it('is for a vault of before they were signed, and leaves every other alone', async () => {
    const before = await readFile(join(profile, 'vault.json'), 'utf8')
    const { code, stderr } = await vigie('cache', 'sign', '--profile', profile, ...who())
    expect(code).toBe(1)
    expect(stderr).toContain('cache.vault-signed: only a vault without a signature')
    expect(await readFile(join(profile, 'vault.json'), 'utf8')).toBe(before)
  })

  it('makes a profile of an earlier version open again', async () => {
    const old = await mkdtemp(join(tmpdir(), 'vigie-profile-'))
    try {
      const keys = { certificate: platform.wall.certificate, key: platform.wall.key }
      const made = await openCacheAs(keys, old)
      if (!made.ok) throw new Error(made.error.message)
      await made.value.database.script('DROP TABLE vault')
      await made.value.close()
      const file = join(old, 'vault.json')
      const vault = JSON.parse(await readFile(file, 'utf8')) as { slots: Record<string, unknown>[] }
      const slots = vault.slots.map(({ kind, algorithm, publicKey, wrapped }) => ({
        ...{ kind, algorithm, publicKey, wrapped },
      }))
      await writeFile(file, JSON.stringify({ version: 1, slots }))
      const stats = () => vigie('cache', 'stats', '--profile', old, ...who())
      const refused = await stats()
      expect(refused).toMatchObject({ code: 1 })
      expect(refused.stderr).toContain('vigie cache sign')
      expect(await vigie('cache', 'sign', '--profile', old, ...who())).toMatchObject({ code: 0, stderr: '' })
      expect(await stats()).toMatchObject({ code: 0 })
    } finally {
      await rm(old, { recursive: true, force: true })
    }
  })
})

describe('vigie outbox list', () => {
  let acting: string
  let node: ActingNode
  const list = (...args: string[]) => vigie('outbox', 'list', ...args, '--profile', acting, ...who())

  beforeAll(async () => {
    acting = await mkdtemp(join(tmpdir(), 'vigie-profile-'))
    node = await startNode(acting, { certificate: platform.wall.certificate, key: platform.wall.key })
  })
  afterAll(async () => {
    await node.engine.dispose()
    await rm(acting, { recursive: true, force: true })
  })

  it('says that nothing waits', async () => {
    expect(await list()).toEqual({ code: 0, stdout: 'nothing waits\n', stderr: '' })
    expect(JSON.parse((await list('--json')).stdout)).toEqual([])
  })

  it('says what waits, while the engine runs', async () => {
    node.do(act('o-1', screen(1), { at: Date.UTC(2026, 10, 26, 21) }), act('o-2', screen(2)))
    await until(() => node.kept.length === 2, 'both are kept')
    const { code, stdout, stderr } = await list('--json')
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(JSON.parse(stdout)).toMatchObject([
      {
        ...{ id: 'o-1', state: 'waiting', act: 'show-scene', entity: screen(1), problem: null },
        ...{ at: '2026-11-26T21:00:00.000Z', by: { node: 'poste-07' } },
      },
      { id: 'o-2', state: 'waiting', entity: screen(2) },
    ])
    const table = (await list()).stdout.split('\n')
    expect(table[0]).toMatch(/^state +act +entity +at +reason$/)
    expect(table[1]).toMatch(
      /^waiting +show-scene +screen\.cncs\.salle-de-crise\.1 +2026-11-26T21:00:00\.000Z$/,
    )
  })

  it('says lines of the log and what comes with files, too, in the order in which they were done', async () => {
    const profile = await mkdtemp(join(tmpdir(), 'vigie-profile-'))
    try {
      const keys = { certificate: platform.wall.certificate, key: platform.wall.key }
      const opened = await openCacheAs(keys, profile)
      if (!opened.ok) throw new Error(opened.error.message)
      const { database } = opened.value
      const kept = { at: Date.UTC(2026, 10, 26, 21), after: null, guarded: false }
      for (const [kind, body] of [
        ['report', {}],
        ['note', line('l-1')],
        ['document', {}],
      ] as const)
        await (
          await openOutbox(database, null, kind)
        ).keep({ ...kept, id: kind, kind, address: `${kind}.cncs.poste-07.1`, body: JSON.stringify(body) })
      await opened.value.close()
      const { stdout } = await vigie('outbox', 'list', '--json', '--profile', profile, ...who())
      expect(JSON.parse(stdout)).toMatchObject([
        { act: 'report', state: 'waiting', entity: 'report.cncs.poste-07.1', by: null },
        { act: 'line', state: 'waiting', by: { node: 'poste-07' } },
        { act: 'document', state: 'waiting' },
      ])
    } finally {
      await rm(profile, { recursive: true, force: true })
    }
  })

  it('reads a cache of before there was an outbox', async () => {
    const old = await mkdtemp(join(tmpdir(), 'vigie-profile-'))
    try {
      const made = await openCacheAs({ certificate: platform.wall.certificate, key: platform.wall.key }, old)
      if (!made.ok) throw new Error(made.error.message)
      await made.value.database.script('DROP TABLE outbox')
      await made.value.close()
      expect(await vigie('outbox', 'list', '--profile', old, ...who())).toMatchObject({
        code: 0,
        stdout: 'nothing waits\n',
      })
    } finally {
      await rm(old, { recursive: true, force: true })
    }
  })
})

describe('vigie cache stats', () => {
  it('says what the node has kept, with the platform’s own digest, while the engine runs', async () => {
    const { code, stdout, stderr } = await vigie('cache', 'stats', '--json', '--profile', profile, ...who())
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    const { digest } = await platform.digest(name)
    expect(JSON.parse(stdout)).toEqual([
      { product: name, events: 300, entities: 100, first: 1, last: 300, bytes: expect.any(Number), digest },
    ])
  })

  it('is a table for people', async () => {
    const { stdout } = await vigie('cache', 'stats', '--profile', profile, ...who())
    expect(stdout.split('\n')[0]).toMatch(/^product +events +entities +first +last +bytes +digest$/)
    expect(stdout).toMatch(new RegExp(`^${name} +300 +100 +1 +300 `, 'm'))
  })

  it('asks for the passphrase at the terminal, and shows nothing of it', async () => {
    const { passphrase, identityFile } = platform.wall
    const command = `${process.execPath} ${program('vigie')} cache stats --json --profile ${profile} --identity ${identityFile}`
    // a terminal of its own (script(1))
    const child = spawn('script', ['-qec', command, '/dev/null'])
    let shown = ''
    child.stdout.on('data', (chunk: Buffer) => {
      const asked = shown.includes('passphrase of')
      shown += chunk.toString('utf8')
      if (!asked && shown.includes('passphrase of')) child.stdin.write(`${passphrase}\r`)
    })
    const code = await new Promise((resolve) => child.once('exit', resolve))
    expect({ code, shown }).toEqual({ code: 0, shown: expect.stringContaining(`"product": "${name}"`) })
    expect(shown).not.toContain(passphrase)
    expect(shown).not.toContain(passphrase.slice(0, 7))
  })

  it('does not wait for a passphrase where there is no terminal', async () => {
    const { code, stderr } = await vigie(
      ...['cache', 'stats', '--profile', profile, '--identity', platform.wall.identityFile],
    )
    expect(code).toBe(1)
    expect(stderr).toContain('identity.passphrase-missing')
  })

  it('does not open another’s cache, nor make one where there is none', async () => {
    const other = await platform.issue([['CN', 'other']])
    const refused = await vigie(
      ...['cache', 'stats', '--profile', profile],
      ...['--identity', other.identityFile, '--passphrase-file', other.passphraseFile],
    )
    expect(refused.code).toBe(1)
    expect(refused.stderr).toContain('cache.key-refused')
    const empty = await mkdtemp(join(tmpdir(), 'vigie-profile-'))
    const none = await vigie('cache', 'stats', '--profile', empty, ...who())
    expect(none.code).toBe(1)
    expect(await readdir(empty)).toEqual([])
    await rm(empty, { recursive: true })
  })

  it.each([
    ['no command', []],
    ['an inbox is its certificate’s', ['inbox']],
    ['cache burn', ['cache', 'burn']],
    ['--jason', ['cache', 'stats', '--jason']],
    ['--identity', ['cache', 'stats']],
  ])('ends with 2 and how to use it for “%s”', async (named, args) => {
    const { code, stdout, stderr } = await vigie(...args)
    expect(code).toBe(2)
    expect(stdout).toBe('')
    expect(stderr).toContain(named)
    expect(stderr).toContain('vigie cache stats [--json]')
  })
})

it('vigie inbox says what a server’s rights have to name', async () => {
  const { code, stdout } = await vigie('inbox', ...who())
  expect({ code, stdout }).toEqual({ code: 0, stdout: `${inboxOf(platform.wall.certificate)}\n` })
})
