/** An administrator signs a policy, looks at it, and compares it with another: the commands as they are typed. */
import { execFileSync } from 'node:child_process'
import { chmod, copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { holdPolicy } from '../../../../main/policy/hold-policy.ts'
import { makePolicyAuthority, type Holder } from '../../../platform/policy-authority.ts'
import { vigieIn } from '../../../platform/run-command.ts'

let folder: string
let policy: string
let ca: string

const inFrench = vigieIn(() => ({ LC_ALL: 'fr_FR.UTF-8' }))
const vigie = (...args: string[]) => inFrench('policy', ...args)
const at = (name: string): string => join(folder, name)

/** As an administrator has it: a PKCS#12, and its passphrase in a file. */
async function identityOf({ certificate, key }: Holder, name: string): Promise<string[]> {
  await writeFile(at('cert.pem'), certificate)
  await writeFile(at('key.pem'), key, { mode: 0o600 })
  const made = [
    '-inkey',
    at('key.pem'),
    '-in',
    at('cert.pem'),
    '-out',
    at(`${name}.p12`),
    '-passout',
    'pass:sesame',
  ]
  execFileSync('openssl', ['pkcs12', '-export', ...made])
  await chmod(at(`${name}.p12`), 0o600)
  await writeFile(at('passphrase'), 'sesame\n', { mode: 0o600 })
  return ['--identity', at(`${name}.p12`), '--passphrase-file', at('passphrase')]
}
let claire: string[]
let machine: string[]

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vigie-policy-'))
  const authority = await makePolicyAuthority()
  ca = at('authority.pem')
  await writeFile(ca, authority.certificate)
  claire = await identityOf(await authority.issue('Claire Aubert', { kind: 'rsa' }), 'claire')
  machine = await identityOf(
    await authority.issue('wall-01', { kind: 'rsa', uses: ['1.3.6.1.5.5.7.3.2'] }),
    'machine',
  )
  policy = at('policy.yaml')
  const example = await readFile('resources/policy.example.yaml', 'utf8')
  await writeFile(policy, example.replace(/^signers:\n( +- .*\n)+/m, ''))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

describe('vigie policy', () => {
  it('signs what nodes take, and says who signed, when and until when it is good', async () => {
    const { code, stdout, stderr } = await vigie('sign', policy, '--ca', ca, '--json', ...claire)
    expect(code, stderr).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({
      file: `${policy}.p7s`,
      version: 1,
      signer: 'CN=Claire Aubert',
    })
    const verified = await vigie('verify', policy, '--ca', ca, '--node', 'poste-07')
    expect(verified.code, verified.stderr).toBe(0)
    expect(verified.stdout).toContain('CN=Claire Aubert')
    // and a node does
    const held = await holdPolicy({
      ...{
        order: { file: policy, authority: ca, node: null },
        builtIn: '',
        profile: at('profile'),
        exercise: false,
      },
      ...{ localTimeZone: 'UTC', now: () => Date.now(), problem: (problem) => expect(problem).toBeNull() },
    })
    held.dispose()
    expect(held.standing().sound?.version).toBe(1)
  })

  it('does not sign what no node would take, and says why in one line', async () => {
    const other = at('other.yaml')
    const text = await readFile(policy, 'utf8')
    for (const [from, to, why] of [
      ['version: 1', '', 'policy.invalid'],
      ['expires: 2029-12-31', 'expires: 2025-12-31', 'policy.expired'],
      ['for: [poste-07]', 'for: [poste-09]', 'policy.for-another-node'],
    ] as const) {
      await writeFile(other, text.replace(from, to))
      const { code, stderr } = await vigie('sign', other, ...claire)
      expect([code, stderr.trim().split('\n').length]).toEqual([1, 1])
      expect(stderr).toContain(`[${why}`)
    }
    const byMachine = await vigie('sign', policy, ...machine)
    expect(byMachine.stderr).toContain('[policy.signer-untrusted')
  })

  it('refuses one that was altered, that is another node’s, or that nobody signed', async () => {
    const other = at('altered.yaml')
    await writeFile(other, `${await readFile(policy, 'utf8')}# a word more\n`)
    expect((await vigie('verify', other, '--ca', ca)).stderr).toContain('[policy.unsigned')
    await copyFile(`${policy}.p7s`, `${other}.p7s`)
    const { code, stderr } = await vigie('verify', other, '--ca', ca)
    expect(code).toBe(1)
    expect(stderr).toContain('n’est pas celle qui a été signée')
    expect((await vigie('verify', policy, '--ca', ca, '--node', 'poste-09')).stderr).toContain(
      '[policy.for-another-node',
    )
    expect((await vigie('verify', policy)).code).toBe(2)
  })

  it('shows in words who may what, of a file and of what is in force on a node', async () => {
    const file = await vigie('show', '--file', policy)
    expect(file.stdout).toMatch(/Écran 1, plafond +DR/)
    const { code, stdout, stderr } = await vigie('show', '--profile', at('profile'), '--json')
    expect(code, stderr).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({
      inForce: { version: 1, signer: 'CN=Claire Aubert' },
      before: [],
      refused: [],
    })
    expect((await vigie('show', '--profile', at('profile'))).stdout).toMatch(/Conservation, au plus +90 d/)
  })

  it('shows nothing of what lies in a profile and was changed there', async () => {
    const kept = join(at('profile'), 'policy', 'v1.yaml')
    const text = await readFile(kept, 'utf8')
    await writeFile(kept, text.replace('scene: log, ceiling: np', 'scene: log, ceiling: dr'))
    const { code, stdout, stderr } = await vigie('show', '--profile', at('profile'))
    expect([code, stdout]).toEqual([1, ''])
    expect(stderr).toContain('[policy.altered')
    await writeFile(kept, text)
  })

  it('says of each difference whether it is stricter or wider', async () => {
    const stricter = at('stricter.yaml')
    await writeFile(
      stricter,
      (await readFile(policy, 'utf8')).replace('scene: domains, ceiling: dr', 'scene: domains, ceiling: np'),
    )
    expect((await vigie('diff', policy, stricter)).stdout).toMatch(/Écran 2, plafond +DR +NP +plus strict/)
    const back = await vigie('diff', stricter, policy, '--json')
    expect(JSON.parse(back.stdout)).toEqual([
      { rule: 'screen-ceiling', of: '2', was: 'NP', is: 'DR', direction: 'wider' },
    ])
  })
})
