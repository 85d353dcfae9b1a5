import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { keepAsking } from '../../../../../../main/engine/intake/nats/keep-asking.ts'
import { anAccount, noLeader } from '../../../../../doubles/account.ts'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

const askedFor = async (answers: readonly (Error | null)[]) => {
  const account = anAccount(answers)
  const ended = keepAsking(account.manager, account.connection)
  await vi.advanceTimersByTimeAsync(120_000)
  return { ...account, ended }
}

it('a leader that is being chosen costs nobody the connection', async () => {
  const { connection, ended, asked } = await askedFor([null, noLeader(), null, null, noLeader(), null])
  expect(asked()).toBeGreaterThan(6)
  expect(connection.isClosed()).toBe(false)
  expect(ended()).toBeNull()
})

it('one that is still not there when it is asked again does, and it is said for what', async () => {
  const why = noLeader()
  const { connection, ended, asked } = await askedFor([null, noLeader(), why])
  expect(asked()).toBe(3)
  expect(connection.isClosed()).toBe(true)
  expect(ended()).toBe(why)
})
