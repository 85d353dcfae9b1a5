/** A certificate's life by the administrator's commands, up to a real server that takes it. */
import { X509Certificate } from 'node:crypto'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { findCommand } from '../../../../main/commands/commands.ts'
import { connect } from '@nats-io/transport-node'
import { rfc2253 } from '../../../../main/exercise/authority.ts'
import { identityFile, type ListedIdentity } from '../../../../main/identity/identities.ts'
import { openIdentity, readIdentity } from '../../../../main/identity/open-identity.ts'
import { openSealedKey } from '../../../../main/identity/sealed.ts'
import { Secret } from '../../../../main/identity/secret.ts'
import type { ProblemCode } from '../../../../preload/contract/result.ts'
import { asPkcs12, asPkcs7, startAuthority, type TestAuthority } from '../../../platform/authority.ts'
import { startPlatform, type Identity, type Platform } from '../../../platform/platform.ts'
import { vigie as vigieApart } from '../../../platform/run-command.ts'

const words = 'correct horse battery staple'
const subject = 'CN=wall-07, OU=Vigie'
const user = rfc2253([
  ['CN', 'wall-07'],
  ['OU', 'Vigie'],
])
let root: TestAuthority
let issuing: TestAuthority
let platform: Platform
let profile: string
let sealing: string[]
let caFile: string
/** what was said on the way */
let said: string[]

/** As it is typed behind `vigie`. */
async function vigie(line: string, ...more: string[]) {
  const typed = [...line.split(' '), ...more, '--profile', profile]
  const found = findCommand(typed)
  if (found === null) throw new Error(`there is no command ${line}`)
  said = []
  const answer = await found.command.run(found.rest, (one) => said.push(one))
  if (!answer.ok) return { code: answer.error.code, text: answer.error.message }
  const { value } = answer
  return typeof value === 'string'
    ? { code: 'ok' as const, text: value }
    : { code: 'failed' as const, text: value.text }
}
const fileOf = async (name: string, content: string | Uint8Array) => {
  const file = join(profile, name)
  await writeFile(file, content, { mode: 0o600 })
  return file
}
const listed = async () => JSON.parse((await vigie('provision list --json')).text) as ListedIdentity[]

beforeAll(async () => {
  root = await startAuthority('AC Racine')
  issuing = await root.below('AC Postes')
  platform = await startPlatform({ authority: root.platform })
  await platform.permit({ user } as Identity)
  caFile = platform.caFile
})
afterAll(async () => {
  await platform.dispose()
  await root.dispose()
})
beforeEach(async () => {
  profile = await mkdtemp(join(tmpdir(), 'vigie-profile-'))
  sealing = ['--passphrase-file', await fileOf('passphrase', `${words}\n`)]
})
afterEach(() => rm(profile, { recursive: true, force: true }))

const create = (...more: string[]) =>
  vigie('provision create wall-07 --subject', subject, ...sealing, ...more)
/** Asked for, answered with its chain, imported. */
async function ready(...more: string[]) {
  const { text } = await create(...more)
  const answer = await fileOf('answer.p7b', await asPkcs7([issuing.certificate, await issuing.answer(text)]))
  expect(await vigie('provision import wall-07', answer)).toMatchObject({ code: 'ok' })
}
const test = (...more: string[]) =>
  vigie(
    'provision test --platform',
    `tls://localhost:${platform.port}`,
    ...['--identity', identityFile(profile, 'wall-07'), '--ca', caFile, ...sealing, ...more],
  )

describe('vigie provision', () => {
  it.each(['rsa-3072', 'ec-p256', 'ec-p384'])(
    'makes a key %s, asks for its certificate, imports it, and signs in with it at a real server',
    async (kind) => {
      await ready('--key', kind)
      expect(await listed()).toMatchObject([
        { name: 'wall-07', state: 'ready', subject, serves: ['platform'] },
      ])
      const answer = await test()
      expect(said.map((line) => line.split(':')[0])).toEqual(
        ['name', 'tcp', 'tls', 'authority', 'host', 'dates', 'certificate', 'user', 'jetstream'].map(
          (step) => `✓ ${step}`,
        ),
      )
      expect(answer).toMatchObject({ code: 'ok' })
    },
  )

  it('signs in by a certificate of an authority below the one that the server knows, as it sends its chain', async () => {
    await ready()
    const file = identityFile(profile, 'wall-07')
    const bytes = await readIdentity(file)
    const opened = bytes.ok ? openIdentity(bytes.value, new Secret(words), file) : bytes
    if (!opened.ok) throw new Error(opened.error.message)
    const { certificate, chain, key } = opened.value
    const connection = await connect({
      servers: `localhost:${platform.port}`,
      tls: { ca: root.certificate, cert: [certificate, ...chain].join('\n'), key: key.reveal() },
      reconnect: false,
    })
    expect(connection.info?.client_id).toBeGreaterThan(0)
    await connection.close()
  })

  it('keeps what an identity has in use until the next certificate is there, and the former one then', async () => {
    await ready()
    const before = (await vigie('provision export wall-07')).text
    const next = await vigie('provision replace wall-07', ...sealing)
    expect((await vigie('provision export wall-07')).text).toBe(before)
    expect(await listed()).toMatchObject([{ state: 'ready', requested: expect.any(String) }])
    expect((await vigie('provision export wall-07 --request')).text).toBe(next.text)
    const answer = await fileOf('next.pem', await issuing.answer(next.text))
    expect(await vigie('provision import wall-07', answer)).toMatchObject({ code: 'ok' })
    const [now, former] = await listed()
    expect([now, former]).toMatchObject([
      { name: 'wall-07', state: 'ready', requested: null, subject },
      { name: 'wall-07.1', state: 'replaced', serves: [] },
    ])
    const keys = await Promise.all(
      ['wall-07', 'wall-07.1'].map(async (name) =>
        new X509Certificate((await vigie('provision export', name)).text).publicKey.export({
          type: 'spki',
          format: 'pem',
        }),
      ),
    )
    expect(keys[0]).not.toBe(keys[1])
    expect(await test()).toMatchObject({ code: 'ok' })
  })

  it('takes a PKCS#12, its own passphrase apart from the node’s, and puts another in its place', async () => {
    const { text } = await create()
    const key = await openKey()
    const p12 = await fileOf(
      'me.p12',
      await asPkcs12(key, [await issuing.answer(text), issuing.certificate], 'theirs'),
    )
    const theirs = ['--p12-passphrase-file', await fileOf('theirs', 'theirs')]
    expect(await vigie('provision import wall-07', p12, ...sealing, ...theirs)).toMatchObject({
      code: 'identity.exists',
    })
    expect(await vigie('provision import other', p12, ...sealing)).toMatchObject({
      code: 'identity.passphrase-wrong',
    })
    expect(await vigie('provision import other', p12, ...sealing, ...theirs)).toMatchObject({ code: 'ok' })
    expect(said.join('\n')).toContain('still holds the key')
    expect(await vigie('provision replace wall-07 --with', p12, ...sealing, ...theirs)).toMatchObject({
      code: 'ok',
    })
    expect(await listed()).toMatchObject([
      { name: 'other' },
      { name: 'wall-07', state: 'ready' },
      { name: 'wall-07.1' },
    ])
    expect(await test()).toMatchObject({ code: 'ok' })
  })

  /** The key that was made, as nobody is given it. */
  async function openKey(): Promise<string> {
    const { outstanding } = JSON.parse(await readFile(identityFile(profile, 'wall-07'), 'utf8')) as {
      outstanding: { key: Parameters<typeof openSealedKey>[0] }
    }
    const opened = openSealedKey(outstanding.key, new Secret(words), '')
    if (!opened.ok) throw new Error(opened.error.message)
    return opened.value.reveal()
  }

  it('never hands out a key, nor writes one in clear', async () => {
    await ready()
    const key = (await openCurrent()).split('\n').filter((line) => line !== '')
    const spoken = [
      await vigie('provision export wall-07'),
      await vigie('provision list --json'),
      await test('--json'),
    ]
    const file = await readFile(identityFile(profile, 'wall-07'), 'utf8')
    for (const text of [...spoken.map((one) => one.text), ...said, file])
      for (const line of key) expect(text).not.toContain(line)
  })

  async function openCurrent(): Promise<string> {
    const file = identityFile(profile, 'wall-07')
    const opened = openIdentity(await readFile(file), new Secret(words), file)
    if (!opened.ok) throw new Error(opened.error.message)
    return opened.value.key.reveal()
  }

  it('wants the same passphrase for the next key', async () => {
    await ready()
    const wrong = await fileOf('wrong', 'another')
    expect(await vigie('provision replace wall-07 --passphrase-file', wrong)).toMatchObject({
      code: 'identity.passphrase-wrong',
    })
  })

  it.each([
    ['create a/b --subject CN=x', 'command.invalid'],
    ['create wall-07 --subject OU=x', 'command.invalid'],
    ['create wall-07', 'command.invalid'],
    ['create wall-07 --subject CN=x --key dsa', 'command.invalid'],
    ['replace wall-07', 'identity.unknown'],
    ['export wall-07', 'identity.unknown'],
    ['remove wall-07', 'identity.unknown'],
    ['import wall-07 nowhere.pem', 'identity.file-unreadable'],
    ['test', 'command.invalid'],
  ])('refuses “%s”: %s', async (line, code) => {
    expect(
      await vigie(`provision ${line}`, ...(/^(create|replace)/.test(line) ? sealing : [])),
    ).toMatchObject({ code })
  })

  it('has nothing sealed with an empty passphrase', async () => {
    const empty = await fileOf('empty', '\n')
    expect(await vigie('provision create wall-07 --subject CN=x --passphrase-file', empty)).toMatchObject({
      code: 'identity.passphrase-missing',
    })
    expect(await listed()).toEqual([])
  })
})

describe('vigie provision test', () => {
  const ends = async (at: string, code: ProblemCode, ...more: string[]) => {
    const answer = await test(...more)
    expect(said.at(-1)?.split(':')[0]).toBe(`✗ ${at}`)
    expect(answer.code).toBe(code)
  }
  beforeEach(() => ready('--key', 'ec-p256'))

  it('ends at the name where there is none', () =>
    ends('name', 'platform.unreachable', '--platform', 'tls://nowhere.invalid:4222'))

  it('ends at TCP where nobody listens', async () => {
    const server = createServer().listen(0, '127.0.0.1')
    await new Promise((resolve) => server.once('listening', resolve))
    const { port } = server.address() as AddressInfo
    await new Promise((resolve) => server.close(resolve))
    await ends('tcp', 'platform.unreachable', '--platform', `tls://127.0.0.1:${port}`)
  })

  it('ends at TLS where a server speaks something else', async () => {
    const server = createServer((socket) =>
      socket
        .on('error', () => undefined)
        .resume()
        .end('HTTP/1.1 400 Bad Request\r\n\r\n'),
    ).listen(0, '127.0.0.1')
    await new Promise((resolve) => server.once('listening', resolve))
    const { port } = server.address() as AddressInfo
    await ends('tls', 'platform.unreachable', '--platform', `tls://127.0.0.1:${port}`)
    await new Promise((resolve) => server.close(resolve))
  })

  it('ends at TLS where the server speaks first and was not to', () =>
    ends('tls', 'platform.not-tls-first', '--tls-first'))

  it('ends at the authority where it is another', async () => {
    const other = await startAuthority('AC Autre')
    await ends(
      'authority',
      'platform.authority-unknown',
      '--ca',
      await fileOf('other.pem', other.certificate),
    )
    await other.dispose()
  })

  it('ends at the host name where the certificate has another', () =>
    ends('host', 'platform.host-name-mismatch', '--platform', `tls://127.1:${platform.port}`))

  it('ends at our certificate where the server does not know who issued it', async () => {
    const other = await startAuthority('AC Autre')
    const { text } = await vigie('provision replace wall-07', ...sealing)
    await vigie('provision import wall-07', await fileOf('other.pem', await other.answer(text)))
    await ends('certificate', 'platform.refused-us')
    await other.dispose()
  })

  it('ends at the user where the server has none of that name', async () => {
    const { text } = await vigie('provision replace wall-07 --subject CN=stranger', ...sealing)
    const answer = [await issuing.answer(text), issuing.certificate].join('')
    await vigie('provision import wall-07', await fileOf('stranger.pem', answer))
    await ends('user', 'platform.refused-us')
    expect(said.join('\n')).toContain('✓ certificate')
    expect(said.at(-1)).toContain('CN=stranger')
  })

  it('says the steps as JSON for machines, and fails', async () => {
    const answer = await test('--json', '--platform', 'tls://nowhere.invalid:4222')
    expect(answer.code).toBe('failed')
    expect(JSON.parse(answer.text)).toMatchObject([
      {
        server: 'nowhere.invalid:4222',
        steps: [{ step: 'name', passed: false }],
        problem: { code: 'platform.unreachable' },
      },
    ])
  })
})

describe('on the command line', () => {
  it('requests go to stdout, words to stderr, and what is refused ends with 1', async () => {
    const run = (...args: string[]) => vigieApart('provision', ...args, '--profile', profile, ...sealing)
    const made = await run('create', 'wall-07', '--subject', subject)
    expect(made.code).toBe(0)
    expect(made.stdout).toMatch(
      /^-----BEGIN CERTIFICATE REQUEST-----\n[^]+-----END CERTIFICATE REQUEST-----\n$/,
    )
    expect(made.stderr).toContain('vigie provision import')
    const again = await run('create', 'wall-07', '--subject', subject)
    expect(again.code).toBe(1)
    expect(again.stdout).toBe('')
    expect(again.stderr.trimEnd().split('\n')).toHaveLength(1)
  })
})
