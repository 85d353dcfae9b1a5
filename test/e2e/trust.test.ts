/** The app and its trust in the platform: a list out of date is a warning, and who is revoked is told so. */
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import { startVirtualScreens } from '../../build/virtual-screens.mjs'
import words from '../../resources/translations/fr.json' with { type: 'json' }
import { authorityOf, keepRegister, make } from '../platform/certificates.ts'
import { linkOf, signIn, startStage } from './node.ts'
import { startVigie } from './vigie.ts'

test('a list out of date is a warning, a platform that takes us back no more and a revoked certificate are said', async () => {
  const root = make({ name: 'Root', by: null, authority: true })
  const authority = authorityOf(root)
  const register = await keepRegister(root)
  const platform = await startStage({ authority })
  const screens = await startVirtualScreens({ screens: 2 })
  const list = join(platform.directory, 'root.crl')
  const policy = join(platform.directory, 'policy.yaml')
  await writeFile(policy, `${await readFile('resources/policy.yaml', 'utf8')}\ntrust: { crl: [${list}] }\n`)
  const profile = join(platform.directory, 'profile')
  const args = [...signIn(platform), '--policy', policy, '--lang', 'fr']
  const start = async () => {
    const vigie = await startVigie({ walls: 1, screens, profile, args })
    const [wall] = await vigie.walls()
    if (wall === undefined) throw new Error('there is no wall')
    return { vigie, wall, desk: await vigie.desk() }
  }
  const about = (key: keyof typeof words, subject: string) => words[key].replace('{subject}', subject)
  const server = `localhost:${platform.port}`
  try {
    await writeFile(list, await register.list({ number: 7, days: [-2, -0.5] }))
    const first = await start()
    try {
      await expect(first.wall.getByText('Colis suspect').first()).toBeVisible()
      const body = first.desk.locator('body')
      await expect(body).toContainText(about('problem.crl.stale.cause', list))
      await expect(body).toContainText('Liste de révocation nº 7 périmée')
      await expect(body).toContainText('TLSv1.3')
      // nothing of it is on the wall's picture
      await expect(first.wall.locator('body')).not.toContainText('révocation')

      await platform.forbid(platform.wall)
      await expect(body).toContainText(about('problem.platform.withdrew-us.cause', server))
      await platform.permit(platform.wall)
    } finally {
      await first.vigie.dispose()
    }

    const own = authority.issued.find(({ name }) => name === 'wall-01')
    if (own === undefined) throw new Error('the wall has no certificate')
    await register.revoke(own)
    await writeFile(list, await register.list({ number: 8 }))
    const second = await start()
    try {
      await expect(second.wall.getByText('Colis suspect').first()).toBeVisible()
      const body = second.desk.locator('body')
      await expect(body).toContainText(about('problem.identity.revoked.cause', platform.wall.identityFile))
      await expect(body).toContainText(words['problem.identity.revoked.next'])
      expect(await linkOf(second.wall)).not.toBe('live')
    } finally {
      await second.vigie.dispose()
    }
  } finally {
    await screens.dispose()
    await platform.dispose()
    await register.dispose()
  }
})
