/** What a run leaves behind on the disk: for its owner alone, and of a real platform no picture without leave. */
import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import { startVirtualScreens, type VirtualScreens } from '../../build/virtual-screens.mjs'
import { signPolicyIn } from '../platform/policy-authority.ts'
import type { Platform } from '../platform/platform.ts'
import { signIn, startStage } from './node.ts'
import { runVigie } from './run-vigie.ts'

let platform: Platform
let screens: VirtualScreens
let folder: string

test.beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vigie-results-'))
  screens = await startVirtualScreens({ screens: 2 })
  platform = await startStage()
})
test.afterAll(async () => {
  await platform?.dispose()
  await screens?.dispose()
  await rm(folder, { recursive: true, force: true })
})

const policy = (more: string) => `
node: poste-07
organisation: CNCS
wall: salle de crise
timeZone: Europe/Paris
scheme: default
contentProtection: true
${more}
screens: []
others: { scene: situation, ceiling: dr, distance: 5, diagonal: 55 }
desk: { ceiling: dr }
`

async function run(name: string, out: string, more: string) {
  const own = join(folder, `policy-${name}`)
  await mkdir(own)
  const signed = await signPolicyIn(own, policy(more))
  return runVigie(screens, [
    ...signIn(platform),
    ...[...signed.args, '--profile', join(folder, name), '--lang', 'en'],
    ...['--headless', '--screens', '1', '--desk-display', '2', '--for', '6', '--out', out],
  ])
}
const modeOf = async (path: string) => ((await stat(path)).mode & 0o777).toString(8)

test('of a real platform no picture is left unless the policy says so: the report is, and why', async () => {
  const out = join(folder, 'without')
  const { code, said } = await run('closed', out, '')
  expect(code, said).toBe(0)
  expect(await readdir(out)).toEqual(['run.json'])
  expect(await modeOf(out)).toBe('700')
  expect(said).toContain('[policy.pictures-forbidden')
  expect(said).toContain('pictures: true')
})

test('where the policy allows it, pictures and report are for their owner alone, whatever was there before', async () => {
  const out = join(folder, 'with')
  const elsewhere = join(folder, 'elsewhere.png')
  await mkdir(out, { mode: 0o755 })
  // somebody waits for the picture under its name: an open file of his own, and a way out of the folder
  await writeFile(join(out, 'run.json'), 'mine', { mode: 0o666 })
  await writeFile(elsewhere, 'mine')
  await symlink(elsewhere, join(out, 'screen-1.png'))
  const { code, said } = await run('open', out, 'pictures: true')
  expect(code, said).toBe(0)
  expect((await readdir(out)).sort()).toEqual(['desk.png', 'run.json', 'screen-1.png'])
  for (const name of await readdir(out)) expect(await modeOf(join(out, name)), name).toBe('600')
  expect(await readFile(elsewhere, 'utf8')).toBe('mine')
})
