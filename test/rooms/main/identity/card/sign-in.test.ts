/** Signing in with a card, as the desk is told of it: SoftHSM2 is the card, its driver in this process. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { createAuthority, validityAround } from '../../../../../main/exercise/authority.ts'
import { openModule, type CardModule } from '../../../../../main/identity/card/module.ts'
import {
  keepCardSignIn,
  type CardSigningIn,
  type CardSignIn,
} from '../../../../../main/identity/card/sign-in.ts'
import { Secret } from '../../../../../main/identity/secret.ts'
import { cardModule, startReader, type CardReader } from '../../../../platform/card.ts'
import { make, makeKey } from '../../../../platform/certificates.ts'

const pin = '4815162342'
const now = Date.now()
/** that the node has, ms since 1970 */
let clock = now
const authority = await createAuthority('Card test', now)
const wall = await authority.issueClient([['CN', 'wall-01']])
const other = await authority.issueClient([['CN', 'wall-02']])
const past = validityAround(now - 90 * 86_400_000)
const ended = await authority.issueClient([['CN', 'wall-03']], past)

let folder: string
let reader: CardReader
let module: CardModule
let signing: CardSigningIn
let told: CardSignIn[]
let entered: string[]
let refused: string[]
/** of each change, whether what runs starts again */
let anew: boolean[]
const confBefore = process.env['SOFTHSM2_CONF']

beforeEach(async () => {
  clock = now
  folder = await mkdtemp(join(tmpdir(), 'vigie-sign-in-'))
  await writeFile(join(folder, 'ca.pem'), authority.certificate, { mode: 0o600 })
  reader = await startReader()
  Object.assign(process.env, reader.env)
  const opened = await openModule(cardModule)
  if (!opened.ok) throw new Error(opened.error.message)
  module = opened.value
})
afterEach(async () => {
  await signing.dispose()
  module.close()
  await reader.dispose()
  await rm(folder, { recursive: true, force: true })
  if (confBefore === undefined) delete process.env['SOFTHSM2_CONF']
  else process.env['SOFTHSM2_CONF'] = confBefore
})

async function begin(certificate: string | null = null): Promise<void> {
  told = []
  entered = []
  refused = []
  anew = []
  signing = await keepCardSignIn({
    cards: module,
    authorityFile: join(folder, 'ca.pem'),
    certificate,
    now: () => clock,
    changed(signedIn, isAnew) {
      told.push(signedIn)
      anew.push(isAnew)
    },
    refused: ({ code }, on) => void refused.push(`${code} ${on.subject}`),
    entered: (typed, card) => void entered.push(`${card.label} ${typed.reveal()}`),
    every: 20,
  })
}
const last = () => signing.now()
const choices = () => last().wanted?.choices ?? []

it('waits for a card, asks for its PIN, says what a wrong one leaves, and is in with the right one', async () => {
  await begin()
  expect(last()).toMatchObject({ opened: null, problem: { code: 'card.wanted' }, wanted: { choices: [] } })
  await reader.addCard('Chef', pin, [{ ...wall, label: 'wall' }])
  await vi.waitFor(() => expect(choices()).toHaveLength(1), 20_000)
  expect(last().problem?.code).toBe('card.pin-wanted')
  expect(choices()).toMatchObject([{ subject: 'CN=wall-01', card: 'Chef', tries: 'all' }])

  expect(await signing.unlock(new Secret('1234'), null)).toMatchObject({ ok: false })
  expect(last().wanted).toMatchObject({ choices: [{ tries: 'few' }], refused: { code: 'card.pin-wrong' } })
  expect(entered).toEqual([])
  // each is told, though nothing else is another
  expect(await signing.unlock(new Secret('1234'), null)).toMatchObject({ ok: false })
  expect(refused).toEqual(['card.pin-wrong CN=wall-01', 'card.pin-wrong CN=wall-01'])

  expect((await signing.unlock(new Secret(pin), null)).ok).toBe(true)
  expect(last()).toMatchObject({
    opened: { facts: { subject: 'CN=wall-01' }, on: { label: 'wall' } },
    problem: null,
    wanted: null,
  })
  expect(entered).toEqual([`Chef ${pin}`])
  // nobody is asked twice
  expect(await signing.unlock(new Secret(pin), null)).toMatchObject({
    ok: false,
    error: { code: 'ipc.refused' },
  })
  expect(JSON.stringify(told)).not.toContain(pin)
})

it('of two certificates on a card and of two cards, nobody but a person chooses', async () => {
  await reader.addCard('one', pin, [
    { ...wall, label: 'wall' },
    { ...other, label: 'other' },
  ])
  await reader.addCard('two', '87654321', [{ ...ended, label: 'old' }])
  await begin()
  expect(
    choices()
      .map(({ subject }) => subject)
      .sort(),
  ).toEqual(['CN=wall-01', 'CN=wall-02', 'CN=wall-03'])
  expect(await signing.unlock(new Secret(pin), null)).toMatchObject({
    ok: false,
    error: { code: 'card.certificate-unknown' },
  })
  // a choice that is not among them costs no try
  expect((await signing.unlock(new Secret(pin), 'f'.repeat(64))).ok).toBe(false)
  expect(choices().every(({ tries }) => tries === 'all')).toBe(true)
  const second = choices().find(({ subject }) => subject === 'CN=wall-02')!
  expect((await signing.unlock(new Secret(pin), second.fingerprint)).ok).toBe(true)
  expect(last().opened?.facts.subject).toBe('CN=wall-02')
})

it('an option names the only one; a card without it is said so', async () => {
  await reader.addCard('one', pin, [{ ...wall, label: 'wall' }])
  await begin('00:11:22:33')
  expect(last().problem).toMatchObject({ code: 'card.certificate-unknown', subject: '00112233' })
  await signing.dispose()
  await reader.addCard('two', pin, [{ ...other, label: 'other' }])
  await begin()
  const { fingerprint } = choices().find(({ subject }) => subject === 'CN=wall-02')!
  await signing.dispose()
  await begin(fingerprint.slice(0, 10).toUpperCase())
  expect(choices().map(({ subject }) => subject)).toEqual(['CN=wall-02'])
  expect((await signing.unlock(new Secret(pin), null)).ok).toBe(true)
})

it('a locked card is said to be one, and no PIN is tried', async () => {
  await reader.addCard('one', pin, [{ ...wall, label: 'wall' }])
  await reader.lock('one')
  await begin()
  expect(choices()).toMatchObject([{ tries: 'none' }])
  expect(await signing.unlock(new Secret(pin), null)).toMatchObject({
    ok: false,
    error: { code: 'card.locked' },
  })
  expect(last().wanted?.refused?.code).toBe('card.locked')
})

it('two cards of one name: no PIN goes anywhere, as TLS could give it to the wrong one', async () => {
  await reader.addCard('one', pin, [{ ...wall, label: 'wall' }])
  await reader.pull()
  await reader.addCard('one', '87654321', [{ ...other, label: 'other' }])
  await reader.putBack()
  await begin()
  const first = choices().find(({ subject }) => subject === 'CN=wall-01')!
  expect(await signing.unlock(new Secret(pin), first.fingerprint)).toMatchObject({
    ok: false,
    error: { code: 'card.failed' },
  })
  expect(choices().every(({ tries }) => tries === 'all')).toBe(true)
})

it('an expired certificate opens what the node kept, and signs in nowhere', async () => {
  await reader.addCard('one', pin, [{ ...ended, label: 'old' }])
  await begin()
  expect((await signing.unlock(new Secret(pin), null)).ok).toBe(true)
  expect(last()).toMatchObject({ opened: { on: { label: 'old' } }, problem: { code: 'identity.expired' } })
})

it('pulled, nobody is in any more; put back, the PIN is asked for again', async () => {
  await reader.addCard('one', pin, [{ ...wall, label: 'wall' }])
  await begin()
  await signing.unlock(new Secret(pin), null)
  await reader.pull()
  expect(module.present()).toBe(false)
  signing.removed()
  expect(last()).toMatchObject({ opened: null, problem: { code: 'card.removed' } })
  await reader.putBack()
  await vi.waitFor(() => expect(choices()).toHaveLength(1), 20_000)
  expect(last().opened).toBeNull()
  expect((await signing.unlock(new Secret(pin), null)).ok).toBe(true)
  expect(told.map(({ opened }) => opened !== null)).toContain(false)
})

it('is held to what a certificate in a file is: one for servers opens, and signs in nowhere', async () => {
  const key = makeKey()
  const root = make({ name: 'Root', by: null, key: makeKey(), authority: true })
  const own = make({ name: 'wall-04', by: root, key, purposes: ['serverAuth'], hosts: null })
  await reader.addCard('one', pin, [{ ...own, label: 'wall' }])
  await begin()
  expect((await signing.unlock(new Secret(pin), null)).ok).toBe(true)
  expect(last()).toMatchObject({ opened: { on: { label: 'wall' } }, problem: { code: 'identity.usage' } })
})

it('its last day ends the session, and another authority begins another, without a restart', async () => {
  await reader.addCard('one', pin, [{ ...wall, label: 'wall' }])
  await begin()
  await signing.unlock(new Secret(pin), null)
  const { authority: first } = last()
  const file = join(folder, 'ca.pem')

  await writeFile(file, 'nothing', { mode: 0o600 })
  await vi.waitFor(() =>
    expect(last().change).toMatchObject({ code: 'identity.change-refused', subject: file }),
  )
  expect(last()).toMatchObject({ authority: first, problem: null })
  expect(anew.at(-1)).toBe(false)

  await writeFile(file, (await createAuthority('Another', now)).certificate, { mode: 0o600 })
  await vi.waitFor(() => expect(last()).not.toMatchObject({ authority: first }))
  expect(last()).toMatchObject({ opened: { on: { label: 'wall' } }, problem: null, change: null })
  expect(anew.at(-1)).toBe(true)

  clock = now + 31 * 86_400_000
  await vi.waitFor(() => expect(last().problem?.code).toBe('identity.expired'))
  expect(last().opened).not.toBeNull()
  expect(anew.at(-1)).toBe(true)
})
