/** Signing in: each cause has its own words and the next step, and none of them ends the app. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test, type Page } from '@playwright/test'
import { startVirtualScreens, type VirtualScreens } from '../../build/virtual-screens.mjs'
import words from '../../resources/translations/fr.json' with { type: 'json' }
import { createAuthority } from '../../main/exercise/authority.ts'
import type { ProblemCode } from '../../preload/contract/result.ts'
import type { Platform } from '../platform/platform.ts'
import { linkOf, signIn, startStage } from './node.ts'
import { startVigie, until } from './vigie.ts'

let platform: Platform
let screens: VirtualScreens
let profile: string
let folder: string

test.describe.configure({ mode: 'serial' })

test.beforeAll(async () => {
  screens = await startVirtualScreens({ screens: 2 })
  folder = await mkdtemp(join(tmpdir(), 'vigie-identity-'))
  profile = join(folder, 'profile')
  platform = await startStage()
})
test.afterAll(async () => {
  await platform?.dispose()
  await screens?.dispose()
  await rm(folder, { recursive: true, force: true })
})

const keep = async (name: string, content: string): Promise<string> => {
  const file = join(folder, name)
  await writeFile(file, content, { mode: 0o600 })
  return file
}
const year = 365 * 86_400_000

const textOf = (page: Page) => page.locator('body').innerText()
const holds = (text: string, pieces: readonly string[]) => pieces.every((piece) => text.includes(piece))

/** Starts with these options, and sees the cause on the wall, at the desk and on the terminal. */
async function sees(
  args: readonly string[],
  code: ProblemCode,
  picture: 'last' | 'none',
  place = profile,
): Promise<void> {
  const vigie = await startVigie({ walls: 1, screens, profile: place, args: [...args, '--lang', 'fr'] })
  try {
    const [wall] = await vigie.walls()
    if (wall === undefined) throw new Error('there is no wall')
    await until(`${code} on the terminal`, () => (vigie.said().includes(`[${code}`) ? true : undefined))
    const cause = words[`problem.${code}.cause`].split('{subject}')
    // where waiting helps, the wall says when it tries again instead of why
    const onWall = code === 'platform.unreachable' ? [words['connection.retrying']] : cause
    await expect.poll(async () => holds(await textOf(wall), onWall)).toBe(true)
    const desk = await vigie.desk()
    await expect
      .poll(async () => holds(await textOf(desk), [...cause, words[`problem.${code}.next`]]))
      .toBe(true)
    if (picture === 'last') await expect(wall.getByText('Colis suspect').first()).toBeVisible()
    else expect(await textOf(wall)).not.toContain('Colis suspect')
    expect(await linkOf(wall)).not.toBe('live')
    expect(vigie.process.exitCode).toBeNull()
    expect(vigie.said()).not.toContain(platform.wall.passphrase)
  } finally {
    await vigie.dispose()
  }
}

test('a good certificate signs in', async () => {
  const vigie = await startVigie({ walls: 1, screens, profile, args: signIn(platform) })
  const [wall] = await vigie.walls()
  if (wall === undefined) throw new Error('there is no wall')
  await expect(wall.getByText('Colis suspect').first()).toBeVisible()
  await vigie.dispose()
})

test('a wrong passphrase is said so', async () => {
  const passphraseFile = await keep('wrong.txt', 'something else\n')
  await sees(signIn(platform, { passphraseFile }), 'identity.passphrase-wrong', 'none')
})

test('a file that is no certificate is said so', async () => {
  const identity = await keep('text.p12', 'hello')
  await sees(signIn(platform, { identity }), 'identity.file-unreadable', 'none')
})

test('an authority’s file that can’t be read is said so, and the last picture is there', async () => {
  const ca = await keep('empty.pem', '')
  await sees(signIn(platform, { ca }), 'authority.file-unreadable', 'last')
})

test('a platform of another authority is not trusted', async () => {
  const other = await createAuthority('Another authority', Date.now())
  const ca = await keep('other.pem', other.certificate)
  await sees(signIn(platform, { ca }), 'platform.authority-unknown', 'last')
})

test('a platform that speaks before TLS is not listened to where it was to begin with TLS', async () => {
  await sees([...signIn(platform), '--tls-first'], 'platform.not-tls-first', 'last')
})

test('a vault that somebody changed, or that is not signed, opens nothing', async () => {
  const file = join(profile, 'vault.json')
  const good = await readFile(file, 'utf8')
  const vault = JSON.parse(good) as { generation: number; slots: Record<string, unknown>[] }
  try {
    await writeFile(file, JSON.stringify({ ...vault, generation: vault.generation + 1 }))
    await sees(signIn(platform), 'cache.vault-forged', 'none')
    const slots = vault.slots.map(({ kind, algorithm, publicKey, wrapped }) => ({
      ...{ kind, algorithm, publicKey, wrapped },
    }))
    await writeFile(file, JSON.stringify({ version: 1, slots }))
    await sees(signIn(platform), 'cache.vault-unsigned', 'none')
  } finally {
    await writeFile(file, good)
  }
})

test('a platform whose certificate is for another name is not trusted', async () => {
  const elsewhere = await startStage({ hosts: ['bus.example'], authority: platform.authority })
  await sees(signIn(platform, { port: elsewhere.port }), 'platform.host-name-mismatch', 'last')
  await elsewhere.dispose()
})

test('a platform whose certificate has expired is not trusted', async () => {
  const now = Date.now()
  const elsewhere = await startStage({
    serverValidity: { from: new Date(now - 2 * year), to: new Date(now - year) },
    authority: platform.authority,
  })
  await sees(signIn(platform, { port: elsewhere.port }), 'platform.certificate-expired', 'last')
  await elsewhere.dispose()
})

test('an own certificate that has expired, or is not valid yet, is said so', async () => {
  const now = Date.now()
  const cases = [
    ['identity.expired', -2 * year, -year],
    ['identity.not-yet-valid', year, 2 * year],
  ] as const
  for (const [code, from, to] of cases) {
    const { identityFile: identity, passphraseFile } = await platform.issue([['CN', 'wall-01']], {
      from: new Date(now + from),
      to: new Date(now + to),
    })
    await sees(signIn(platform, { identity, passphraseFile }), code, 'none', join(folder, code))
  }
})

test('a certificate that the platform does not know is refused in words', async () => {
  const stranger = await platform.issue([['CN', 'stranger']])
  await sees(
    signIn(platform, { identity: stranger.identityFile, passphraseFile: stranger.passphraseFile }),
    'platform.refused-us',
    'none',
    join(folder, 'stranger'),
  )
})

test('another’s certificate does not open this node’s cache', async () => {
  const other = await platform.issue([['CN', 'other']])
  await sees(
    signIn(platform, { identity: other.identityFile, passphraseFile: other.passphraseFile }),
    'cache.key-refused',
    'none',
  )
})

test('a platform that is away is waited for, with the last picture on the wall', async () => {
  await platform.stop()
  await sees(signIn(platform), 'platform.unreachable', 'last')
})
