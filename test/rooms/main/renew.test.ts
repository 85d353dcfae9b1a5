/** A node whose passphrase a person types: the next key is sealed when they do, and nothing is kept of it. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import type { Problem } from '../../../preload/contract/result.ts'
import { ok } from '../../../preload/contract/result.ts'
import { databaseFile } from '../../../main/engine/cache/database-file.ts'
import { enrolIdentity } from '../../../main/identity/est/enrol-identity.ts'
import { Secret } from '../../../main/identity/secret.ts'
import { keepSigningIn, nobodyYet } from '../../../main/identity/sign-in.ts'
import { signerOf } from '../../../main/identity/signer.ts'
import { openVault } from '../../../main/identity/vault/vault.ts'
import { rewrapped } from '../../../main/identity/vault/rewrapped.ts'
import { renewHere, withTyped } from '../../../main/renew.ts'
import { opensWith } from '../../doubles/opens.ts'
import { createCertifier } from '../../platform/certifier.ts'
import { startEst } from '../../platform/est.ts'

const day = 86_400_000
const words = 'correct horse'

it('a typed passphrase renews what is due, and the certificate in use is asked for again by its passphrase', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'vigie-renew-'))
  const certifier = await createCertifier('One authority', Date.now())
  const est = await startEst({ certifier, secrets: ['once'] })
  try {
    await writeFile(join(folder, 'ca.pem'), certifier.certificate, { mode: 0o600 })
    let now = Date.now()
    const enrolled = await enrolIdentity({
      ...{ profile: folder, name: 'wall-01', tell: () => undefined, pause: () => Promise.resolve() },
      now: () => now,
      server: { url: est.url, authority: certifier.certificate },
      wishes: { subject: 'CN=wall-01, OU=Vigie' },
      secret: new Secret('once'),
      passphrase: () => Promise.resolve(ok(new Secret(words))),
    })
    if (!enrolled.ok) throw new Error(enrolled.error.message)
    now += 25 * day
    est.validity = { from: new Date(now - day), to: new Date(now + 90 * day) }
    const files = {
      identity: enrolled.value.file,
      passphrase: { from: 'prompt' } as const,
      authority: join(folder, 'ca.pem'),
    }
    const problems: (Problem | null)[] = []
    const signing = await keepSigningIn({ files, now: () => now, changed: () => undefined })
    const renewing = renewHere({
      ...{ files, signing, now: () => now, problems: (_finder, problem) => problems.push(problem) },
      enrol: () => ({ est: est.url, before: null, key: null }),
      vault: rewrapped(folder, () => signing.now().identity),
    })
    const desk = withTyped(signing, renewing)
    expect(est.seen).toHaveLength(1)
    try {
      // as the engine's start makes it, between the passphrase and the renewal
      const unlock = desk.unlock(new Secret(words))
      await expect.poll(() => signing.now().identity).not.toBeNull()
      const first = signing.now().identity
      if (first === null) throw new Error('nobody signed in')
      expect((await openVault(folder, signerOf(first), { cache: databaseFile(folder) })).ok).toBe(true)
      expect(await unlock).toMatchObject({ ok: true })
      // the file holds the next one: who sits there types once more, and goes on with the one before until then
      await expect.poll(() => signing.now().wanted).not.toBeNull()
      expect(signing.now().identity?.certificate).toBe(first.certificate)
      expect(await desk.unlock(new Secret(words))).toMatchObject({ ok: true })
      expect(signing.now().identity?.certificate).not.toBe(first.certificate)
      expect(est.issued).toHaveLength(2)
    } finally {
      await renewing.dispose()
      signing.dispose()
    }
  } finally {
    await est.dispose()
    await rm(folder, { recursive: true, force: true })
  }
})

it('what a person typed is gone after the look that did not need it, and with who would have looked', async () => {
  const erased = (secret: Secret) => secret.copy().every((byte) => byte === 0)
  const renewing = renewHere({
    files: {
      ...{ identity: '/profile/identities/wall-01.json', authority: '/ca.pem' },
      passphrase: { from: 'prompt' },
    },
    // nobody has signed in
    signing: { now: () => nobodyYet, look: () => Promise.resolve() },
    ...{ now: () => Date.now(), problems: () => undefined, vault: opensWith() },
    enrol: () => ({ est: 'https://est.example', before: null, key: null }),
  })
  const first = new Secret(words)
  renewing.typed(first)
  await expect.poll(() => erased(first)).toBe(true)
  const [second, third] = [new Secret(words), new Secret(words)]
  renewing.typed(second)
  await renewing.dispose()
  renewing.typed(third)
  expect([second, third].map(erased)).toEqual([true, true])
})
