/** `vigie card list`, as an administrator runs it, with SoftHSM2. */
import { X509Certificate } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createAuthority } from '../../../main/exercise/authority.ts'
import { cardModule, startReader, type CardReader } from '../../platform/card.ts'
import { vigieIn } from '../../platform/run-command.ts'

let reader: CardReader
let serial: string
let fingerprint: string

const vigie = vigieIn(() => ({ ...reader.env, LANG: 'en' }))

beforeAll(async () => {
  reader = await startReader()
  const authority = await createAuthority('Card test', Date.now())
  const wall = await authority.issueClient([['CN', 'wall-01']])
  serial = await reader.addCard('Officier', '123456', [{ ...wall, label: 'wall' }])
  fingerprint = new X509Certificate(wall.certificate).fingerprint256.replaceAll(':', '').toLowerCase()
})
afterAll(() => reader.dispose())

it('lists what is in the readers, for people and for machines, without a PIN', async () => {
  const words = await vigie('card', 'list', '--module', cardModule)
  expect(words).toMatchObject({ code: 0, stderr: '' })
  for (const told of ['Officier', serial, 'all', 'CN=wall-01', fingerprint])
    expect(words.stdout).toContain(told)
  const policy = join(reader.folder, 'policy.yaml')
  await writeFile(
    policy,
    [
      // for several nodes: its name comes from elsewhere
      ...['for: [n, m]', 'organisation: o', 'wall: w', 'timeZone: Europe/Paris', 'scheme: default'],
      ...['contentProtection: false', 'screens: []', 'desk: { ceiling: np }'],
      'others: { scene: situation, ceiling: np, distance: 5, diagonal: 55 }',
      `card: { module: ${cardModule} }`,
    ].join('\n'),
    { mode: 0o600 },
  )
  const json = await vigie('card', 'list', '--json', '--policy', policy)
  expect(json).toMatchObject({ code: 0, stderr: '' })
  expect(JSON.parse(json.stdout)).toMatchObject([
    { serial, label: 'Officier', tries: 'all', certificates: [{ fingerprint, label: 'wall' }] },
  ])
})

it('says in one line what is wrong with the driver, and in words that none is named', async () => {
  const none = await vigie('card', 'list', '--module', '/usr/lib/none.so')
  expect(none.code).toBe(1)
  expect(none.stderr.trim().split('\n')).toHaveLength(1)
  expect(none.stderr).toContain('/usr/lib/none.so')
  expect((await vigie('card', 'list')).code).toBe(2)
})
