/** `vigie health`, as an administrator and a monitoring system ask it. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createAuthority } from '../../../main/exercise/authority.ts'
import { vigie } from '../../platform/run-command.ts'

let profile: string
beforeAll(async () => {
  profile = await mkdtemp(join(tmpdir(), 'vigie-health-'))
})
afterAll(() => rm(profile, { recursive: true, force: true }))

const day = 86_400_000
/** An authority, which stands for ten years, that ends in so many days, as a file. */
async function endsIn(days: number): Promise<string> {
  const { certificate } = await createAuthority('AC Postes', Date.now() + (days - 3650) * day)
  const file = join(profile, `ca-${days}.pem`)
  await writeFile(file, certificate, { mode: 0o600 })
  return file
}
interface Said {
  id: string
  state: string
  value: unknown
}

it('says what it finds, and that all is well where nothing is bad', async () => {
  const { code, stdout, stderr } = await vigie(
    'health',
    '--json',
    '--profile',
    profile,
    '--ca',
    await endsIn(300),
  )
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  const rows = JSON.parse(stdout) as Said[]
  expect(rows.find(({ id }) => id === 'authority')).toMatchObject({ state: 'good', value: 300 })
  expect(rows.find(({ id }) => id === 'slots')).toMatchObject({ state: 'unknown', value: null })
  expect(rows.find(({ id }) => id === 'versions')?.value).toMatch(/^\d+\.\d+/)
})

it('ends with 1 where something is bad, in a table for people', async () => {
  const { code, stdout } = await vigie('health', '--profile', profile, '--ca', await endsIn(5))
  expect(code).toBe(1)
  expect(stdout).toMatch(/^bad +authority +5 d +.*AC Postes/m)
})

it('refuses in one line what can’t be read', async () => {
  const { code, stderr } = await vigie('health', '--profile', profile, '--ca', join(profile, 'nothing.pem'))
  expect(code).toBe(1)
  expect(stderr.trim().split('\n')).toHaveLength(1)
})
