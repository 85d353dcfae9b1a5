import { join } from 'node:path'
import { readFile } from 'node:fs/promises'
import { fail, ok, type Result } from '../../preload/contract/result.ts'
import { printable } from '../../preload/contract/text.ts'
import { mostText } from '../../preload/contract/yaml-text.ts'
import { readAuthority } from '../identity/authority.ts'
import { readGuarded } from '../identity/guarded-file.ts'
import { signerOf } from '../identity/signer.ts'
import { writeWhole } from '../identity/write-whole.ts'
import { judgePolicy, readSigned, signatureOf, type SoundPolicy } from '../policy/judge-policy.ts'
import { openKeptPolicies, type KeptPolicies, type KeptVersion } from '../policy/kept-policies.ts'
import { readPolicyText } from '../policy/policy.ts'
import { diffOf, rulesOf, type Difference, type Rule, type WrittenPolicy } from '../policy/rules.ts'
import { signPolicy } from '../policy/sign-policy.ts'
import { firstLanguage } from '../wall/language.ts'
import { command } from './command.ts'
import { askedIdentity, identityOptions, jsonOption, profileOf, profileOptions } from './node.ts'
import { asTable } from './table.ts'

const moment = (time: number): string => `${new Date(time).toISOString().slice(0, 19)}Z`
const facts = ({ version, until, digest, signature }: SoundPolicy) => ({
  ...{ version, digest, signer: signature.signer, fingerprint: signature.fingerprint },
  ...{ signedAt: moment(signature.signedAt), until: moment(until) },
})
const lines = (pairs: Readonly<Record<string, string | number>>): string =>
  Object.entries(pairs)
    .map(([name, value]) => `${name.padEnd(12)}${printable(String(value), 1000)}`)
    .join('\n')

/** The words of `resources/translations`, in the language of whoever asks. */
async function learnWords(): Promise<(key: string, of?: string | null) => string> {
  const folder = join(import.meta.dirname, '..', 'resources', 'translations')
  const beside = join(import.meta.dirname, '..', '..', 'resources', 'translations')
  const read = (from: string) => readFile(join(from, `${firstLanguage(process.env)}.json`), 'utf8')
  const words = JSON.parse(await read(folder).catch(() => read(beside))) as Record<string, string>
  return (key, of) => (words[key] ?? key).replaceAll('{of}', of ?? '')
}
type Say = Awaited<ReturnType<typeof learnWords>>

/** Values that have words of their own. */
const worded = new Set(['yes', 'no', 'blank', 'stay'])
const valueOf = (say: Say, value: string | null): string =>
  value === null ? '–' : worded.has(value) ? say(`policy.${value}`) : printable(value, 500)
const rulesAsText = (rules: readonly Rule[], say: Say): string =>
  asTable(
    ['rule', 'value'],
    rules.map(({ rule, of, value }) => ({
      rule: say(`policy.rule.${rule}`, of),
      value: valueOf(say, value),
    })),
    () => true,
  )

async function readWrittenPolicy(file: string): Promise<Result<WrittenPolicy>> {
  const text = await readGuarded(file, {
    ...{ guard: 'public', most: mostText, unreadable: 'policy.invalid' },
    what: 'the policy',
  })
  return text.ok ? readPolicyText(text.value.toString('utf8'), file) : text
}

const sign = command({
  name: 'policy sign',
  operands: ['FILE'],
  options: { ...jsonOption, ...identityOptions, ca: { type: 'string' } },
  synopsis: '[--json] [--ca AUTHORITY.pem] --identity FILE.p12',
  help: [
    'signs a policy for its nodes with the administrator’s certificate: FILE.p7s is made beside',
    'it (CMS, detached). What no node would take is not signed; with --ca it is judged too',
    'whether nodes that are given this authority take the signer’s word.',
  ],
  async run({ values, operands: [file = ''] }) {
    const authority = values.ca === undefined ? null : await readAuthority(values.ca)
    if (authority?.ok === false) return authority
    const text = await readGuarded(file, {
      ...{ guard: 'public', most: mostText, unreadable: 'policy.invalid' },
      what: 'the policy',
    })
    if (!text.ok) return text
    const identity = await askedIdentity(values, 'a policy is signed with the administrator’s certificate')
    if (!identity.ok) return identity
    const { chain, key } = identity.value
    const signed = await signPolicy(text.value, file, signerOf(identity.value), {
      ...{ chain, authority: authority?.value ?? null, now: Date.now() },
    }).finally(() => key.erase())
    if (!signed.ok) return signed
    try {
      await writeWhole(signatureOf(file), signed.value.signature, { over: true })
    } catch (error) {
      return fail('policy.store-unwritable', String(error), signatureOf(file))
    }
    const said = { file: signatureOf(file), ...facts(signed.value.sound) }
    return ok(values.json === true ? JSON.stringify(said, null, 2) : lines(said))
  },
})

const verify = command({
  name: 'policy verify',
  operands: ['FILE'],
  options: { ...jsonOption, ca: { type: 'string' }, node: { type: 'string' } },
  synopsis: '[--json] [--node NAME] --ca AUTHORITY.pem',
  help: [
    'whether a node that is given this authority takes FILE with FILE.p7s: who signed it, when,',
    'and until when it is good. --node NAME: whether it is for that node.',
  ],
  async run({ values, operands: [file = ''] }) {
    if (values.ca === undefined)
      return fail('command.invalid', '--ca is missing: whose signature is to count', '--ca')
    const authority = await readAuthority(values.ca)
    if (!authority.ok) return authority
    const read = await readSigned(file)
    if (!read.ok) return read
    const text = readPolicyText(read.value.text.toString('utf8'), file)
    const judged = judgePolicy(read.value, file, {
      authority: authority.value,
      node: values.node ?? (text.ok ? (text.value.node ?? text.value.for?.[0] ?? null) : null),
      ...{ now: Date.now(), inForce: null },
    })
    if (!judged.ok) return { ok: false, error: judged.error }
    const said = { file, ...facts(judged.value) }
    return ok(values.json === true ? JSON.stringify(said, null, 2) : lines(said))
  },
})

const show = command({
  name: 'policy show',
  options: { ...jsonOption, ...profileOptions, file: { type: 'string' } },
  synopsis: '[--json] [--profile DIR | --file FILE]',
  help: [
    'what may be shown, kept and seen by whom: of the policy in force on this node, with the',
    'versions before it and what was refused, or of a file. Vigie may run meanwhile.',
  ],
  async run({ values }) {
    const say = await learnWords()
    if (values.file !== undefined) {
      const read = await readWrittenPolicy(values.file)
      if (!read.ok) return read
      const rules = rulesOf(read.value)
      return ok(
        values.json === true ? JSON.stringify({ rules: asJson(rules) }, null, 2) : rulesAsText(rules, say),
      )
    }
    const kept = await openKeptPolicies(profileOf(values))
    const { versions, refused } = kept.record()
    const [inForce] = versions
    const read = inForce === undefined ? null : await readKept(kept, inForce)
    if (read?.ok === false) return read
    const rules = read === null ? [] : rulesOf(read.value)
    const told = {
      inForce: inForce === undefined ? null : timed(inForce),
      before: versions.slice(1).map(timed),
      refused: refused.map((each) => ({ ...each, at: moment(each.at) })),
      rules: asJson(rules),
    }
    if (values.json === true) return ok(JSON.stringify(told, null, 2))
    const { version, signer, since } = told.inForce ?? { version: '–', signer: '–', since: '–' }
    return ok(
      [
        lines({ version, signer, since }),
        ...(rules.length === 0 ? [say('policy.none')] : [rulesAsText(rules, say)]),
        ...(told.before.length === 0
          ? []
          : [asTable(['version', 'signer', 'since'], told.before, () => true)]),
        ...(told.refused.length === 0
          ? []
          : [
              asTable(
                ['at', 'code', 'message'],
                told.refused.map(({ at, code, message }) => ({ at, code, message: printable(message, 200) })),
                () => true,
              ),
            ]),
      ].join('\n\n'),
    )
  },
})
/** What is kept is judged as a node's start does: it may have been changed, or be over. */
async function readKept(kept: KeptPolicies, { version, node }: KeptVersion): Promise<Result<WrittenPolicy>> {
  const file = kept.file(version)
  const read = await kept.read(version)
  if (!read.ok) return read
  const authority = (await kept.authority()) ?? ''
  const judged = judgePolicy(read.value, file, { authority, node, now: Date.now(), inForce: null })
  return judged.ok
    ? readPolicyText(read.value.text.toString('utf8'), file)
    : { ok: false, error: judged.error }
}
const timed = <T extends { since: number; signedAt: number }>(kept: T) => ({
  ...kept,
  since: moment(kept.since),
  signedAt: moment(kept.signedAt),
})
const asJson = (rules: readonly Rule[]) => rules.map(({ rule, of, value }) => ({ rule, of, value }))

const diff = command({
  name: 'policy diff',
  operands: ['A', 'B'],
  options: jsonOption,
  synopsis: '[--json]',
  help: ['what B says otherwise than A, rule by rule: stricter, wider, or neither.'],
  async run({ values, operands: [a = '', b = ''] }) {
    const before = await readWrittenPolicy(a)
    if (!before.ok) return before
    const after = await readWrittenPolicy(b)
    if (!after.ok) return after
    const differences = diffOf(before.value, after.value)
    if (values.json === true) return ok(JSON.stringify(differences, null, 2))
    const say = await learnWords()
    if (differences.length === 0) return ok(say('policy.same'))
    const line = ({ rule, of, was, is, direction }: Difference) => ({
      rule: say(`policy.rule.${rule}`, of),
      ...{ was: valueOf(say, was), is: valueOf(say, is), direction: say(`policy.${direction}`) },
    })
    return ok(asTable(['rule', 'was', 'is', 'direction'], differences.map(line), () => true))
  },
})

export const policyCommands = [sign, verify, show, diff]
