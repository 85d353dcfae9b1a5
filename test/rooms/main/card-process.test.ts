/** The card's process under plain Node, with a real module: SoftHSM2. */
import { constants, verify } from 'node:crypto'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { keepCards, type CardProcess } from '../../../main/card-process.ts'
import { forkWithNode, type ChildProcess } from '../../../main/child-process.ts'
import { createAuthority } from '../../../main/exercise/authority.ts'
import { program } from '../../platform/built.ts'
import { cardModule, startReader, type CardReader } from '../../platform/card.ts'

const bytes = (text: string) => new TextEncoder().encode(text)
const authority = await createAuthority('Card test', Date.now())
const wall = await authority.issueClient([['CN', 'wall-01']])

let reader: CardReader
let cards: CardProcess
let child: ChildProcess
let removals = 0
const confBefore = process.env['SOFTHSM2_CONF']

beforeEach(async () => {
  reader = await startReader()
  Object.assign(process.env, reader.env)
  await reader.addCard('one', '123456', [{ ...wall, label: 'wall' }])
  removals = 0
  cards = keepCards({
    fork: () => (child = forkWithNode(program('card'))),
    module: cardModule,
    removed: () => removals++,
  })
})
afterEach(async () => {
  await cards.dispose()
  await reader.dispose()
  if (confBefore === undefined) delete process.env['SOFTHSM2_CONF']
  else process.env['SOFTHSM2_CONF'] = confBefore
})

const theOnly = async () => {
  const listed = await cards.list()
  if (!listed.ok) throw new Error(listed.error.message)
  return listed.value[0]!.certificates[0]!
}

it('signs on the card once the PIN was right, and tells of a wrong one', async () => {
  const certificate = await theOnly()
  const wrong = bytes('000000')
  expect(await cards.logIn(certificate.card, wrong)).toMatchObject({
    ok: false,
    error: { code: 'card.pin-wrong' },
  })
  expect(wrong.every((byte) => byte === 0)).toBe(true)
  expect(await cards.sign(certificate, bytes('data'))).toMatchObject({
    ok: false,
    error: { code: 'card.removed' },
  })
  expect(await cards.logIn(certificate.card, bytes('123456'))).toEqual({ ok: true, value: undefined })
  const signed = await cards.sign(certificate, bytes('data'))
  if (!signed.ok) throw new Error(signed.error.message)
  const how = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 }
  expect(verify('sha256', bytes('data'), { key: certificate.certificate, ...how }, signed.value)).toBe(true)
})

it('tells once that the card was pulled; put back, nobody is let in without the PIN', async () => {
  const certificate = await theOnly()
  await cards.logIn(certificate.card, bytes('123456'))
  await reader.pull()
  await vi.waitFor(() => expect(removals).toBe(1), 10_000)
  await reader.putBack()
  expect(await theOnly()).toEqual(certificate)
  expect(await cards.sign(certificate, bytes('data'))).toMatchObject({
    ok: false,
    error: { code: 'card.removed' },
  })
  expect((await cards.logIn(certificate.card, bytes('123456'))).ok).toBe(true)
  expect(removals).toBe(1)
})

it('a driver that ends takes the card with it, and another begins with the next question', async () => {
  const certificate = await theOnly()
  await cards.logIn(certificate.card, bytes('123456'))
  child.kill()
  await vi.waitFor(() => expect(removals).toBe(1), 10_000)
  expect(await theOnly()).toEqual(certificate)
})

it('a driver that is not there is said so, with each question', async () => {
  const none = keepCards({
    fork: () => forkWithNode(program('card')),
    module: '/usr/lib/softhsm/none.so',
    removed: () => undefined,
  })
  for (let twice = 0; twice < 2; twice++)
    expect(await none.list()).toMatchObject({ ok: false, error: { code: 'card.module-unreadable' } })
  await none.dispose()
})
