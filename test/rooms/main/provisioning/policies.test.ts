/** A policy is written, signed and put in force as the window does it: real files, real signatures, no page. */
import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Secret } from '../../../../main/identity/secret.ts'
import { holdPolicy, type HeldPolicy } from '../../../../main/policy/hold-policy.ts'
import { oneTry } from '../../../../main/provisioning/one-try.ts'
import { answerPolicies, type Policies } from '../../../../main/provisioning/policies.ts'
import type { PoliciesState } from '../../../../preload/contract/policies.ts'
import type { Result } from '../../../../preload/contract/result.ts'
import { mostText } from '../../../../preload/contract/yaml-text.ts'
import {
  makePolicyAuthority,
  pkcs12In,
  signPolicyIn,
  type SignedPolicy,
} from '../../../platform/policy-authority.ts'

const rules = `# who and where
node: poste-07
organisation: CNCS
wall: salle de crise
timeZone: Europe/Paris
scheme: default
contentProtection: true
# from the left
screens:
  - { screen: 1, scene: situation, ceiling: dr, distance: 5, diagonal: 55 } # in front
  - { screen: 2, scene: log, ceiling: np, distance: 5, diagonal: 55 }
others: { scene: situation, ceiling: np, distance: 5, diagonal: 55 }
desk: { ceiling: dr }
`
let folder: string
let signed: SignedPolicy
let held: HeldPolicy
let policies: Policies
/** what the dialogs will answer */
let chosen: string | null
let told: PoliciesState[]
let hear: (state: PoliciesState) => void

const sender = { role: 'provisioning', screen: null } as const
type Calls = Policies['handlers']
const ask = async <N extends keyof Calls>(
  name: N,
  ...[input]: Parameters<Calls[N]>
): Promise<Awaited<ReturnType<Calls[N]>>> =>
  (await (policies.handlers[name] as (input: unknown, from: typeof sender) => unknown)(
    input,
    sender,
  )) as Awaited<ReturnType<Calls[N]>>
const good = <T>(result: Result<T>): T => {
  if (!result.ok) throw new Error(`${result.error.code}: ${result.error.message}`)
  return result.value
}
const now = async () => good(await ask('state', undefined, sender))
const change = (path: (string | number)[], value: unknown) =>
  ask('change', { path, json: value === undefined ? null : JSON.stringify(value) }, sender)
const choose = async (file: string | null): Promise<void> => {
  chosen = file
  good(await ask('choose', undefined, sender))
}
/** @param digest of the text that was read; as the page, which signs what it was told last */
const sign = async (passphrase: string, reread = false, digest?: string) =>
  ask('sign', { passphrase, reread, digest: digest ?? (await now()).draft?.digest ?? '' }, sender)

async function open(
  order = {
    file: signed.file as string | null,
    authority: join(folder, 'policy-authority.pem') as string | null,
    node: null,
  },
) {
  held = await holdPolicy({
    ...{ order, builtIn: 'resources/policy.yaml', profile: join(folder, 'profile'), exercise: false },
    ...{ localTimeZone: 'UTC', now: () => Date.now(), problem: () => undefined, every: 20, patience: 20 },
  })
  const choose = {
    file: () => Promise.resolve(chosen),
    place: (name: string) => Promise.resolve(chosen ?? join(folder, name)),
    confirm: () => Promise.resolve(false),
  }
  policies = answerPolicies({
    node: { policy: held, profile: join(folder, 'profile') },
    ...{ choose, now: () => Date.now(), trying: oneTry(() => Promise.resolve()) },
    told: (state) => hear(state),
    failed: () => undefined,
  })
}
const close = (): void => {
  policies.dispose()
  held.dispose()
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vigie-policies-'))
  signed = await signPolicyIn(folder, rules)
  chosen = null
  told = []
  hear = (state) => void told.push(state)
  await open()
})
afterEach(async () => {
  close()
  // a look that had begun may still keep what it saw
  await rm(folder, { recursive: true, force: true, maxRetries: 5 })
})

describe('the draft', () => {
  it('begins as what is in force under the next number, and is not kept until somebody changes it', async () => {
    const state = await now()
    expect(state.inForce).toMatchObject({ from: 'signed', version: 1, signed: { by: 'CN=Claire Aubert' } })
    expect(state.draft).toMatchObject({ version: 2, differences: [], keptAt: null, undo: false, wrong: [] })
    expect(state.signing.checks).toEqual({ schema: 'holds', newer: 'holds', node: 'holds', signer: 'open' })
    expect(state.signing).toMatchObject({ target: signed.file, barred: null, identity: null })
  })

  it('is changed value by value, back and forth, and says what is stricter and what is wider', async () => {
    good(await change(['screens', 0, 'ceiling'], 'np'))
    good(await change(['copy'], true))
    expect((await now()).draft?.differences).toEqual([
      { rule: 'screen-ceiling', of: '1', was: 'DR', is: 'NP', direction: 'stricter' },
      { rule: 'copy', of: null, was: 'no', is: 'yes', direction: 'wider' },
    ])
    good(await ask('undo', undefined, sender))
    good(await ask('undo', undefined, sender))
    expect((await now()).draft).toMatchObject({ differences: [], undo: false, redo: true })
    good(await ask('redo', undefined, sender))
    expect((await now()).draft?.differences).toMatchObject([{ rule: 'screen-ceiling' }])
    expect(told.at(-1)?.draft?.redo).toBe(true)
    const text = good(await ask('text', { version: null }, sender))
    expect(text).toContain('ceiling: np, distance: 5, diagonal: 55 } # in front')
    expect(text).toContain('# who and where')
  })

  it('is there again after the window was closed, for its owner alone to read', async () => {
    good(await change(['screens', 0, 'ceiling'], 'np'))
    close()
    await open()
    const { draft } = await now()
    expect(draft).toMatchObject({ version: 2, undo: false })
    expect(draft?.differences).toHaveLength(1)
    expect(draft?.keptAt).toBeGreaterThan(0)
    expect((await stat(join(folder, 'profile', 'policy', 'draft.yaml'))).mode & 0o777).toBe(0o600)
  })

  it('says everything that the schema refuses at its place, and then nothing can be signed', async () => {
    good(await change(['timeZone'], 'Mars/Base'))
    good(await change(['others', 'distance'], 0.1))
    good(await change(['persons'], { list: [], free: 'perhaps' }))
    const { draft, signing } = await now()
    expect(draft?.wrong.map(({ path, asked, limit }) => [path.join('.'), asked, limit]).sort()).toEqual([
      ['others.distance', 'min_value', 0.3],
      ['persons.free', 'boolean', null],
      ['timeZone', 'check', null],
    ])
    expect(draft?.differences).toBeNull()
    expect(signing.checks.schema).toBe('fails')
    await choose(await pkcs12In(folder, signed.administrator, 'sesame'))
    expect(await sign('sesame')).toMatchObject({ ok: false, error: { code: 'policy.invalid' } })
  })

  it('comes from a file, and goes to one; what is no YAML is refused with its line', async () => {
    chosen = join(folder, 'other.yaml')
    await writeFile(chosen, rules.replace('poste-07', 'poste-09'))
    expect(good(await ask('open', undefined, sender))).toBe(true)
    expect((await now()).signing.checks).toMatchObject({ node: 'fails', newer: 'fails', schema: 'holds' })
    await writeFile(chosen, 'node: [')
    expect(await ask('open', undefined, sender)).toMatchObject({
      ok: false,
      error: { code: 'policy.invalid' },
    })
    good(await ask('begin', undefined, sender))
    chosen = null
    expect(good(await ask('save', undefined, sender))).toBe(true)
    expect(await readFile(join(folder, 'policy-poste-07-v2.yaml'), 'utf8')).toBe(
      good(await ask('text', { version: null }, sender)),
    )
  })
})

describe('the draft is bounded', () => {
  const draftFile = () => join(folder, 'profile', 'policy', 'draft.yaml')
  const grow = async (key: string): Promise<Result<undefined>> => change([key], 'x'.repeat(49_000))

  it('by what a policy’s reader takes: what would be larger is refused, and what was there stays', async () => {
    let last: Result<undefined> = { ok: true, value: undefined }
    for (let at = 0; last.ok && at < 40; at++) last = await grow(`k${at}`)
    expect(last).toMatchObject({ ok: false, error: { code: 'policy.draft-too-large' } })
    expect((await stat(draftFile())).size).toBeLessThanOrEqual(mostText)
    expect((await now()).draft).not.toBeNull()
  })

  it('by what a file of the profile must be: another’s hand in it, or its size, is told, and it is not taken', async () => {
    good(await change(['copy'], true))
    close()
    await chmod(draftFile(), 0o666)
    await open()
    expect(await now()).toMatchObject({
      ...{ problem: { code: 'file.writable-by-others' }, draft: { differences: [], keptAt: null } },
    })
    close()
    await chmod(draftFile(), 0o600)
    await writeFile(draftFile(), `# ${'x'.repeat(mostText)}\n`)
    await open()
    expect(await now()).toMatchObject({ problem: { code: 'policy.draft-unreadable' }, draft: { version: 2 } })
    good(await change(['copy'], true))
    expect(await now()).toMatchObject({ problem: null, draft: { differences: [{ rule: 'copy' }] } })
  })

  it('in what it can go back: the oldest steps are forgotten before they fill the memory', async () => {
    for (let at = 0; at < 18; at++) good(await grow(`k${at}`))
    for (let at = 0; at < 30; at++) good(await change(['organisation'], `CNCS ${at}`))
    let steps = 0
    while ((await now()).draft?.undo === true && steps < 60) {
      good(await ask('undo', undefined, sender))
      steps++
    }
    expect(steps).toBeGreaterThan(3)
    expect(steps).toBeLessThan(12)
  })
})

describe('a signature', () => {
  it('puts the draft in force, beside where this node reads it, and the next draft begins there', async () => {
    await choose(await pkcs12In(folder, signed.administrator, 'sesame'))
    good(await change(['screens', 0, 'ceiling'], 'np'))
    expect(held.now().screen(1).ceiling).toBe(1)
    expect(good(await sign('sesame'))).toEqual({ version: 2, signer: 'CN=Claire Aubert' })
    expect(held.now().screen(1).ceiling).toBe(0)
    const state = await now()
    expect(state).toMatchObject({
      inForce: { version: 2 },
      before: [{ version: 1 }],
      draft: { version: 3, differences: [], keptAt: null },
    })
    expect(state.signing.checks.signer).toBe('holds')
    expect(state.refused).toEqual([])
    expect(good(await ask('text', { version: 1 }, sender))).toContain('ceiling: dr')
    // whoever starts anew reads the same files, with no help of ours
    close()
    await open()
    expect(held.standing()).toMatchObject({ from: 'signed', sound: { version: 2 } })
  })

  it('counts on a node that was started without a file, which keeps it itself', async () => {
    close()
    await open({ file: null, authority: null, node: null })
    await choose(await pkcs12In(folder, signed.administrator, 'sesame'))
    good(await change(['desk', 'ceiling'], 'np'))
    good(await sign('sesame'))
    close()
    await open({ file: null, authority: null, node: null })
    expect(held.now()).toMatchObject({ version: 2, deskCeiling: 0 })
  })

  it('is not made with a wrong passphrase, nor taken of somebody who is not admitted: the draft stays', async () => {
    good(await change(['screens', 0, 'ceiling'], 'np'))
    await choose(await pkcs12In(folder, signed.administrator, 'sesame'))
    expect(await sign('sesam')).toMatchObject({ ok: false, error: { code: 'identity.passphrase-wrong' } })
    const other = await makePolicyAuthority('Ailleurs')
    await choose(await pkcs12In(folder, await other.issue('Mallory'), 'sesame'))
    expect(await sign('sesame')).toMatchObject({ ok: false, error: { code: 'policy.signer-untrusted' } })
    const state = await now()
    expect(state).toMatchObject({ inForce: { version: 1 }, draft: { version: 2 }, refused: [] })
    expect(state.draft?.differences).toHaveLength(1)
    expect(JSON.stringify(told)).not.toContain('sesam')
  })

  it('is only made of wider rules once somebody says that they were read again', async () => {
    await choose(await pkcs12In(folder, signed.administrator, 'sesame'))
    good(await change(['keystore'], true))
    expect(await sign('sesame')).toMatchObject({
      ok: false,
      error: { code: 'policy.not-reread', subject: '1' },
    })
    good(await sign('sesame', true))
    expect(held.now().keystore).toBe(true)
  })

  it('is not made of what can’t be compared unless somebody says that all of it was read again', async () => {
    await choose(await pkcs12In(folder, signed.administrator, 'sesame'))
    good(await change(['keystore'], true))
    await rm(join(folder, 'profile', 'policy', 'v1.yaml'))
    expect((await now()).draft?.differences).toBeNull()
    expect(await sign('sesame')).toMatchObject({ ok: false, error: { code: 'policy.not-compared' } })
    expect(held.now().keystore).toBe(false)
    good(await sign('sesame', true))
  })

  it('is of the text that was shown, and of no other that took its place since', async () => {
    await choose(await pkcs12In(folder, signed.administrator, 'sesame'))
    good(await change(['screens', 0, 'ceiling'], 'np'))
    const shown = (await now()).draft?.digest
    good(await change(['keystore'], true))
    expect(await sign('sesame', true, shown)).toMatchObject({
      ok: false,
      error: { code: 'policy.draft-changed' },
    })
    expect(held.now().version).toBe(1)
    good(await sign('sesame', true))
  })

  it('is refused while another is made, and both passphrases are erased', async () => {
    const erased = vi.spyOn(Secret.prototype, 'erase')
    try {
      await choose(await pkcs12In(folder, signed.administrator, 'sesame'))
      good(await change(['copy'], true))
      const { draft } = await now()
      const input = { passphrase: 'sesame', reread: true, digest: draft?.digest ?? '' }
      const both = await Promise.all([ask('sign', input, sender), ask('sign', input, sender)])
      expect(both).toMatchObject([{ ok: true }, { ok: false, error: { code: 'ipc.refused' } }])
      const whole = erased.mock.contexts.filter((each) => each instanceof Secret)
      expect(new Set(whole).size).toBeGreaterThanOrEqual(2)
      expect(whole.every((each) => !each.reveal().includes('sesame'))).toBe(true)
      // one that was refused does not let a third in beside the first
      expect(held.now().version).toBe(2)
    } finally {
      erased.mockRestore()
    }
  })

  it('asks anew whose it is once the window was closed', async () => {
    await choose(await pkcs12In(folder, signed.administrator, 'sesame'))
    good(await change(['copy'], true))
    policies.close()
    expect((await now()).signing.identity).toBeNull()
    expect(await sign('sesame', true)).toMatchObject({ ok: false, error: { code: 'policy.no-signer' } })
  })

  it('is told of even after a telling that failed', async () => {
    hear = () => {
      throw new Error('no window')
    }
    await writeFile(signed.file, `${rules}version: 9\n`)
    await expect.poll(() => held.standing().record.refused).toHaveLength(1)
    await choose(await pkcs12In(folder, signed.administrator, 'sesame'))
    hear = (state) => void told.push(state)
    good(await change(['screens', 0, 'ceiling'], 'np'))
    expect(told.at(-1)?.refused[0]).toMatchObject({ code: 'policy.altered' })
  })

  it('is not made where nothing says whose counts, and the window knows before', async () => {
    close()
    await rm(join(folder, 'profile'), { recursive: true })
    await open({ file: null, authority: null, node: null })
    expect((await now()).signing.barred).toMatchObject({ code: 'policy.unsigned' })
    await choose(await pkcs12In(folder, signed.administrator, 'sesame'))
    expect(await sign('sesame', true)).toMatchObject({ ok: false, error: { code: 'policy.unsigned' } })
  })

  it('that is refused where the node reads it is told to the window by itself', async () => {
    await writeFile(signed.file, `${rules}version: 9\n`)
    await expect.poll(() => told.at(-1)?.refused[0]).toMatchObject({ code: 'policy.altered' })
  })
})
