/** A synthesis without a window: drafted from what this node has kept, released (numbered and signed), and verified. */
import { existsSync } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { userInfo } from 'node:os'
import { extname, join } from 'node:path'
import * as v from 'valibot'
import {
  reportTemplates,
  ReportTemplateSchema,
  synthesisName,
  type Synthesis,
} from '../../preload/contract/report.ts'
import { fail, ok, type Problem, type Result } from '../../preload/contract/result.ts'
import { printable } from '../../preload/contract/text.ts'
import { LanguageSchema, languages, type Language } from '../../preload/contract/words.ts'
import { readAuthority } from '../identity/authority.ts'
import { dateProblem } from '../identity/open-identity.ts'
import { signerOf } from '../identity/signer.ts'
import { readCertificates } from '../identity/trust/certificate.ts'
import { holdPolicy } from '../policy/hold-policy.ts'
import type { Policy } from '../policy/policy.ts'
import { draft } from '../report/draft.ts'
import { gather } from '../report/gather.ts'
import { readDraft, release, writeNew } from '../report/release.ts'
import { makeRoom } from '../report/sign.ts'
import { typeset } from '../report/typeset.ts'
import { mostPdfBytes, verifyPdf, type Verdict } from '../report/verify.ts'
import { recordBeside } from '../trail/beside.ts'
import { command, type Answer } from './command.ts'
import { askedIdentity, identityOptions, jsonOption, profileOf, profileOptions } from './node.ts'
import { readCache } from './read-cache.ts'

/** From its sources and where it was bundled alike. */
const resources = (): string =>
  ['../resources', '../../resources']
    .map((path) => join(import.meta.dirname, path))
    .find((path) => existsSync(join(path, 'policy.yaml'))) ?? join(import.meta.dirname, '../resources')

const policyOptions = {
  policy: { type: 'string' },
  'policy-authority': { type: 'string' },
  node: { type: 'string' },
} as const
const draftOptions = {
  from: { type: 'string' },
  to: { type: 'string' },
  template: { type: 'string' },
  lang: { type: 'string' },
  out: { type: 'string' },
} as const
const whose = '[--policy FILE --policy-authority FILE] [--node NAME] [--profile DIR] --identity FILE.p12'

type Typed<O> = { [K in keyof O]?: string | undefined }
type Values = Typed<
  typeof draftOptions & typeof policyOptions & typeof profileOptions & typeof identityOptions
>

/**
 * What this node may show, and who it is: the policy that is in force here, or the one that is named, which is judged and
 * not kept: a report changes no node's policy. The problem: why it is not the one that was asked for.
 */
async function policyOf(values: Values): Promise<{ policy: Policy; problem: Problem | null }> {
  const told: Problem[] = []
  const held = await holdPolicy({
    order: {
      file: values.policy ?? null,
      authority: values['policy-authority'] ?? null,
      node: values.node ?? null,
    },
    builtIn: join(resources(), 'policy.yaml'),
    profile: profileOf(values),
    ...{ exercise: false, keep: false },
    localTimeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    now: () => Date.now(),
    problem: (problem) => {
      if (problem !== null) told.push(problem)
    },
  })
  const policy = held.now()
  const { from } = held.standing()
  held.dispose()
  const closed: Problem = { code: 'policy.invalid', message: 'no policy is in force', subject: '' }
  return { policy, problem: told[0] ?? (from === 'closed' ? closed : null) }
}

function timeOf(text: string | undefined, option: string): Result<number> {
  if (text === undefined)
    return fail('command.invalid', `${option} is missing: a time as 2026-11-27T14:02`, option)
  const at = Date.parse(text)
  return Number.isNaN(at) || at < 0
    ? fail('command.invalid', `${option} ${text}: a time as 2026-11-27T14:02`, option)
    : ok(at)
}

interface Asked {
  from: number
  to: number
  template: (typeof reportTemplates)[number]
  language: Language
}

function askedOf(values: Values): Result<Asked> {
  const from = timeOf(values.from, '--from')
  if (!from.ok) return from
  const to = timeOf(values.to, '--to')
  if (!to.ok) return to
  const wrong = (message: string, option: string) => fail<Asked>('command.invalid', message, option)
  if (from.value >= to.value) return wrong('--to: a period begins before it ends', '--to')
  if (to.value > Date.now() + 60_000) return wrong('--to: nobody knows yet what will be', '--to')
  const template = v.safeParse(ReportTemplateSchema, values.template ?? 'situation')
  if (!template.success) return wrong(`--template is one of ${reportTemplates.join(', ')}`, '--template')
  const language = v.safeParse(LanguageSchema, values.lang ?? 'fr')
  if (!language.success) return wrong(`--lang is one of ${languages.join(', ')}`, '--lang')
  return ok({ from: from.value, to: to.value, template: template.output, language: language.output })
}

async function drafted(values: Values, asked: Asked, policy: Policy): Promise<Result<Synthesis>> {
  const { from, to, template, language } = asked
  const rules = { period: { from, to }, scheme: policy.scheme, ceiling: policy.deskCeiling }
  const gathered = await readCache(values, (cache) => gather(cache, rules))
  if (!gathered.ok) return gathered
  return draft(gathered.value, {
    ...{ ...rules, template, language, timeZone: policy.timeZone },
    ...{ organisation: policy.organisation, node: policy.node, exercise: false },
  })
}

const draftCommand = command({
  name: 'report draft',
  options: { ...draftOptions, ...policyOptions, ...profileOptions, ...identityOptions },
  synopsis: `--from TIME --to TIME [--template NAME] [--lang fr|en] --out FILE.pdf|FILE.json ${whose}`,
  help: [
    'a synthesis of a period from what this node has kept, up to its ceiling: neither numbered nor signed.',
    `Templates: ${reportTemplates.join(', ')}. Vigie may run on the same profile meanwhile.`,
  ],
  async run({ values, tell }): Promise<Result<Answer>> {
    const { out } = values
    const asked = askedOf(values)
    if (!asked.ok) return asked
    const kind = extname(out ?? '')
    if (out === undefined || (kind !== '.pdf' && kind !== '.json'))
      return fail('command.invalid', '--out: a file that ends in .pdf or .json', '--out')
    const { policy, problem } = await policyOf(values)
    if (problem !== null) tell(`${problem.message} [${problem.code}]`)
    const synthesis = await drafted(values, asked.value, policy)
    if (!synthesis.ok) return synthesis
    const bytes =
      kind === '.json'
        ? ok(`${JSON.stringify(synthesis.value, null, 2)}\n`)
        : await typeset(synthesis.value, join(resources(), 'report'))
    if (!bytes.ok) return bytes
    const written = await writeNew(out, bytes.value)
    return written.ok ? ok(`${out}: ${toldOf(synthesis.value)}`) : written
  },
})

const toldOf = ({ marking, sources, domains }: Synthesis): string =>
  `${marking.level.toUpperCase()}, ${domains.length} domains, ${sources.length} sources`

const releaseCommand = command({
  name: 'report release',
  options: {
    ...draftOptions,
    draft: { type: 'string' },
    ...policyOptions,
    ...profileOptions,
    ...identityOptions,
  },
  synopsis: `--draft FILE.json | --from TIME --to TIME [--template NAME] [--lang fr|en] --out FILE.pdf ${whose}`,
  help: [
    'a synthesis numbered, frozen, set and signed (PAdES) with the certificate, stamped where the policy',
    'names an authority, and recorded in the trail: of a period, or a draft as somebody read and mended',
    'it. The number is this node’s next and is given once; what fails gives it back.',
  ],
  async run({ values, tell }): Promise<Result<Answer>> {
    const { out, draft: file } = values
    if (out === undefined || extname(out) !== '.pdf')
      return fail('command.invalid', '--out: a file that ends in .pdf and is not there yet', '--out')
    if (existsSync(out)) return fail('report.unwritable', 'the file is there already', out)
    const asked = file === undefined ? askedOf(values) : null
    if (asked?.ok === false) return asked
    const { policy, problem } = await policyOf(values)
    // nobody knows what it demands: a stamp of time, or a lower marking
    if (problem !== null) return { ok: false, error: problem }
    const synthesis =
      asked === null ? await readDraft(file ?? '') : await drafted(values, asked.value, policy)
    if (!synthesis.ok) return synthesis
    const identity = await askedIdentity(values, 'a synthesis is signed with its certificate')
    if (!identity.ok) return identity
    const profile = profileOf(values)
    try {
      const over = dateProblem(identity.value, values.identity ?? '', Date.now())
      if (over !== null) return { ok: false, error: over }
      const released = await release(synthesis.value, {
        ...{ profile, signing: { signer: signerOf(identity.value), chain: identity.value.chain } },
        ...{ scheme: policy.scheme, ceiling: policy.deskCeiling, stamp: policy.timestamp, replaces: null },
        async set(it, by) {
          const page = await typeset(it, join(resources(), 'report'), by)
          return page.ok ? ok(await makeRoom(page.value, by.at)) : page
        },
        place: ({ pdf }) => writeNew(out, pdf),
        detail: { out, by: userInfo().username },
        // the node may run meanwhile: its trail has one writer, and takes what lies beside it
        record: (recorded) => recordBeside(profile, recorded, Date.now()),
      })
      if (!released.ok) return released
      const { synthesis: it, missing } = released.value
      const name = synthesisName(it.number)
      if (missing !== null) tell(`${name} is not in this node’s trail: ${missing}`)
      return ok(`${out}: ${name}, ${toldOf(it)}`)
    } finally {
      identity.value.key.erase()
    }
  },
})

const inWords = ({ wrong, signer, signedAt, stampedAt, stamped }: Verdict): string[] => [
  ...(wrong === null ? ['intact: every byte is as it was signed'] : [`not as it should be: ${wrong}`]),
  ...(wrong !== null || signer === null ? [] : [`signed by ${printable(signer, 300)}`]),
  ...(wrong !== null || signedAt === null
    ? []
    : [
        `signed at ${new Date(signedAt).toISOString()}: ${stampedAt === null ? 'the signer’s word alone, and whoever has a key that is over can say any day' : 'as the signer says'}`,
      ]),
  ...(wrong !== null || stampedAt === null ? [] : [`stamped at ${new Date(stampedAt).toISOString()}`]),
  ...(wrong !== null || !stamped || stampedAt !== null
    ? []
    : ['whose stamp of time it has was not judged: say --stamp-ca FILE']),
  ...(wrong === null
    ? [
        `the certificate was valid ${stampedAt === null ? 'at the time that is said' : 'then'}; whether it was revoked is not asked here`,
      ]
    : []),
]

const verify = command({
  name: 'report verify',
  operands: ['FILE'],
  options: { ...jsonOption, ca: { type: 'string' }, 'stamp-ca': { type: 'string' } },
  synopsis: '--ca FILE [--stamp-ca FILE] [--json]',
  help: [
    'whether a released synthesis is as it was signed, who signed it and when, and whether their',
    'certificate was valid then and is of the authority: without a platform. Ends with 1 where not. Without',
    '--stamp-ca, when is the signer’s word alone; with it, what has no stamp of time is not as it should be.',
  ],
  async run({ values, operands: [file = ''] }): Promise<Result<Answer>> {
    if (values.ca === undefined)
      return fail('command.invalid', '--ca is missing: a file says whose it is, and nobody else', '--ca')
    const certificates = async (from: string): Promise<Result<string[]>> => {
      const read = await readAuthority(from)
      return read.ok ? ok(readCertificates(read.value).map(({ x509 }) => x509.toString())) : read
    }
    const authorities = await certificates(values.ca)
    if (!authorities.ok) return authorities
    const stamping = values['stamp-ca'] === undefined ? null : await certificates(values['stamp-ca'])
    if (stamping?.ok === false) return stamping
    let bytes: Buffer
    try {
      if ((await stat(file)).size > mostPdfBytes) return fail('report.unreadable', 'it is too large', file)
      bytes = await readFile(file)
    } catch (error) {
      return fail('report.unreadable', String(error), file)
    }
    const verdict = await verifyPdf(bytes, authorities.value, stamping?.value ?? null, Date.now())
    const text = values.json === true ? JSON.stringify(verdict, null, 2) : inWords(verdict).join('\n')
    return ok(verdict.wrong === null ? text : { text, failed: true })
  },
})

export const reportCommands = [draftCommand, releaseCommand, verify]
