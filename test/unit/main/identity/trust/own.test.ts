/** Our own certificate, and the authorities that we pin: what is wrong with them is said at sign-in, before a platform says no. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { toPkcs12 } from '../../../../../main/exercise/authority.ts'
import { keepSigningIn } from '../../../../../main/identity/sign-in.ts'
import { make, makeKey, type Made, type Wanted } from '../../../../platform/certificates.ts'

const key = makeKey()
const rootKey = makeKey()
const root = make({ name: 'Root', by: null, key: rootKey, authority: true })
let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vigie-own-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

/** What is said of them at sign-in; null: nothing, so that a platform is turned to. */
async function said(own: Made, pinned: string): Promise<string | null> {
  const identity = join(folder, 'own.p12')
  const authority = join(folder, 'ca.pem')
  const passphrase = join(folder, 'passphrase.txt')
  await writeFile(identity, toPkcs12({ ...own, user: '' }, 'secret'), { mode: 0o600 })
  await writeFile(passphrase, 'secret', { mode: 0o600 })
  await writeFile(authority, pinned)
  const files = { identity, passphrase: { from: 'file', file: passphrase } as const, authority }
  const signing = await keepSigningIn({ files, now: Date.now, changed: () => undefined })
  const { problem } = signing.now()
  signing.dispose()
  return problem?.code ?? null
}
const wall = (wanted: Partial<Wanted> = {}): Made =>
  make({ name: 'wall-01', by: root, key, purposes: ['clientAuth'], hosts: null, ...wanted })

describe('our own certificate', () => {
  it.each<[string, () => Made, string | null]>([
    ['as it should be', () => wall(), null],
    ['that does not say what it is for', () => wall({ purposes: null }), null],
    ['for servers', () => wall({ purposes: ['serverAuth'] }), 'identity.usage'],
    ['with an RSA key of 1024 bits', () => wall({ key: makeKey(1024) }), 'identity.weak-key'],
    ['signed with SHA-1', () => wall({ hash: 'sha1' }), 'identity.weak-signature'],
    ['signed with MD5', () => wall({ hash: 'md5' }), 'identity.weak-signature'],
    [
      'with a serial number of 40 octets',
      () => wall({ serial: `40${'ab'.repeat(39)}` }),
      'identity.malformed',
    ],
    ['that has expired', () => wall({ days: [-9, -1] }), 'identity.expired'],
  ])('%s', async (_what, own, code) => {
    expect(await said(own(), root.certificate)).toBe(code)
  })
})

describe('the authorities that are pinned', () => {
  it('may be several, and one may be another’s', async () => {
    const between = make({ name: 'Between', by: root, key, authority: true })
    const other = make({ name: 'Other', by: null, key, authority: true })
    expect(
      await said(wall(), [between, root, other].map(({ certificate }) => certificate).join('')),
    ).toBeNull()
  })

  it('that are none, are weak or vouch for each other in a ring, are no authorities', async () => {
    const one = make({ name: 'One', by: null, key, authority: true })
    const other = make({ name: 'Other', by: one, key: rootKey, authority: true })
    const oneByOther = make({ name: 'One', by: other, key, authority: true })
    for (const [what, pinned] of [
      ['none', wall().certificate],
      ['weak', make({ name: 'Weak', by: null, key: makeKey(1024), authority: true }).certificate],
      ['a ring', other.certificate + oneByOther.certificate],
    ] as const)
      expect(await said(wall(), pinned), what).toBe('authority.unfit')
  })
})
