/** Whoever started Vigie ends, in whatever way: Vigie ends too, and nothing stays behind that draws on a wall. */
import { spawn } from 'node:child_process'
import { readFileSync, readdirSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import { startVirtualScreens, type VirtualScreens } from '../../build/virtual-screens.mjs'
import { until } from '../e2e/vigie.ts'

let folder: string
/** not the start's own, which end with it and take the app along */
let screens: VirtualScreens
test.beforeAll(async () => {
  screens = await startVirtualScreens({ screens: 2 })
})
test.afterAll(() => screens?.dispose())
test.beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vigie-parent-'))
})
test.afterEach(async () => {
  for (const { pid } of processes()) process.kill(pid, 'SIGKILL')
  await rm(folder, { recursive: true, force: true, maxRetries: 5 })
})

/** All that run on this test's own profile, npm aside; `title` is what they say that they are. */
const processes = (): { pid: number; title: string }[] =>
  readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name) || Number(name) === process.pid) return []
    try {
      const title = readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ')
      return title.includes(folder) ? [{ pid: Number(name), title }] : []
    } catch {
      // gone meanwhile
      return []
    }
  })

const begin = () =>
  spawn(
    'npm',
    [
      ...['start', '--', '--screens', '1', '--desk-display', '2', '--for', '300', '--rate', '50'],
      ...['--profile', join(folder, 'profile')],
    ],
    { stdio: 'ignore', env: { ...process.env, ...screens.env } },
  )

const isDrawing = () => processes().some(({ title }) => title.includes('--type=renderer')) || undefined

for (const signal of ['SIGTERM', 'SIGKILL'] as const)
  test(`npm that ends by ${signal} takes the app along`, async () => {
    const npm = begin()
    await until('a window', isDrawing)
    npm.kill(signal)
    await expect.poll(processes, { timeout: 30_000 }).toEqual([])
  })

test('a start that ends by SIGKILL takes the app along', async () => {
  begin()
  await until('a window', isDrawing)
  const start = processes().find(({ title }) => /^\S*node build\/start\.mjs/.test(title))
  expect(start).toBeDefined()
  process.kill(start?.pid ?? 0, 'SIGKILL')
  await expect.poll(processes, { timeout: 30_000 }).toEqual([])
})
