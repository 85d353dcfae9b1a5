/** The real app on a certificate that is due: it is renewed by itself, and one that is put in its place is taken up. */
import { X509Certificate } from 'node:crypto'
import { mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import { enrolIdentity } from '../../main/identity/est/enrol-identity.ts'
import { Secret } from '../../main/identity/secret.ts'
import { ok } from '../../preload/contract/result.ts'
import { createCertifier } from '../platform/certifier.ts'
import { startEst } from '../platform/est.ts'
import { incident, linkOf, signIn, startStage } from './node.ts'
import { startVigie, until } from './vigie.ts'

const day = 86_400_000

test('a certificate renews itself while the wall goes on, and a broken file in its place changes nothing', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'vigie-renewal-'))
  const profile = join(folder, 'profile')
  const certifier = await createCertifier('One authority', Date.now())
  const platform = await startStage({ authority: certifier })
  const est = await startEst({ certifier, secrets: ['once'] })
  const passphraseFile = join(folder, 'pass')
  const policy = join(folder, 'policy.yaml')
  await writeFile(passphraseFile, 'correct horse', { mode: 0o600 })
  const written = await readFile('resources/policy.yaml', 'utf8')
  await writeFile(policy, `${written}\nenrol: { est: "${est.url}", before: P10D }\n`)
  est.validity = { from: new Date(Date.now() - 25 * day), to: new Date(Date.now() + 5 * day) }
  const enrolled = await enrolIdentity({
    ...{ profile, name: 'wall-01', tell: () => undefined, pause: () => Promise.resolve() },
    // it has been in use for a while
    now: () => Date.now() - 20 * day,
    server: { url: est.url, authority: certifier.certificate },
    wishes: { subject: 'CN=wall-01, OU=Vigie' },
    secret: new Secret('once'),
    passphrase: () => Promise.resolve(ok(new Secret('correct horse'))),
  })
  if (!enrolled.ok) throw new Error(enrolled.error.message)
  const { file: identity, certificate: first } = enrolled.value
  const inFile = async () =>
    (JSON.parse(await readFile(identity, 'utf8')) as { current: { certificate: string } }).current.certificate
  est.validity = { from: new Date(Date.now() - day), to: new Date(Date.now() + 90 * day) }

  const vigie = await startVigie({
    walls: 1,
    profile,
    args: [...signIn(platform, { identity, passphraseFile }), '--policy', policy, '--lang', 'fr'],
  })
  try {
    const [wall] = await vigie.walls()
    if (wall === undefined) throw new Error('there is no wall')
    await until('the new certificate', async () => ((await inFile()) === first ? undefined : true))
    await until('nothing of the old one', async () =>
      (await readdir(join(profile, 'identities'))).join() === 'wall-01.json' ? true : undefined,
    )
    expect(new X509Certificate(await inFile()).publicKey.equals(new X509Certificate(first).publicKey)).toBe(
      false,
    )
    await expect.poll(() => linkOf(wall)).toBe('live')
    await platform.publish([incident(9, 'Après le renouvellement')])
    await expect(wall.getByText('Après le renouvellement').first()).toBeVisible()
    await expect(wall.getByText('Colis suspect').first()).toBeVisible()

    const good = await readFile(identity)
    await writeFile(`${identity}.broken`, good.subarray(0, 300), { mode: 0o600 })
    await rename(`${identity}.broken`, identity)
    await until('it is said', () => (vigie.said().includes('[identity.change-refused') ? true : undefined))
    expect(await linkOf(wall)).toBe('live')
    await platform.publish([incident(10, 'Malgré le fichier')])
    await expect(wall.getByText('Malgré le fichier').first()).toBeVisible()
    expect(vigie.said()).not.toMatch(/correct horse|PRIVATE KEY/)
  } finally {
    await vigie.dispose()
    await est.dispose()
    await platform.dispose()
    await rm(folder, { recursive: true, force: true })
  }
})
