/** A product leaves a node as a file without a window, from what its cache has. */
import { mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createAuthority, toPkcs12 } from '../../../../main/exercise/authority.ts'
import { vigie } from '../../../platform/run-command.ts'
import { openCacheAs } from '../../../platform/unlocked.ts'
import { evening, fillCache } from '../report/a-period.ts'

let folder: string
const at = (name: string) => join(folder, name)
const leave = (product: string, out: string) => {
  const as = ['--profile', at('node'), '--identity', at('chief.p12'), '--passphrase-file', at('passphrase')]
  return vigie('product', 'export', product, '--out', at(out), ...as)
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vigie-product-'))
  await writeFile(at('passphrase'), 'correct horse', { mode: 0o600 })
  const authority = await createAuthority('ca', Date.now())
  const chief = await authority.issueClient([['CN', 'Claire DELMAS']])
  await writeFile(at('chief.p12'), toPkcs12(chief, 'correct horse'), { mode: 0o600 })
  const cache = await openCacheAs(chief, at('node'))
  if (!cache.ok) throw new Error(cache.error.message)
  const open = { licence: 'etalab-2.0', source: 'https://data.example', update: 'PT10M' }
  await fillCache(
    cache.value,
    evening().map((one) =>
      one.name === 'security.figures' ? { ...one, descriptor: { ...one.descriptor, open } } : one,
    ),
  )
  await cache.value.close()
})
afterAll(() => rm(folder, { recursive: true, force: true }))

it('as it is now: the last of each series, with licence and marking, and never over another file', async () => {
  expect(await leave('security.figures', 'figures.csv')).toMatchObject({ code: 0 })
  const lines = (await readFile(at('figures.csv'), 'utf8')).trimEnd().split('\r\n')
  expect(lines[0]).toMatch(/etalab-2\.0 · https:\/\/data\.example/)
  expect(
    lines
      .slice(2)
      .map((line) => line.split(',')[1])
      .sort(),
  ).toEqual([...['free-teams', 'interventions', 'public', 'reports']])
  expect((await stat(at('figures.csv'))).mode & 0o777).toBe(0o600)
  const again = await leave('security.figures', 'figures.csv')
  expect(again).toMatchObject({ code: 1 })
  expect(again.stderr).toContain('export.unwritable')
  expect((await readdir(folder)).filter((name) => name.endsWith('.new'))).toEqual([])
})

it('as GeoJSON, and as the entry of a catalogue', async () => {
  expect(await leave('security.incidents', 'incidents.geojson')).toMatchObject({ code: 0 })
  const json = JSON.parse(await readFile(at('incidents.geojson'), 'utf8')) as { features: { id: string }[] }
  expect(json).toMatchObject({ type: 'FeatureCollection', marking: 'dr' })
  expect(json.features.map(({ id }) => id)).toContain('inc-040')
  expect(new Set(json.features.map(({ id }) => id)).size).toBe(json.features.length)
  expect(await leave('security.figures', 'figures.jsonld')).toMatchObject({ code: 0 })
  expect(JSON.parse(await readFile(at('figures.jsonld'), 'utf8'))).toMatchObject({ '@type': 'dcat:Dataset' })
})

it('and not where there is no such product, no such form, or nobody says that it is open', async () => {
  expect((await leave('security.nothing', 'x.csv')).stderr).toContain('entity.unknown')
  expect((await leave('security.incidents', 'x.xlsx')).code).toBe(2)
  expect((await leave('security.incidents', 'x.jsonld')).stderr).toContain('export.not-open')
})
