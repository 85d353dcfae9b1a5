/** A synthesis without a window: drafted from what this node has kept, released (numbered and signed), and verified. */
import { X509Certificate } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { userInfo } from 'node:os'
import { extname } from 'node:path'
import * as v from 'valibot'
import {
  rankOfReport,
  reportTemplates,
  ReportTemplateSchema,
  synthesisName,
  type Synthesis,
} from '../../preload/contract/report.ts'
import { fail, ok, type Result } from '../../preload/contract/result.ts'
import { printable } from '../../preload/contract/text.ts'
import { LanguageSchema, languages, type Language } from '../../preload/contract/words.ts'
import { dateProblem, factsOf } from '../identity/open-identity.ts'
import type { Policy } from '../policy/policy.ts'
import { draft } from '../report/draft.ts'
import { following } from '../report/differences.ts'
import { exported, formOf } from '../report/export.ts'
import { gather } from '../report/gather.ts'
import { isReleased, readFrom, type FromFile } from '../report/released.ts'
import { readDraft, release, writeNew } from '../report/release.ts'
import { makeRoom } from '../report/sign.ts'
import { typeset } from '../report/typeset.ts'
import { mostPdfBytes, verifyPdf, type Verdict } from '../report/verify.ts'
import { recordBeside } from '../trail/beside.ts'
import { command, type Answer } from './command.ts'
import { identityOptions, jsonOption, profileOf, profileOptions } from './node.ts'
import { readCache } from './read-cache.ts'
import { signerOptions, withSigner } from './signer.ts'
import { reportExport } from './report-export.ts'
import { authoritiesIn, policyOf, policyOptions, reportFolder, type Typed } from './report-policy.ts'

const draftOptions = {
  from: { type: 'string' },
  to: { type: 'string' },
  template: { type: 'string' },
  lang: { type: 'string' },
  since: { type: 'string' },
  ca: { type: 'string' },
  out: { type: 'string' },
} as const
const whose = '[--policy FILE --policy-authority FILE] [--node NAME] [--profile DIR] --identity FILE.p12'

type Values = Typed<
  typeof draftOptions & typeof policyOptions & typeof profileOptions & typeof identityOptions
>

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

type Previous = FromFile & { synthesis: Synthesis & { number: number; released: number } }

/** The released one that the next one follows; null: none is named. What nobody vouches for is said to be so. */
async function previousOf(values: Values, tell: (line: string) => void): Promise<Result<Previous | null>> {
  const { since, ca } = values
  if (since === undefined) return ok(null)
  const authorities = ca === undefined ? null : await authoritiesIn(ca)
  if (authorities?.ok === false) return authorities
  const read = await readFrom(since, authorities?.value ?? null, Date.now())
  if (!read.ok) return read
  const { synthesis, unvouched } = read.value
  if (!isReleased(synthesis)) return fail('command.invalid', '--since: it was never released', '--since')
  if (unvouched !== null) tell(`${since}: ${unvouched}${ca === undefined ? '; say --ca FILE' : ''}`)
  return ok({ ...read.value, synthesis })
}

/** What is not said is as it was in the one that it follows, and begins where that ended. */
function askedOf(values: Values, previous: Previous | null): Result<Asked> {
  const before = previous?.synthesis
  const from =
    values.from === undefined && before !== undefined ? ok(before.moment) : timeOf(values.from, '--from')
  if (!from.ok) return from
  const to = timeOf(values.to, '--to')
  if (!to.ok) return to
  const wrong = (message: string, option: string) => fail<Asked>('command.invalid', message, option)
  if (from.value >= to.value) return wrong('--to: a period begins before it ends', '--to')
  if (to.value > Date.now() + 60_000) return wrong('--to: nobody knows yet what will be', '--to')
  const template = v.safeParse(ReportTemplateSchema, values.template ?? before?.template ?? 'situation')
  if (!template.success) return wrong(`--template is one of ${reportTemplates.join(', ')}`, '--template')
  const language = v.safeParse(LanguageSchema, values.lang ?? before?.language ?? 'fr')
  if (!language.success) return wrong(`--lang is one of ${languages.join(', ')}`, '--lang')
  return ok({ from: from.value, to: to.value, template: template.output, language: language.output })
}

async function drafted(
  values: Values,
  asked: Asked,
  policy: Policy,
  previous: Previous | null,
): Promise<Result<Synthesis>> {
  const { from, to, template, language } = asked
  const { scheme, deskCeiling: ceiling } = policy
  // what it says no more is said in the new one
  if (previous !== null && rankOfReport(scheme, previous.synthesis) > ceiling)
    return fail('report.above', 'the one that it follows is marked above what this node may show')
  const rules = { period: { from, to }, scheme, ceiling }
  const gathered = await readCache(values, (cache) => gather(cache, rules))
  if (!gathered.ok) return gathered
  const made = draft(gathered.value, {
    ...{ ...rules, template, language, timeZone: policy.timeZone },
    ...{ organisation: policy.organisation, node: policy.node, exercise: false },
  })
  if (!made.ok || previous === null) return made
  const { synthesis: last, digest } = previous
  const title = last.template === template && last.language === language ? last.title : made.value.title
  return ok(following({ ...made.value, title }, last, { digest, replaces: false }))
}

const draftCommand = command({
  name: 'report draft',
  options: { ...draftOptions, ...policyOptions, ...profileOptions, ...identityOptions },
  synopsis: `--from TIME --to TIME [--since FILE] [--template NAME] [--lang fr|en] --out FILE ${whose}`,
  help: [
    'a synthesis of a period from what this node has kept, up to its ceiling: neither numbered nor signed.',
    'FILE ends in .pdf, .docx (a word processor’s), .xml (EDXL-SitRep 1.0) or .json (to be mended and released).',
    '--since: the released one that it follows (.pdf, judged against --ca, or .json): it begins where that ended,',
    'with its title, template, language and recipients, and says what differs.',
    `Templates: ${reportTemplates.join(', ')}. Vigie may run on the same profile meanwhile.`,
  ],
  async run({ values, tell }): Promise<Result<Answer>> {
    const { out } = values
    const form = formOf(extname(out ?? ''))
    if (out === undefined || form === null)
      return fail('command.invalid', '--out: a file that ends in .pdf, .docx, .xml or .json', '--out')
    const previous = await previousOf(values, tell)
    if (!previous.ok) return previous
    const asked = askedOf(values, previous.value)
    if (!asked.ok) return asked
    const { policy, problem } = await policyOf(values)
    if (problem !== null) tell(`${problem.message} [${problem.code}]`)
    const synthesis = await drafted(values, asked.value, policy, previous.value)
    if (!synthesis.ok) return synthesis
    const { scheme, deskCeiling: ceiling } = policy
    const bytes = await exported(synthesis.value, form, { scheme, ceiling, folder: reportFolder() })
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
    ...signerOptions,
  },
  synopsis: `--draft FILE.json | --from TIME --to TIME [--since FILE] [--template NAME] [--lang fr|en] --out FILE.pdf ${whose}`,
  help: [
    'a synthesis numbered, frozen, set and signed (PAdES) with the certificate, stamped where the policy',
    'names an authority, and recorded in the trail: of a period, or a draft as somebody read and mended',
    'it. The number is this node’s next and is given once; what fails gives it back. A card signs, too: --card.',
  ],
  async run({ values, tell }): Promise<Result<Answer>> {
    const { out, draft: file } = values
    if (out === undefined || extname(out) !== '.pdf')
      return fail('command.invalid', '--out: a file that ends in .pdf and is not there yet', '--out')
    if (existsSync(out)) return fail('report.unwritable', 'the file is there already', out)
    const previous = file === undefined ? await previousOf(values, tell) : ok(null)
    if (!previous.ok) return previous
    const asked = file === undefined ? askedOf(values, previous.value) : null
    if (asked?.ok === false) return asked
    const { policy, problem } = await policyOf(values)
    // nobody knows what it demands: a stamp of time, or a lower marking
    if (problem !== null) return { ok: false, error: problem }
    const synthesis =
      asked === null
        ? await readDraft(file ?? '')
        : await drafted(values, asked.value, policy, previous.value)
    if (!synthesis.ok) return synthesis
    const profile = profileOf(values)
    return withSigner(values, 'a synthesis is signed with its certificate', async (signer, chain) => {
      const facts = factsOf(new X509Certificate(signer.certificate))
      const over =
        facts === null ? null : dateProblem({ facts }, values.identity ?? facts.subject, Date.now())
      if (over !== null) return { ok: false, error: over }
      const released = await release(synthesis.value, {
        ...{ profile, signing: { signer, chain }, replaces: null },
        ...{ scheme: policy.scheme, ceiling: policy.deskCeiling, stamp: policy.timestamp },
        async set(it, by) {
          const page = await typeset(it, reportFolder(), by)
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
    })
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
    const authorities = await authoritiesIn(values.ca)
    if (!authorities.ok) return authorities
    const stamping = values['stamp-ca'] === undefined ? null : await authoritiesIn(values['stamp-ca'])
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

export const reportCommands = [draftCommand, releaseCommand, verify, reportExport]
