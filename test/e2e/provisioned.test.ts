/**
 * A wall's whole life, from an empty folder to its end, against real servers and by what its administrator types:
 * enrolled with a one-time secret, started by its profile alone, renewed by itself, revoked, and refused.
 */
import { execFile } from 'node:child_process'
import { X509Certificate } from 'node:crypto'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import { startVirtualScreens } from '../../build/virtual-screens.mjs'
import { rfc2253, type Subject } from '../../main/exercise/authority.ts'
import { identityFile } from '../../main/identity/identities.ts'
import { openIdentity } from '../../main/identity/open-identity.ts'
import { Secret } from '../../main/identity/secret.ts'
import words from '../../resources/translations/fr.json' with { type: 'json' }
import { cardModule, startReader } from '../platform/card.ts'
import { createCertifier } from '../platform/certifier.ts'
import { keyDemand, startEst } from '../platform/est.ts'
import { signPolicyIn } from '../platform/policy-authority.ts'
import type { Identity } from '../platform/platform.ts'
import { heldBy } from './memory.ts'
import { incident, linkOf, startStage } from './node.ts'
import { processesOf } from './processes.ts'
import { runVigie } from './run-vigie.ts'
import { secretsOfKey, tracesIn, tracesOf, type SecretBytes } from './traces.ts'
import { startVigie, until } from './vigie.ts'

const day = 86_400_000
const passphrase = 'Quarante Sarcelles 4471'
const pin = '48151623'
const oneTime = 'Bathyscaphe-8812-une-fois'
const subject: Subject = [['CN', 'wall-01']]

/** As it is typed behind `vigie`. */
const vigieCommand = (args: readonly string[], more: Readonly<Record<string, string>> = {}) =>
  new Promise<{ code: number; said: string }>((resolve) => {
    const env = { ...process.env, LANG: 'en', ...more }
    execFile(process.execPath, ['out/main/vigie.js', ...args], { env }, (error, stdout, stderr) =>
      resolve({ code: typeof error?.code === 'number' ? error.code : error ? 1 : 0, said: stdout + stderr }),
    )
  })

const mayHold = new Set(['main', 'engine'])

/** Whether an app's processes have a key in their memory, by what they are for. */
async function lookForKey(main: number | undefined, pem: string) {
  const texts = pem.split('\n').filter((line) => line.length === 64)
  const needles = new Map<string, Buffer>([
    ...secretsOfKey('key', pem).map(({ name, bytes }): [string, Buffer] => [name, Buffer.from(bytes)]),
    ...texts.map((line, at): [string, Buffer] => [`line ${at}`, Buffer.from(line)]),
  ])
  const looked = new Map<string, 'has it' | 'has none' | 'is closed'>()
  for (const { pid, what } of processesOf(main)) {
    const found = await heldBy(pid, needles)
    const who = purposeOf(what)
    if (looked.get(who) !== 'has it')
      looked.set(who, found === null ? 'is closed' : found.size > 0 ? 'has it' : 'has none')
  }
  return looked
}
const purposeOf = (commandLine: string): string =>
  /--utility-sub-type=node\.mojom\.NodeService/.test(commandLine)
    ? 'engine'
    : (/--type=\S+/.exec(commandLine)?.[0] ?? 'main')

async function keyIn(file: string): Promise<string> {
  const opened = openIdentity(await readFile(file), new Secret(passphrase), file)
  if (!opened.ok) throw new Error(opened.error.message)
  return opened.value.key.reveal()
}

test('a key is found however it is written, so that nothing found means nothing there', async () => {
  const place = await mkdtemp(join(tmpdir(), 'vigie-planted-'))
  try {
    const authority = await createCertifier('One authority', Date.now())
    const { key } = await authority.issueClient(subject)
    const secrets = secretsOfKey('the key', key)
    expect(secrets.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['the key, PKCS#8', 'the key, its d', 'the key, its p', 'the key, its q']),
    )
    await writeFile(join(place, 'pem'), `before\n${key}after`)
    await writeFile(join(place, 'json'), JSON.stringify({ key }))
    for (const { name, bytes } of secrets) await writeFile(join(place, name.replace(/\W/g, '-')), bytes)
    const { found } = await tracesOf(secrets, [place])
    const files = new Set(found.map((each) => each.slice(0, each.lastIndexOf(':'))))
    expect(files.size).toBe(secrets.length + 2)
  } finally {
    await rm(place, { recursive: true })
  }
})

test('from a folder: enrolled, connected, renewed by itself, revoked and refused; no key and no secret is left in clear', async () => {
  // a whole life takes long where the machine is busy
  test.slow()
  const folder = await mkdtemp(join(tmpdir(), 'vigie-life-'))
  const [from, profile] = [join(folder, 'from'), join(folder, 'profile')]
  const certifier = await createCertifier('One authority', Date.now())
  const platform = await startStage({ authority: certifier })
  const est = await startEst({ certifier, secrets: [oneTime] })
  const screens = await startVirtualScreens({ screens: 2 })
  const user = { user: rfc2253(subject) } as Identity
  await platform.permit(user)
  const passphraseFile = join(folder, 'passphrase')
  const identity = identityFile(profile, 'wall-01')
  const server = `localhost:${platform.port}`
  const secrets: (string | SecretBytes)[] = [passphrase, oneTime]
  const said: string[] = []
  try {
    // what the administrator puts together
    await mkdir(from, { mode: 0o700 })
    await writeFile(passphraseFile, passphrase, { mode: 0o600 })
    await writeFile(join(from, 'authority.pem'), certifier.certificate, { mode: 0o600 })
    await writeFile(join(from, 'secret'), oneTime, { mode: 0o600 })
    const own = (await readFile('resources/policy.yaml', 'utf8')).replace(/^node: .*$/m, 'node: wall-01')
    await signPolicyIn(
      from,
      `${own}\nplatform: { addresses: [tls://${server}] }\nenrol: { est: "${est.url}", before: P10D }\n`,
    )

    // enrolled
    est.demands = keyDemand('P-256')
    est.validity = { from: new Date(Date.now() - 25 * day), to: new Date(Date.now() + 5 * day) }
    const made = await vigieCommand([
      ...['provision', 'wall', '--from', from, '--profile', profile, '--passphrase-file', passphraseFile],
    ])
    said.push(made.said)
    expect(made, made.said).toMatchObject({ code: 0 })
    expect(est.secrets.size).toBe(0)
    await rm(from, { recursive: true })
    secrets.push(...secretsOfKey('the first key', await keyIn(identity)))
    // it has been in use for a while: one that was issued just now is renewed an hour later at the soonest
    const stored = JSON.parse(await readFile(identity, 'utf8')) as {
      current: { since: string; certificate: string }
    }
    const first = stored.current.certificate
    stored.current.since = new Date(Date.now() - 20 * day).toISOString()
    await writeFile(identity, JSON.stringify(stored), { mode: 0o600 })

    // connected, by what the profile says alone; and renewed by itself, with a key of the kind that the server wants now
    est.demands = keyDemand(3072)
    est.validity = { from: new Date(Date.now() - day), to: new Date(Date.now() + 90 * day) }
    const vigie = await startVigie({ walls: 1, screens, profile, args: ['--lang', 'fr'] })
    try {
      const [wall] = await vigie.walls()
      const desk = await vigie.desk()
      if (wall === undefined) throw new Error('there is no wall')
      await expect(wall.getByText('Colis suspect').first()).toBeVisible()
      await until('nothing of the old one', async () => {
        const { current } = JSON.parse(await readFile(identity, 'utf8')) as typeof stored
        const files = await readdir(join(profile, 'identities'))
        return current.certificate !== first && files.join() === 'wall-01.json' ? true : undefined
      })
      const key = await keyIn(identity)
      expect(key).not.toBe('')
      secrets.push(...secretsOfKey('the second key', key))
      await expect.poll(() => linkOf(wall)).toBe('live')
      await platform.publish([incident(9, 'Après le renouvellement')])
      await expect(wall.getByText('Après le renouvellement').first()).toBeVisible()
      for (const { what } of processesOf(vigie.app.process().pid)) said.push(what)
      const looked = await lookForKey(vigie.app.process().pid, key)
      // who signs in has it, and whose TLS it is; others have not, or nobody may look into them
      expect(looked.get('main')).not.toBe('has none')
      expect(looked.size).toBeGreaterThan(4)
      expect([...looked].filter(([who, what]) => what === 'has it' && !mayHold.has(who))).toEqual([])

      // revoked
      await platform.forbid(user)
      const body = desk.locator('body')
      await expect(body).toContainText(
        words['problem.platform.withdrew-us.cause'].replace('{subject}', server),
      )
      await expect.poll(() => linkOf(wall)).not.toBe('live')
      // nothing comes any more; what is there stays
      await platform.publish([incident(10, 'Après la révocation')])
      await expect(wall.getByText('Après le renouvellement').first()).toBeVisible()
      await expect(wall.getByText('Après la révocation')).toHaveCount(0)
      expect((await tracesOf(secrets, [profile])).found).toEqual([])
    } finally {
      said.push(vigie.said())
      await vigie.dispose()
    }

    // refused, and the report says so; the certificate is the renewed one
    const out = join(folder, 'out')
    const again = await runVigie(screens, [
      ...['--profile', profile, '--headless', '--screens', '1', '--desk-display', '2'],
      ...['--for', '15', '--out', out],
    ])
    said.push(again.said)
    const report = await readFile(join(out, 'run.json'), 'utf8')
    expect(JSON.parse(report)).toMatchObject({ received: 0, problem: { code: 'platform.refused-us' } })
    expect(new X509Certificate(await readCertificate(identity)).publicKey.asymmetricKeyType).toBe('rsa')

    expect(secrets.length).toBeGreaterThan(8)
    const { files, found } = await tracesOf(secrets, [profile, out])
    expect(files).toBeGreaterThan(5)
    expect(found).toEqual([])
    expect(tracesIn(secrets, said.join('\n'))).toEqual([])
  } finally {
    await screens.dispose()
    await est.dispose()
    await platform.dispose()
    await rm(folder, { recursive: true, force: true })
  }
})

const readCertificate = async (file: string): Promise<string> =>
  (JSON.parse(await readFile(file, 'utf8')) as { current: { certificate: string } }).current.certificate

test('on a card: provisioned, signed in by its profile and its PIN alone, revoked and refused; neither PIN nor key is left', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'vigie-card-life-'))
  const [from, profile] = [join(folder, 'from'), join(folder, 'profile')]
  const platform = await startStage({ web: true })
  const reader = await startReader()
  const screens = await startVirtualScreens({ screens: 2 })
  const server = `localhost:${platform.webPort}`
  const secrets = [pin, ...secretsOfKey('the key of the card', platform.wall.key)]
  const said: string[] = []
  try {
    await reader.addCard('Chef de salle', pin, [{ ...platform.wall, label: 'wall' }])
    await mkdir(from, { mode: 0o700 })
    await writeFile(join(from, 'authority.pem'), platform.authority.certificate, { mode: 0o600 })
    const own = await readFile('resources/policy.yaml', 'utf8')
    await signPolicyIn(
      from,
      `${own}\nplatform: { addresses: [wss://${server}] }\ncard: { module: ${cardModule} }\n`,
    )
    const made = await vigieCommand(
      ['provision', 'wall', '--card', '--from', from, '--profile', profile],
      reader.env,
    )
    said.push(made.said)
    expect(made, made.said).toMatchObject({ code: 0 })
    expect(made.said).toContain('OU=Vigie')
    await rm(from, { recursive: true })

    const start = async () => {
      const vigie = await startVigie({ walls: 1, screens, profile, env: reader.env, args: ['--lang', 'fr'] })
      const [wall] = await vigie.walls()
      if (wall === undefined) throw new Error('there is no wall')
      const desk = await vigie.desk()
      await expect(desk.getByLabel(words['desk.pin.label'], { exact: true })).toBeFocused()
      await desk.keyboard.type(pin)
      await desk.keyboard.press('Enter')
      return { vigie, wall, body: desk.locator('body') }
    }
    const first = await start()
    try {
      await expect(first.wall.getByText('Colis suspect').first()).toBeVisible()
      await expect.poll(() => linkOf(first.wall)).toBe('live')
      // what the server proved of itself is known at the desk, whosever TLS it is
      await expect(first.body).toContainText('TLSv1.3')
      await platform.forbid(platform.wall)
      await expect(first.body).toContainText(
        words['problem.platform.withdrew-us.cause'].replace('{subject}', server),
      )
      await expect.poll(() => linkOf(first.wall)).not.toBe('live')
    } finally {
      said.push(first.vigie.said())
      await first.vigie.dispose()
    }
    const second = await start()
    try {
      // the card opens what this node has kept; the platform lets it in no more
      await expect(second.wall.getByText('Colis suspect').first()).toBeVisible()
      await expect(second.body).toContainText(
        words['problem.platform.refused-us.cause'].replace('{subject}', server),
      )
      expect(await linkOf(second.wall)).not.toBe('live')
    } finally {
      said.push(second.vigie.said())
      await second.vigie.dispose()
    }
    expect((await tracesOf(secrets, [profile])).found).toEqual([])
    expect(tracesIn(secrets, said.join('\n'))).toEqual([])
  } finally {
    await screens.dispose()
    await reader.dispose()
    await platform.dispose()
    await rm(folder, { recursive: true, force: true })
  }
})
