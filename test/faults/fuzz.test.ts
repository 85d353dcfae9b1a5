/** The fuzzer's short form: every kind of hostile input against the running app, the same each time. */
import { expect, test } from '@playwright/test'
import { fuzz, kindsOfInput } from '../fuzz/fuzz.ts'

test('hostile inputs of every kind end nothing, run nothing and leave nothing; good messages beside them arrive', async ({}, info) => {
  test.setTimeout(600_000)
  const { found, tries } = await fuzz({
    seed: 1,
    rounds: 1,
    seconds: 600,
    from: 0,
    kinds: kindsOfInput,
    starts: 1,
    say: (line) => void process.stderr.write(`${line}\n`),
    results: info.outputPath('found'),
    narrowed: false,
  })
  expect(found).toEqual([])
  expect(tries).toBe(401)
})
