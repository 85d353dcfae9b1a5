/** The fuzzer's short form: every kind of hostile input against the running app, the same each time. */
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from '@playwright/test'
import { fuzz } from '../fuzz/fuzz.ts'
import { kindsOfInput } from '../fuzz/kinds.ts'

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))))

test('hostile inputs of every kind end nothing, run nothing and leave nothing; good messages beside them arrive', async () => {
  test.setTimeout(600_000)
  const { found, tries } = await fuzz({
    seed: 1,
    rounds: 1,
    seconds: 600,
    from: 0,
    kinds: kindsOfInput,
    say: (line) => void process.stderr.write(`${line}\n`),
    results: join(root, 'test-results/fuzz'),
    narrowed: false,
    stop: new AbortController().signal,
  })
  expect(found).toEqual([])
  // each kind's share, and as many as the contract has rows
  expect(tries).toBeGreaterThanOrEqual(400)
})
