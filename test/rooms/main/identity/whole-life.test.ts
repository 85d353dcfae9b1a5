/**
 * A certificate's life against real servers: enrolled at an EST server with a one-time secret, signed in with at a real
 * nats-server, renewed while the stream goes on, and signed in with again; nothing is missing in the cache.
 */
import { X509Certificate } from 'node:crypto'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Connection } from '../../../../preload/contract/picture.ts'
import type { Problem } from '../../../../preload/contract/result.ts'
import type { Engine } from '../../../../main/engine/engine.ts'
import { enrolIdentity } from '../../../../main/identity/est/enrol-identity.ts'
import { inboxOf } from '../../../../main/identity/inbox.ts'
import { openIdentity, readIdentity } from '../../../../main/identity/open-identity.ts'
import { Secret } from '../../../../main/identity/secret.ts'
import { keepSigningIn, type SignIn } from '../../../../main/identity/sign-in.ts'
import { signerOf } from '../../../../main/identity/signer.ts'
import { slotsOf } from '../../../../main/identity/vault/change-slots.ts'
import { openVault } from '../../../../main/identity/vault/vault.ts'
import { databaseFile } from '../../../../main/engine/cache/database-file.ts'
import { rewrapped } from '../../../../main/identity/vault/rewrapped.ts'
import { renewHere, type RenewedHere } from '../../../../main/renew.ts'
import { defaultScheme } from '../../../../preload/contract/marking.ts'
import { ok } from '../../../../preload/contract/result.ts'
import { createCertifier, type Certifier } from '../../../platform/certifier.ts'
import { startEst, type EstServer } from '../../../platform/est.ts'
import { startPlatform, type Platform } from '../../../platform/platform.ts'
import { messages, product } from '../../../platform/product.ts'
import { createEngineAs } from '../../../platform/unlocked.ts'
import { keeping, persisted, statsOf, until } from '../engine/an-engine.ts'

const day = 86_400_000
const words = 'correct horse'
const name = 'security.observations'
let folder: string
let profile: string
let certifier: Certifier
let est: EstServer
let platform: Platform

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vigie-life-'))
  profile = join(folder, 'profile')
  certifier = await createCertifier('One authority', Date.now())
  platform = await startPlatform({ authority: certifier, products: [product(name)] })
  est = await startEst({ certifier, secrets: ['once'] })
  await writeFile(join(folder, 'pass'), words, { mode: 0o600 })
})
afterAll(async () => {
  await est.dispose()
  await platform.dispose()
  await rm(folder, { recursive: true, force: true })
})

it('enrolled, signed in, renewed and signed in again, every message in the cache, only the new key opening it; then revoked, and refused', async () => {
  let moved = 0
  const now = () => Date.now() + moved
  est.validity = { from: new Date(Date.now() - day), to: new Date(Date.now() + 20 * day) }
  const enrolled = await enrolIdentity({
    ...{ profile, name: 'wall-01', now, tell: () => undefined, pause: () => Promise.resolve() },
    server: { url: est.url, authority: certifier.certificate },
    wishes: { subject: 'CN=wall-01, OU=Vigie' },
    secret: new Secret('once'),
    passphrase: () => Promise.resolve(ok(new Secret(words))),
  })
  if (!enrolled.ok) throw new Error(`${enrolled.error.code}: ${enrolled.error.message}`)
  const first = enrolled.value.certificate

  const files = {
    identity: enrolled.value.file,
    passphrase: { from: 'file', file: join(folder, 'pass') } as const,
    authority: platform.caFile,
  }
  /** of all engines, one after the other */
  let engine: Engine | null = null
  let turn: Promise<void> = Promise.resolve()
  const entered: string[] = []
  const connections: Connection[] = []
  const enterAs = ({ identity, authority, problem }: SignIn) => {
    turn = turn.then(async () => {
      await engine?.dispose()
      if (identity === null || authority === null || problem !== null) return
      const { certificate } = identity
      const key = identity.key.reveal()
      const created = await createEngineAs(
        { certificate, key },
        {
          ...{ profile, scheme: defaultScheme, keeping, clock: Date },
          linked: ({ connection }) => connections.push(connection),
        },
      )
      if (!created.ok) throw new Error(`${created.error.code}: ${created.error.message}`)
      engine = created.value
      await engine.connect({
        protocol: 'nats',
        intake: 'platform',
        servers: [`tls://localhost:${platform.port}`],
        inbox: inboxOf(certificate),
        tls: { certificate, key, authority },
      })
      entered.push(certificate)
    })
  }
  const vaultOpensWith = async (certificate: string, key: Secret) => {
    const opened = await openVault(profile, signerOf({ certificate, key }), {
      cache: databaseFile(profile),
      make: false,
    })
    return opened.ok
  }

  let renewing: RenewedHere | null = null
  const problems: (Problem | null)[] = []
  const signing = await keepSigningIn({
    files,
    now,
    async fits(identity) {
      return openVault(profile, signerOf(identity), { cache: databaseFile(profile) })
    },
    changed(signedIn, anew) {
      if (!anew) return
      enterAs(signedIn)
      renewing?.look()
    },
  })
  try {
    await until(() => entered.length === 1, 'signed in')
    const before = signing.now().identity
    if (before === null) throw new Error('nobody signed in')
    const oldKey = new Secret(before.key.copy())
    expect(await vaultOpensWith(first, oldKey)).toBe(true)
    await platform.publish(messages(name, 'feature', 300, 50))
    await persisted(engine!, 300)

    renewing = renewHere({
      ...{ files, signing, now, problems: (_finder, problem) => problems.push(problem) },
      enrol: () => ({ est: est.url, before: null, key: null }),
      vault: rewrapped(profile, () => signing.now().identity),
    })
    est.validity = { from: new Date(Date.now() - day), to: new Date(Date.now() + 90 * day) }
    moved = 15 * day
    renewing?.look()
    // the stream does not wait for anybody's certificate
    let sent = 300
    while (entered.length < 2) {
      await platform.publish(messages(name, 'feature', 20, 50, sent))
      sent += 20
    }
    await platform.publish(messages(name, 'feature', 300, 50, sent))
    const { messages: published, digest, first: from, last } = await platform.digest(name)
    await until(() => (engine?.report().persisted ?? 0) > 0, 'the new session has something')
    const kept = async () => {
      const { key, certificate } = signing.now().identity!
      return (await statsOf(profile, { certificate, key: key.reveal() })).get(name)
    }
    await expect.poll(async () => (await kept())?.events).toBe(published)
    expect(await kept()).toMatchObject({ digest, first: from, last })

    const second = signing.now().identity!
    expect(entered).toEqual([first, second.certificate])
    expect(
      new X509Certificate(second.certificate).publicKey.equals(new X509Certificate(first).publicKey),
    ).toBe(false)
    await expect.poll(() => readdir(join(profile, 'identities'))).toEqual(['wall-01.json'])
    expect(await vaultOpensWith(second.certificate, second.key)).toBe(true)
    expect(await vaultOpensWith(first, oldKey)).toBe(false)
    const slots = await slotsOf(profile, signerOf(second))
    expect(slots.ok && slots.value.slots.length).toBe(1)
    expect(problems.filter((problem) => problem !== null)).toEqual([])
    const bytes = await readIdentity(files.identity)
    expect(bytes.ok && openIdentity(bytes.value, new Secret(words), files.identity)).toMatchObject({
      ok: true,
    })

    // what this server knows of revocation: its user is taken out
    await until(() => connections.at(-1)?.state === 'live', 'the new session is live')
    await platform.forbid(platform.wall)
    await until(() => connections.at(-1)?.state === 'refused', 'refused')
    expect(connections.at(-1)).toMatchObject({ problem: { code: 'platform.withdrew-us' } })
    expect((await kept())?.events).toBe(published)
  } finally {
    await renewing?.dispose()
    signing.dispose()
    await turn
    await (engine as Engine | null)?.dispose()
  }
})
