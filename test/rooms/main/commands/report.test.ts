/** A platform can ask for a synthesis every morning: drafted, released and verified without a window. */
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as v from 'valibot'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findCommand } from '../../../../main/commands/commands.ts'
import { createAuthority, toPkcs12, type Issued } from '../../../../main/exercise/authority.ts'
import { deriveKey } from '../../../../main/identity/vault/vault.ts'
import { createTrail, type Trail } from '../../../../main/trail/trail.ts'
import { SynthesisSchema } from '../../../../preload/contract/report.ts'
import { signPolicyIn } from '../../../platform/policy-authority.ts'
import { vigie } from '../../../platform/run-command.ts'
import { openCacheAs, signerWith, unlock } from '../../../platform/unlocked.ts'
import { evening, fillCache, period } from '../report/a-period.ts'

let folder: string
let chief: Issued
const at = (name: string) => join(folder, name)
const as = () => [
  ...['--profile', at('node'), '--identity', at('chief.p12'), '--passphrase-file', at('passphrase')],
]
const of = () => [
  ...['--from', new Date(period.from).toISOString(), '--to', new Date(period.to).toISOString()],
]
/** As the node has it while it runs. */
async function running(): Promise<Trail> {
  const unlocked = await unlock(at('node'), chief, false)
  if (!unlocked.ok) throw new Error(unlocked.error.message)
  const trail = createTrail({
    ...{ folder: at('node'), node: 'poste 1', token: 'poste-1', now: () => Date.now() },
    ...{ problem: () => undefined, log: () => undefined, stamp: () => null, outlet: () => null },
  })
  const key = deriveKey(unlocked.value.cacheKey, 'Vigie trail')
  const opened = await trail.open([key], { ...signerWith(chief), chain: [] })
  if (!opened.ok) throw new Error(opened.error.message)
  return trail
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vigie-report-'))
  await writeFile(at('passphrase'), 'correct horse', { mode: 0o600 })
  for (const name of ['ca', 'other']) {
    const authority = await createAuthority(name, Date.now())
    await writeFile(at(`${name}.pem`), authority.certificate)
    if (name === 'other') continue
    chief = await authority.issueClient([['CN', 'Claire DELMAS']])
    await writeFile(at('chief.p12'), toPkcs12(chief, 'correct horse'), { mode: 0o600 })
    const day = 86_400_000
    const over = { from: new Date(Date.now() - 9 * day), to: new Date(Date.now() - 2 * day) }
    const former = await authority.issueClient([['CN', 'Claire DELMAS']], over)
    await writeFile(at('former.p12'), toPkcs12(former, 'correct horse'), { mode: 0o600 })
    const cache = await openCacheAs(chief, at('node'))
    if (!cache.ok) throw new Error(cache.error.message)
    await fillCache(cache.value, evening())
    await cache.value.close()
  }
})
afterAll(() => rm(folder, { recursive: true, force: true }))

it.each(['draft', 'release'])('%s says that it takes the name of a node', (name) => {
  expect(findCommand(['report', name])?.command.usage).toContain('[--node NAME]')
})

it('is drafted as data and as PDF, and never over another file', async () => {
  const draft = (...more: string[]) => vigie('report', 'draft', ...of(), ...more, ...as())
  expect(await draft('--out', at('draft.json'), '--lang', 'en')).toMatchObject({ code: 0, stderr: '' })
  const data = v.parse(SynthesisSchema, JSON.parse(await readFile(at('draft.json'), 'utf8')))
  expect(data).toMatchObject({ number: null, language: 'en', marking: { level: 'dr' }, organisation: 'CNCS' })
  expect(await draft('--out', at('draft.pdf'))).toMatchObject({ code: 0 })
  expect((await readFile(at('draft.pdf'))).subarray(0, 5).toString()).toBe('%PDF-')
  const again = await draft('--out', at('draft.json'))
  expect(again).toMatchObject({ code: 1, stdout: '' })
  expect(again.stderr).toContain('report.unwritable')
  expect((await draft('--out', at('x.odt'))).code).toBe(2)
})

describe('released', () => {
  const release = (out: string, ...more: string[]) =>
    vigie('report', 'release', ...more, '--out', at(out), ...as())

  it('each of three at once has its number, and is in the trail exactly once, though the node runs', async () => {
    const trail = await running()
    const draft = ['--draft', at('draft.json')]
    const three = await Promise.all([
      ...[release('a.pdf', ...of()), release('b.pdf', ...of()), release('c.pdf', ...draft)],
    ])
    expect(three).toMatchObject(three.map(() => ({ code: 0, stderr: '' })))
    const numbers = three.map(({ stdout }) => /SYN-\d+/.exec(stdout)?.[0])
    expect([...numbers].sort()).toEqual(['SYN-001', 'SYN-002', 'SYN-003'])
    await trail.dispose()
    await (await running()).dispose()
    const shown = await vigie('trail', 'show', '--json', '--kind', 'report.release', ...as())
    const records = JSON.parse(shown.stdout) as { subject: string; detail: unknown }[]
    expect(records.map(({ subject }) => subject).sort()).toEqual(['SYN-001', 'SYN-002', 'SYN-003'])
    for (const { detail } of records) expect(JSON.stringify(detail)).toContain('CN=Claire DELMAS')
    expect((await vigie('trail', 'verify', '--ca', at('ca.pem'), ...as())).code).toBe(0)
  })

  it('where nobody ever signed in it is told that no trail has it', async () => {
    const elsewhere = [...as(), '--profile', at('new')]
    const draft = ['--draft', at('draft.json'), '--out', at('new.pdf')]
    const released = await vigie('report', 'release', ...draft, ...elsewhere)
    expect(released).toMatchObject({ code: 0, stdout: expect.stringContaining('SYN-001') as string })
    expect(released.stderr).toContain('is not in this node’s trail')
  })

  it('is signed, and verified from the file alone; what failed gave its number back', async () => {
    expect((await release('nowhere/d.pdf', ...of())).code).toBe(1)
    const next = await release('e.pdf', '--draft', at('draft.json'))
    expect(next.stdout).toContain('SYN-004')
    expect((await release('d.pdf', '--draft', at('ca.pem'))).stderr).toContain('report.unreadable')

    const verify = (file: string, ca = 'ca.pem') => vigie('report', 'verify', at(file), '--ca', at(ca))
    const sound = await verify('c.pdf')
    expect(sound).toMatchObject({ code: 0, stderr: '' })
    expect(sound.stdout).toMatch(/^intact: [^]*signed by CN=Claire DELMAS/)
    // nobody else says when
    expect(sound.stdout).toContain('the signer’s word alone')
    const stamped = await vigie(
      'report',
      'verify',
      at('c.pdf'),
      '--ca',
      at('ca.pem'),
      '--stamp-ca',
      at('ca.pem'),
    )
    expect(stamped).toMatchObject({ code: 1, stdout: 'not as it should be: it has no stamp\n' })
    const bytes = await readFile(at('c.pdf'))
    bytes[1000] = (bytes[1000] ?? 0) ^ 1
    await writeFile(at('altered.pdf'), bytes)
    const altered = await verify('altered.pdf')
    expect(altered.code).toBe(1)
    expect(altered.stdout).toBe('not as it should be: it was altered after it was signed\n')
    expect((await verify('c.pdf', 'other.pem')).code).toBe(1)
    expect((await verify('draft.pdf')).stdout).toBe('not as it should be: it is not signed\n')
  })
})

describe('what was released', () => {
  const exported = (from: string, out: string, ...more: string[]) =>
    vigie('report', 'export', at(from), '--out', at(out), '--profile', at('node'), ...more)

  it('is exported in other forms once it is verified, and says so where nobody vouches for it', async () => {
    for (const out of ['e.docx', 'e.xml', 'e.json'])
      expect(await exported('e.pdf', out, '--ca', at('ca.pem'))).toMatchObject({ code: 0, stderr: '' })
    expect((await readFile(at('e.docx'))).subarray(0, 2).toString()).toBe('PK')
    expect(await readFile(at('e.xml'), 'utf8')).toContain('<sitrep:reportNumber>4</sitrep:reportNumber>')
    const data = v.parse(SynthesisSchema, JSON.parse(await readFile(at('e.json'), 'utf8')))
    expect(data.number).toBe(4)
    const unasked = await exported('e.pdf', 'unasked.json')
    expect(unasked).toMatchObject({ code: 0 })
    expect(unasked.stderr).toContain('nobody was asked whose signature that is')
    const altered = await exported('altered.pdf', 'altered.docx', '--ca', at('ca.pem'))
    expect(altered).toMatchObject({ code: 1, stdout: '' })
    expect(altered.stderr).toContain('it was altered after it was signed')
    expect((await exported('e.pdf', 'other.docx', '--ca', at('other.pem'))).code).toBe(1)
    expect((await exported('ca.pem', 'none.docx')).stderr).toContain('report.unreadable')
    expect(await readdir(folder)).not.toContain('altered.docx')
  })

  it('is what the next one starts from, which says what differs', async () => {
    const to = new Date(period.to + 600_000).toISOString()
    const draft = (since: string, out: string, ...more: string[]) =>
      vigie('report', 'draft', '--since', at(since), '--to', to, '--out', at(out), ...more, ...as())
    expect(await draft('e.pdf', 'next.json', '--ca', at('ca.pem'))).toMatchObject({ code: 0, stderr: '' })
    const next = v.parse(SynthesisSchema, JSON.parse(await readFile(at('next.json'), 'utf8')))
    // as the one before it: in English, from when that ended
    expect(next).toMatchObject({
      ...{ language: 'en', period: { from: period.to }, number: null },
      follows: { number: 4, version: 1, replaces: false },
    })
    expect((await draft('e.json', 'data.json')).stderr).toContain('it is data without a signature')
    expect((await draft('draft.json', 'x.json')).stderr).toContain('it was never released')
    expect((await draft('altered.pdf', 'y.json')).code).toBe(1)
  })
})

describe('nothing is released', () => {
  const numbers = () => readdir(join(at('node'), 'reports')).catch(() => [])
  const refused = async (out: string, ...more: string[]): Promise<string> => {
    const before = await numbers()
    const done = await vigie('report', 'release', ...of(), '--out', at(out), ...as(), ...more)
    expect(done).toMatchObject({ code: 1, stdout: '' })
    await expect(readFile(at(out))).rejects.toThrow('ENOENT')
    expect(await numbers()).toEqual(before)
    return done.stderr
  }

  it('under a policy that can’t be read: nobody knows what it demands', async () => {
    const policy = ['--policy', at('nowhere.yaml'), '--policy-authority', at('ca.pem')]
    expect(await refused('blind.pdf', ...policy)).toContain('policy.invalid')
  })

  it('with a certificate whose days are over', async () => {
    expect(await refused('late.pdf', '--draft', at('draft.json'), '--identity', at('former.p12'))).toContain(
      'identity.expired',
    )
  })
})

it('is drafted and released under a policy that is named, and the one of this node stays as it was', async () => {
  const signed = await signPolicyIn(
    folder,
    (await readFile('resources/policy.yaml', 'utf8')).replace(/^version:.*$/m, ''),
  )
  const kept = join(at('node'), 'policy')
  const all = async () =>
    Promise.all(
      (await readdir(kept).catch(() => [])).map(async (name) => [
        name,
        await readFile(join(kept, name), 'hex'),
      ]),
    )
  const before = await all()
  const write = (what: string, out: string) =>
    vigie('report', what, ...of(), '--out', at(out), ...signed.args, ...as())
  expect(await write('draft', 'named.json')).toMatchObject({ code: 0, stderr: '' })
  expect(await write('release', 'named.pdf')).toMatchObject({ code: 0, stderr: '' })
  expect(await all()).toEqual(before)
})
