/** Turns at a vault's file, with real files and processes: one at a time, and never nobody for ever. */
import { mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate as next } from 'node:timers/promises'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { inTurn } from '../../../../../main/identity/vault/in-turn.ts'
import { ok } from '../../../../../preload/contract/result.ts'

let profile: string
let lock: string
let boot: string

beforeEach(async () => {
  profile = await mkdtemp(join(tmpdir(), 'vigie-turn-'))
  lock = join(profile, 'vault.lock')
  boot = (await readFile('/proc/sys/kernel/random/boot_id', 'utf8')).trim()
})
afterEach(() => rm(profile, { recursive: true, force: true }))

const turn = () => inTurn(profile, () => Promise.resolve(ok('done')))
const old = () => utimes(lock, 1_000, 1_000)

it.each(['', 'rub', 'rub bish', `${'x'.repeat(36)} 1`])(
  'one that was cut off while it was made (“%s”) counts for nothing',
  async (text) => {
    await writeFile(lock, text)
    await old()
    expect(await turn()).toEqual(ok('done'))
    expect(await readdir(profile)).toEqual([])
  },
)

it('one whose process is no more counts for nothing, though another has its number now', async () => {
  await writeFile(lock, `${boot} ${process.pid} 1 one`)
  expect(await turn()).toEqual(ok('done'))
  expect(await readdir(profile)).toEqual([])
})

it('nor does one whose taking over was itself cut off', async () => {
  await writeFile(lock, `${boot} ${process.pid} 1 one`)
  await writeFile(`${lock}.over-one`, `${boot} ${process.pid} 2 two`)
  expect(await turn()).toEqual(ok('done'))
  expect(await readdir(profile)).toEqual([])
})

it('is whole wherever it is seen', async () => {
  const seen = await inTurn(profile, async () => ok(await readFile(lock, 'utf8')))
  expect(seen.ok && seen.value).toMatch(new RegExp(`^${boot} ${process.pid} \\d+ [0-9a-f-]{36}$`))
})

it('is one at a time, however many find one that was left at once', async () => {
  for (let round = 0; round < 20; round++) {
    await writeFile(lock, `${boot} ${process.pid} 1 round-${round}`)
    let inside = 0
    const most: number[] = []
    const one = () =>
      inTurn(profile, async () => {
        most.push(++inside)
        for (let wait = 0; wait < 5; wait++) await next()
        inside--
        return ok('done')
      })
    const all = await Promise.all(Array.from({ length: 6 }, one))
    expect(all).toEqual(Array.from({ length: 6 }, () => ok('done')))
    expect(most).toEqual([1, 1, 1, 1, 1, 1])
  }
})
