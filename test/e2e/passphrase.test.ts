/** The passphrase: typed at the desk, handed over by systemd, or in a file of one's own; and never left anywhere. */
import { chmod, cp, mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { expect, test, type Page } from '@playwright/test'
import { startVirtualScreens, type VirtualScreens } from '../../build/virtual-screens.mjs'
import words from '../../resources/translations/fr.json' with { type: 'json' }
import type { Platform } from '../platform/platform.ts'
import { linkOf, signIn, startStage } from './node.ts'
import { askToRelease, releaseWith } from './releasing.ts'
import { runVigie } from './run-vigie.ts'
import { startVigie, type Vigie } from './vigie.ts'

let platform: Platform
let screens: VirtualScreens
let folder: string
let profile: string

test.describe.configure({ mode: 'serial' })

test.beforeAll(async () => {
  screens = await startVirtualScreens({ screens: 2 })
  folder = await mkdtemp(join(tmpdir(), 'vigie-passphrase-'))
  profile = join(folder, 'profile')
  platform = await startStage()
})
test.afterAll(async () => {
  await platform?.dispose()
  await screens?.dispose()
  await rm(folder, { recursive: true, force: true })
})

/** a platform and a certificate, and nothing that says its passphrase */
const withoutSource = () => {
  const args = signIn(platform)
  const at = args.indexOf('--passphrase-file')
  return [...args.slice(0, at), ...args.slice(at + 2), '--lang', 'fr']
}
const theWall = async (vigie: Vigie): Promise<Page> => {
  const [wall] = await vigie.walls()
  if (wall === undefined) throw new Error('there is no wall')
  return wall
}
const field = (desk: Page) => desk.getByLabel(words['desk.unlock.label'], { exact: true })

/** as it may stand on a disk: as text of either width, in hexadecimal, in base64 at each of its alignments */
function encodings(text: string): Map<string, string> {
  const bytes = Buffer.from(text)
  const aligned = [0, 1, 2].map((shift) => {
    const shifted = Buffer.concat([Buffer.alloc(shift), bytes]).toString('base64')
    // the characters at both ends hold bits of the neighbours
    return shifted.slice(Math.ceil((shift * 4) / 3), Math.floor(((shift + bytes.length) * 4) / 3))
  })
  return new Map([
    ['UTF-8', bytes.toString('latin1')],
    ['UTF-16', Buffer.from(text, 'utf16le').toString('latin1')],
    ['hexadecimal', bytes.toString('hex')],
    ['percent', encodeURIComponent(text)],
    ...aligned.map((part, at): [string, string] => [`base64 at ${at}`, part]),
  ])
}

async function leftIn(place: string, text: string): Promise<string[]> {
  const found: string[] = []
  let files = 0
  for (const entry of await readdir(place, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue
    files++
    const file = join(entry.parentPath, entry.name)
    const content = (await readFile(file)).toString('latin1')
    for (const [encoding, written] of encodings(text))
      if (content.includes(written) || content.toLowerCase().includes(written.toLowerCase()))
        found.push(`${file}: ${encoding}`)
  }
  expect(files).toBeGreaterThan(0)
  return found
}

test('is typed at the desk: a wrong one is said so, the right one opens the wall, and it is nowhere afterwards', async () => {
  const vigie = await startVigie({ walls: 1, screens, profile, args: withoutSource() })
  const wrong = 'Mauvaise phrase 42'
  try {
    const wall = await theWall(vigie)
    await expect(wall.locator('body')).toContainText(words['problem.identity.passphrase-wanted.cause'])
    await expect(wall.locator('body')).toContainText(words['problem.identity.passphrase-wanted.next'])
    const desk = await vigie.desk()
    await expect(field(desk)).toBeFocused()
    // closed with Escape, it is offered in a banner that the keyboard reaches
    await desk.keyboard.press('Escape')
    await expect(field(desk)).toHaveCount(0)
    await desk.getByRole('button', { name: words['desk.unlock.ask'] }).focus()
    await desk.keyboard.press('Enter')
    await expect(field(desk)).toBeFocused()

    await desk.keyboard.type(wrong)
    await desk.keyboard.press('Enter')
    const cause = words['problem.identity.passphrase-wrong.cause'].replace(
      '{subject}',
      basename(platform.wall.identityFile),
    )
    await expect(desk.getByRole('alert').filter({ hasText: cause })).toBeVisible()
    await expect(field(desk)).toHaveValue('')
    await expect(field(desk)).toBeFocused()
    expect(await wall.locator('body').innerText()).not.toContain('Colis suspect')
    expect(await linkOf(wall)).not.toBe('live')

    await desk.keyboard.type(platform.wall.passphrase)
    await desk.keyboard.press('Enter')
    await expect(wall.getByText('Colis suspect').first()).toBeVisible()
    await expect.poll(() => linkOf(wall)).toBe('live')
    await expect(field(desk)).toHaveCount(0)
    await expect(wall.locator('body')).not.toContainText(words['problem.identity.passphrase-wanted.cause'])

    // what it opened signs nothing by itself: it is typed once more
    await askToRelease(desk)
    const right = platform.wall.passphrase
    await releaseWith(desk, { wrong, right, refused: 'problem.identity.passphrase-wrong.cause' })

    for (const typed of [wrong, platform.wall.passphrase]) {
      expect(vigie.said()).not.toContain(typed)
      for (const page of [desk, wall]) {
        const state = await page.evaluate(async () => {
          const { desk, wall } = window.vigie as unknown as Record<string, { state?: () => Promise<unknown> }>
          return JSON.stringify([
            await (desk?.state ?? wall?.state)?.(),
            document.documentElement.outerHTML,
            [...document.querySelectorAll('input')].map(({ value }) => value),
            location.href,
          ])
        })
        expect(state.length).toBeGreaterThan(1000)
        expect(state).not.toContain(typed)
      }
      expect(await leftIn(profile, typed)).toEqual([])
    }
    expect(vigie.complaints).toEqual([])
  } finally {
    await vigie.dispose()
  }
  expect(await leftIn(profile, platform.wall.passphrase)).toEqual([])
})

test('that nobody knows, with a stolen profile and certificate, opens nothing', async () => {
  const stolen = join(folder, 'stolen')
  await cp(profile, stolen, { recursive: true })
  const vigie = await startVigie({ walls: 1, screens, profile: stolen, args: withoutSource() })
  try {
    const desk = await vigie.desk()
    const wall = await theWall(vigie)
    for (const guess of ['vigie', 'changeit']) {
      await expect(field(desk)).toBeFocused()
      await desk.keyboard.type(guess)
      await desk.keyboard.press('Enter')
      await expect(desk.getByRole('alert').filter({ hasText: words['desk.unlock.again'] })).toBeVisible()
    }
    for (const page of [desk, wall])
      expect(await page.evaluate(() => document.documentElement.innerHTML)).not.toContain('Colis suspect')
    expect(await linkOf(wall)).not.toBe('live')
  } finally {
    await vigie.dispose()
  }
})

test('in a file that others may read is refused, with the line that closes it; closed, it signs in unasked', async () => {
  const passphraseFile = join(folder, 'pass.txt')
  await writeFile(passphraseFile, platform.wall.passphrase)
  await chmod(passphraseFile, 0o644)
  const args = [...signIn(platform, { passphraseFile }), '--lang', 'fr']
  const vigie = await startVigie({ walls: 1, screens, profile, args })
  try {
    const wall = await theWall(vigie)
    const desk = await vigie.desk()
    const cause = words['problem.file.readable-by-others.cause'].replace('{subject}', passphraseFile)
    for (const page of [wall, desk]) await expect(page.locator('body')).toContainText(cause)
    await expect(desk.locator('body')).toContainText(`chmod 600 ${passphraseFile}`)
    expect(await wall.locator('body').innerText()).not.toContain('Colis suspect')
    await chmod(passphraseFile, 0o600)
    await expect(wall.getByText('Colis suspect').first()).toBeVisible()
  } finally {
    await vigie.dispose()
  }
})

test('handed over by systemd is used unasked', async () => {
  const credentials = join(folder, 'credentials')
  await mkdir(credentials, { mode: 0o700 })
  await writeFile(join(credentials, 'vigie-passphrase'), platform.wall.passphrase, { mode: 0o400 })
  const before = process.env['CREDENTIALS_DIRECTORY']
  process.env['CREDENTIALS_DIRECTORY'] = credentials
  try {
    const vigie = await startVigie({ walls: 1, screens, profile, args: withoutSource() })
    try {
      const wall = await theWall(vigie)
      await expect(wall.getByText('Colis suspect').first()).toBeVisible()
      await expect(field(await vigie.desk())).toHaveCount(0)
    } finally {
      await vigie.dispose()
    }
  } finally {
    if (before === undefined) delete process.env['CREDENTIALS_DIRECTORY']
    else process.env['CREDENTIALS_DIRECTORY'] = before
  }
})

test('that nobody is there to type ends a headless run with 1, in words', async () => {
  const { code, said } = await runVigie(screens, [
    ...withoutSource(),
    ...['--profile', join(folder, 'headless')],
    ...['--headless', '--screens', '1', '--for', '60', '--out', join(folder, 'out')],
  ])
  expect(code).toBe(1)
  expect(said).toContain('identity.passphrase-missing')
  expect(said).toContain('--passphrase-credential')
})
