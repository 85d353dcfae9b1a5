/** A card in place of a file, for what opens what this node keeps; with SoftHSM2. */
import { X509Certificate } from 'node:crypto'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { findCommand } from '../../../../main/commands/commands.ts'
import { createAuthority } from '../../../../main/exercise/authority.ts'
import { verifyPdf } from '../../../../main/report/verify.ts'
import { marked } from '../../../../preload/contract/report.ts'
import { draftedOf } from '../../../doubles/report.ts'
import { cardModule, startReader, type CardReader } from '../../../platform/card.ts'
import { openCacheAs, type Keys } from '../../../platform/unlocked.ts'

const pin = '48151623'
let folder: string
let profile: string
let reader: CardReader
let wall: Keys
let admin: Keys
/** PEM */
let issuer: string

async function vigie(...typed: string[]) {
  const found = findCommand(typed)
  if (found === null) throw new Error(`there is no command ${typed.join(' ')}`)
  const said: string[] = []
  const answer = await found.command.run(found.rest, (line) => said.push(line))
  const text = answer.ok
    ? typeof answer.value === 'string'
      ? answer.value
      : answer.value.text
    : answer.error.message
  return { code: answer.ok ? 'ok' : answer.error.code, text: [...said, text].join('\n') }
}
const digits = ({ certificate }: Keys) => new X509Certificate(certificate).fingerprint256.slice(0, 23)
const byCard = (keys: Keys, typed = 'pin') => [
  ...['--profile', profile, '--card', '--card-module', cardModule],
  ...['--card-certificate', digits(keys), '--pin-file', join(folder, typed)],
]

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vigie-card-signer-'))
  profile = join(folder, 'node')
  reader = await startReader()
  vi.stubEnv('SOFTHSM2_CONF', reader.env.SOFTHSM2_CONF)
  const authority = await createAuthority('Test', Date.now())
  issuer = authority.certificate
  wall = await authority.issueClient([['CN', 'wall']])
  admin = await authority.issueClient([['CN', 'admin']])
  await reader.addCard('Mur', pin, [{ ...wall, label: 'wall' }])
  await reader.addCard('Administration', pin, [{ ...admin, label: 'admin' }])
  await writeFile(join(folder, 'admin.pem'), admin.certificate)
  await writeFile(join(folder, 'pin'), `${pin}\n`, { mode: 0o600 })
  await writeFile(join(folder, 'wrong'), '0000', { mode: 0o600 })
  const cache = await openCacheAs(wall, profile)
  if (!cache.ok) throw new Error(cache.error.message)
  await cache.value.close()
})
afterAll(async () => {
  vi.unstubAllEnvs()
  await reader.dispose()
  await rm(folder, { recursive: true, force: true })
})

it('gives an administrator a slot, who says with their own card that the vault is theirs', async () => {
  const added = await vigie(
    ...['vault', 'add', '--certificate', join(folder, 'admin.pem'), '--kind', 'card', ...byCard(wall)],
  )
  expect(added).toMatchObject({ code: 'ok' })
  expect(await vigie('cache', 'sign', ...byCard(admin))).toMatchObject({ code: 'ok' })
  const slots = await vigie('vault', 'slots', '--json', ...byCard(admin))
  expect(JSON.parse(slots.text)).toMatchObject({
    slots: [
      { name: 'CN=wall', used: false },
      { kind: 'card', name: 'CN=admin', proven: true, used: true },
    ],
  })
  expect(await vigie('cache', 'stats', ...byCard(admin))).toMatchObject({ code: 'ok' })
})

it('with a wrong PIN opens nothing, and with no certificate named tries none', async () => {
  const wrong = await vigie('vault', 'slots', ...byCard(wall, 'wrong'))
  expect(wrong).toMatchObject({ code: 'card.pin-wrong' })
  const two = ['--profile', profile, '--card', '--card-module', cardModule]
  const unsaid = await vigie('vault', 'slots', ...two, '--pin-file', join(folder, 'pin'))
  expect(unsaid).toMatchObject({ code: 'command.invalid', text: expect.stringContaining('CN=admin') })
  // without a terminal nobody types it
  expect(await vigie('vault', 'slots', ...two, '--card-certificate', digits(wall))).toMatchObject({
    code: 'identity.passphrase-missing',
  })
})

it('signs a synthesis, which is verified by the card’s certificate', async () => {
  const { synthesis } = draftedOf()
  const nothing = {
    brief: [],
    domains: [],
    figures: [],
    resources: [],
    engaged: [],
    decisions: [],
    outlook: [],
  }
  const empty = { ...synthesis, ...nothing, events: { shown: [], of: 0 }, feeds: [], sources: [] }
  await writeFile(join(folder, 'draft.json'), JSON.stringify(marked(empty)))
  const out = join(folder, 'SYN.pdf')
  const asked = ['report', 'release', '--draft', join(folder, 'draft.json'), '--out', out]
  expect(await vigie(...asked, ...byCard(wall, 'wrong'))).toMatchObject({ code: 'card.pin-wrong' })
  expect(await vigie(...asked, ...byCard(wall))).toMatchObject({
    code: 'ok',
    text: expect.stringContaining('SYN-001'),
  })
  const verdict = await verifyPdf(await readFile(out), [issuer], null, Date.now())
  expect(verdict).toMatchObject({ wrong: null, signer: 'CN=wall' })
})

it('of which no try is left asks for no PIN', async () => {
  await reader.lock('Mur')
  expect(await vigie('vault', 'slots', ...byCard(wall))).toMatchObject({ code: 'card.locked' })
})

it.each([
  ['a file beside it', ['--card', '--identity', 'x.p12']],
  ['a PIN without it', ['--pin-file', 'x']],
  ['two PINs', ['--card', '--pin-file', 'x', '--pin-credential', 'y']],
  ['no driver', ['--card']],
])('refuses %s', async (_, typed) => {
  expect(await vigie('vault', 'slots', '--profile', profile, ...typed)).toMatchObject({
    code: 'command.invalid',
  })
})
