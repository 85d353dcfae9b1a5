/** Twenty walls from twenty folders, unattended, and each signs in by what its profile says alone. */
import { X509Certificate } from 'node:crypto'
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { asProvisioned } from '../../../../main/as-provisioned.ts'
import { argumentsOfApp, readCommandLine } from '../../../../main/command-line.ts'
import { findCommand } from '../../../../main/commands/commands.ts'
import { rfc2253, toPkcs12 } from '../../../../main/exercise/authority.ts'
import { readNodeFile } from '../../../../main/identity/node-file.ts'
import { cardModule, startReader } from '../../../platform/card.ts'
import { signPolicyIn } from '../../../platform/policy-authority.ts'
import { startPlatform, type Identity, type Platform } from '../../../platform/platform.ts'

let platform: Platform
let folder: string
const numbers = Array.from({ length: 20 }, (_, at) => String(at + 1).padStart(2, '0'))

/** As it is typed behind `vigie`. */
async function vigie(...typed: string[]) {
  const found = findCommand(typed)
  if (found === null) throw new Error(`there is no command ${typed.join(' ')}`)
  const said: string[] = []
  const answer = await found.command.run(found.rest, (line) => said.push(line))
  const text = answer.ok
    ? typeof answer.value === 'string'
      ? answer.value
      : answer.value.text
    : answer.error.message
  return { code: answer.ok ? 'ok' : answer.error.code, text, said }
}
const write = (file: string, content: string | Uint8Array) => writeFile(file, content, { mode: 0o600 })

/** What an administrator puts together for one wall. */
async function makeFolder(
  name: string,
  called = `node: ${name}`,
): Promise<{ from: string; profile: string; passphrase: string }> {
  const from = join(folder, 'from', name)
  await mkdir(from, { recursive: true, mode: 0o700 })
  const issued = await platform.authority.issueClient([
    ['CN', name],
    ['OU', 'Vigie'],
  ])
  const policy = (await readFile('resources/policy.yaml', 'utf8')).replace(/^node: .*$/m, called)
  await write(join(from, 'authority.pem'), platform.authority.certificate)
  const signed = await signPolicyIn(
    from,
    `${policy}\nplatform: { addresses: [tls://localhost:${platform.port}] }\n`,
  )
  await write(signed.file, await readFile(signed.file))
  await write(join(from, 'identity.p12'), toPkcs12(issued, 'theirs'))
  await write(join(from, 'identity.passphrase'), 'theirs')
  const passphrase = join(folder, `${name}.passphrase`)
  await write(passphrase, `${crypto.randomUUID()}\n`)
  return { from, passphrase, profile: join(folder, 'profiles', name) }
}
const wall = ({ from, profile, passphrase }: Awaited<ReturnType<typeof makeFolder>>, ...more: string[]) =>
  vigie('provision', 'wall', '--from', from, '--profile', profile, '--passphrase-file', passphrase, ...more)

function permit(name: string): Promise<void> {
  const user = rfc2253([
    ['CN', name],
    ['OU', 'Vigie'],
  ])
  return platform.permit({ user } as Identity)
}

beforeAll(async () => {
  platform = await startPlatform()
  folder = await mkdtemp(join(tmpdir(), 'vigie-walls-'))
  for (const number of numbers) await permit(`wall-${number}`)
})
afterAll(async () => {
  await platform.dispose()
  await rm(folder, { recursive: true, force: true })
})

describe('vigie provision wall', () => {
  it('makes twenty walls, each of which signs in by what its profile says', async () => {
    for (const number of numbers) {
      const made = await makeFolder(`wall-${number}`)
      const answer = await wall(made)
      expect(answer).toMatchObject({
        code: 'ok',
        text: `${made.profile}: npm start -- --profile ${made.profile}`,
      })
      expect(answer.said.at(-1)).toContain('jetstream')
      expect((await stat(made.profile)).mode & 0o777).toBe(0o700)
      // what was put together may go: the profile stands by itself
      await rm(made.from, { recursive: true })
      expect(answer.said.join('\n')).toContain(`OU=Vigie,CN=wall-${number}`)
      // to open a key costs a second: the last one stands for all
      if (number !== numbers.at(-1)) continue
      const again = await vigie('provision', 'test', '--profile', made.profile)
      expect(again).toMatchObject({ code: 'ok' })
      expect(again.said.join('\n')).toContain(`OU=Vigie,CN=wall-${number}`)
    }
  })

  it('leaves a profile from which the app starts without any further option', async () => {
    const { profile, passphrase } = await makeFolder('wall-01')
    const read = readCommandLine(argumentsOfApp(['electron', '.', '--profile', profile], '.', false), false)
    const node = await readNodeFile(profile)
    if (!read.ok || !node.ok) throw new Error('it is not read')
    expect(asProvisioned(read.value, node.value)).toMatchObject({
      value: {
        policy: {
          ...{ file: join(profile, 'policy.yaml'), node: null },
          authority: join(profile, 'policy-authority.pem'),
        },
        platform: {
          ...{ addresses: null, tlsFirst: false, passphraseFile: passphrase, passphraseCredential: null },
          identity: join(profile, 'identities', 'wall-01.json'),
          authority: join(profile, 'authority.pem'),
        },
      },
    })
    // who asks for the exercise, or for another platform, is not given this one
    const asked = (line: string) => {
      const other = readCommandLine(line.split(' '), false)
      return other.ok ? asProvisioned(other.value, node.value) : other
    }
    expect(asked('--exercise paris')).toMatchObject({ ok: false, error: { code: 'command.invalid' } })
    expect(asked('--platform tls://a:1 --identity i --ca c')).toMatchObject({
      value: { platform: { addresses: ['tls://a:1'] }, policy: { file: join(profile, 'policy.yaml') } },
    })
    // nor does a card sign in beside the certificate in the profile
    expect(asked('--card --ca c')).toMatchObject({
      value: { platform: null, card: { addresses: null }, policy: { file: join(profile, 'policy.yaml') } },
    })
    // and one that does needs nothing else said
    expect(asked('--card')).toMatchObject({
      value: {
        platform: null,
        card: { authority: join(profile, 'authority.pem'), module: null },
        policy: { file: join(profile, 'policy.yaml') },
      },
    })
    const alone = readCommandLine(['--card'], false)
    expect(alone.ok && asProvisioned(alone.value, null)).toMatchObject({
      ok: false,
      error: { subject: '--ca' },
    })
  })

  it('of a policy for several makes one of its name, which signs in by what its profile says', async () => {
    await permit('wall-21')
    const made = await makeFolder('wall-21', 'for: [wall-20, wall-21]')
    expect(await wall(made, '--node', 'wall-21')).toMatchObject({ code: 'ok' })
    expect(await vigie('provision', 'test', '--profile', made.profile)).toMatchObject({ code: 'ok' })
    // what is wrong with the policy is said, and not that an option is missing
    await write(join(made.profile, 'policy.yaml'), 'node: wall-21\n')
    expect(await vigie('provision', 'test', '--profile', made.profile)).toMatchObject({
      code: 'policy.invalid',
    })
  })

  it('of which a card signs in says so, and whose driver is whose', async () => {
    const reader = await startReader()
    const conf = process.env['SOFTHSM2_CONF']
    process.env['SOFTHSM2_CONF'] = reader.env.SOFTHSM2_CONF
    try {
      const card = await platform.issue([['CN', 'Durand']])
      const fingerprint = new X509Certificate(card.certificate).fingerprint256
      await reader.addCard('Durand', '123456', [{ ...card, label: 'd' }])
      const { from, profile } = await makeFolder('wall-card')
      const platformOf = ['--platform', 'wss://localhost:8443']
      const made = (...more: string[]) =>
        vigie('provision', 'wall', '--card', '--from', from, '--profile', profile, ...more)
      expect(await made()).toMatchObject({ code: 'command.invalid', text: expect.stringContaining('wss://') })
      expect(await made(...platformOf)).toMatchObject({ code: 'card.module-unreadable' })
      const driver = ['--card-module', cardModule]
      expect(await made(...platformOf, ...driver, '--card-certificate', '00'.repeat(32))).toMatchObject({
        code: 'card.certificate-unknown',
      })
      expect(await readNodeFile(profile)).toEqual({ ok: true, value: null })
      const answer = await made(...platformOf, ...driver, '--card-certificate', fingerprint)
      expect(answer).toMatchObject({ code: 'ok' })
      expect(answer.said.join('\n')).toContain('CN=Durand')
      const read = readCommandLine(['--profile', profile], false)
      const node = await readNodeFile(profile)
      if (!read.ok || !node.ok) throw new Error('it is not read')
      expect(asProvisioned(read.value, node.value)).toMatchObject({
        value: {
          platform: null,
          card: {
            ...{ addresses: ['wss://localhost:8443'], authority: join(profile, 'authority.pem') },
            ...{ module: cardModule, certificate: fingerprint },
          },
        },
      })
      expect(await vigie('provision', 'test', '--profile', profile)).toMatchObject({ code: 'card.wanted' })
    } finally {
      if (conf === undefined) delete process.env['SOFTHSM2_CONF']
      else process.env['SOFTHSM2_CONF'] = conf
      await reader.dispose()
    }
  })

  it('makes none over another', async () => {
    const made = await makeFolder('wall-02')
    const before = await readFile(join(made.profile, 'node.json'), 'utf8')
    expect(await wall(made)).toMatchObject({ code: 'node.provisioned' })
    expect(await readFile(join(made.profile, 'node.json'), 'utf8')).toBe(before)
  })

  it('goes on where an earlier one ended, with the same key', async () => {
    const made = await makeFolder('wall-03')
    await rm(join(made.profile, 'node.json'))
    const file = join(made.profile, 'identities', 'wall-03.json')
    const before = await readFile(file, 'utf8')
    const { from, profile } = made
    const passphrase = join(folder, 'once')
    await write(passphrase, 'another')
    expect(await wall({ from, profile, passphrase })).toMatchObject({ code: 'identity.passphrase-wrong' })
    expect(await readFile(file, 'utf8')).toBe(before)
  })

  const without = (file: string) => (from: string) => rm(join(from, file))
  it.each([
    ['without an authority', without('authority.pem'), 'authority.file-unreadable'],
    ['without a policy', without('policy.yaml'), 'policy.invalid'],
    ['without anybody who signs in', without('identity.p12'), 'identity.file-unreadable'],
    [
      'whose policy was changed since',
      (from: string) => write(join(from, 'policy.yaml'), 'node: wall-99'),
      'policy.altered',
    ],
    ['whose policy nobody signed', without('policy.yaml.p7s'), 'policy.unsigned'],
    [
      'whose policy another signed than is trusted',
      without('policy-authority.pem'),
      'policy.signer-untrusted',
    ],
    [
      'with another passphrase',
      (from: string) => write(join(from, 'identity.passphrase'), 'x'),
      'identity.passphrase-wrong',
    ],
    [
      'with a passphrase that others may read',
      (from: string) =>
        rm(join(from, 'identity.passphrase')).then(() =>
          writeFile(join(from, 'identity.passphrase'), 'theirs', { mode: 0o644 }),
        ),
      'file.readable-by-others',
    ],
  ])('makes no node %s', async (_, spoil, code) => {
    const made = await makeFolder(`broken-${code.replace(/\W/g, '-')}`)
    await spoil(made.from)
    expect(await wall(made)).toMatchObject({ code })
    expect(await readNodeFile(made.profile)).toEqual({ ok: true, value: null })
  })

  it('whose platform does not take it says where it ended, and is there for the next try', async () => {
    const made = await makeFolder('stranger')
    const answer = await wall(made)
    expect(answer).toMatchObject({ code: 'platform.refused-us' })
    expect(answer.said.at(-1)).toContain('✗ user')
    expect(await vigie('provision', 'test', '--profile', made.profile)).toMatchObject({
      code: 'platform.refused-us',
    })
  })

  it('that was changed by another hand starts as no other', async () => {
    const profile = join(folder, 'profiles', 'wall-04')
    await write(join(profile, 'node.json'), '{"vigie":"node"')
    expect(await readNodeFile(profile)).toMatchObject({ ok: false, error: { code: 'node.unprovisioned' } })
  })
})
