import { createWriteStream } from 'node:fs'
import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { pipeline } from 'node:stream/promises'
import { Readable } from 'node:stream'
import { fail, ok, type Result } from '../../preload/contract/result.ts'
import { folded, printable } from '../../preload/contract/text.ts'
import type { TrailQuestion, TrailRow } from '../../preload/contract/trail.ts'
import { readAuthority } from '../identity/authority.ts'
import { readCertificates } from '../identity/trust/certificate.ts'
import { deriveKey, openVault } from '../identity/vault/vault.ts'
import { openLedger, trailFile, type Ledger } from '../trail/ledger.ts'
import { subjectOf, verifyTrail, type Row, type Verdict } from '../trail/verify.ts'
import { command, type Answer } from './command.ts'
import { jsonOption, profileOf } from './node.ts'
import { signerOptions, withSigner } from './signer.ts'
import { asTable } from './table.ts'

const authorityOptions = {
  /** PEM: who issues the nodes' certificates, and whose stamps count */
  ca: { type: 'string' },
  'stamp-ca': { type: 'string' },
  /** N:HASH, a record as somebody remembers it */
  expect: { type: 'string' },
} as const

/** The trail as it is, and left so. Vigie may run on the same profile meanwhile. */
async function readTrail<T>(
  values: Parameters<typeof withSigner>[0],
  read: (ledger: Ledger, certificate: string) => Promise<T>,
): Promise<Result<T>> {
  const profile = profileOf(values)
  const opened = await withSigner(values, 'the trail opens with its certificate', async (signer) => {
    const vault = await openVault(profile, signer, { cache: trailFile(profile), make: false })
    return vault.ok ? ok({ vault: vault.value, certificate: signer.certificate }) : vault
  })
  if (!opened.ok) return opened
  const { certificate } = opened.value
  const { secret, next } = opened.value.vault
  let ledger: Result<Ledger> | null = null
  // with a rotation under way it answers to the one or the other
  for (const each of next === null ? [secret] : [secret, next]) {
    const key = deriveKey(each, 'Vigie trail')
    if (ledger?.ok !== true) ledger = await openLedger(profile, key, { readOnly: true })
    key.fill(0)
    each.fill(0)
  }
  if (ledger === null) return fail('trail.closed', 'there is no key to open it with', profile)
  if (!ledger.ok) return ledger
  try {
    return ok(await read(ledger.value, certificate))
  } catch (error) {
    return fail('trail.damaged', String(error), profile)
  } finally {
    await ledger.value.close()
  }
}

/** Each certificate by itself; null: none was named. */
async function authoritiesIn(file: string | undefined): Promise<Result<string[] | null>> {
  if (file === undefined) return ok(null)
  const read = await readAuthority(file)
  return read.ok ? ok(readCertificates(read.value).map(({ x509 }) => x509.toString())) : read
}

function rememberedOf(text: string | undefined): Result<{ sequence: number; hash: string } | null> {
  if (text === undefined) return ok(null)
  const [, sequence, hash] = /^(\d{1,15}):([0-9a-f]{64})$/.exec(text) ?? []
  if (sequence === undefined || hash === undefined)
    return fail('command.invalid', '--expect: as verify prints it, N:HASH', '--expect')
  return ok({ sequence: Number(sequence), hash })
}

const inWords = (verdict: Verdict, judged: Judged): string => {
  const { records, first, last, head, sealed, seals, stamps, bad, altered, subjects, outside } = verdict
  const open = last - sealed
  return [
    `${records} records${first > 1 ? `, from ${first}` : ''}`,
    bad === null
      ? `whole: each follows the one before it, ${seals} seals, ${stamps} stamps of time`
      : `record ${bad.record} is not as it was written: ${bad.why}`,
    ...(bad === null || bad.record === altered?.record
      ? []
      : altered === null
        ? ['no hash and no signature fails']
        : [`the first whose hash or signature fails is ${altered.record}: ${altered.why}`]),
    ...subjects.map((subject) => `sealed by ${printable(subject, 300)}`),
    ...(outside.first === null
      ? []
      : [
          `${outside.seals} seals, the first of them ${outside.first}, are of a time at which their certificate was not valid: the node’s clock was wrong, or what it says of time is`,
        ]),
    ...(verdict.lag === null ? [] : [`a seal waited for its stamp ${lastingOf(verdict.lag)} at most`]),
    ...(verdict.late > 0
      ? [
          `${verdict.late} stamps are of more than a day after their seals: until then nothing proves the time`,
        ]
      : []),
    ...(bad === null && open > 0 ? [`${open} at the end are not sealed yet`] : []),
    ...(judged.seals ? [] : ['whose certificates these are was not judged: say --ca FILE']),
    ...(judged.stamps || stamps === 0 ? [] : ['whose stamps these are was not judged: say --stamp-ca FILE']),
    `head ${last}:${head}`,
  ].join('\n')
}

/** Of which authorities something is known. */
interface Judged {
  seals: boolean
  stamps: boolean
}

const lastingOf = (ms: number): string => {
  const seconds = Math.max(0, Math.round(ms / 1000))
  if (seconds < 120) return `${seconds} s`
  return seconds < 7200 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3600)} h`
}

const verdictAnswer = (verdict: Verdict, json: boolean | undefined, judged: Judged): Answer => {
  const text = json === true ? JSON.stringify(verdict, null, 2) : inWords(verdict, judged)
  return verdict.bad === null ? text : { text, failed: true }
}

const verify = command({
  name: 'trail verify',
  options: {
    ...jsonOption,
    ...signerOptions,
    ...authorityOptions,
    file: { type: 'string' },
    /** as verify prints it; said more than once where another identity has the node since */
    subject: { type: 'string', multiple: true },
  },
  synopsis:
    '[--json] [--ca FILE] [--stamp-ca FILE] [--expect N:HASH] [--subject SUBJECT]… [--profile DIR] --identity FILE.p12 | --file FILE --ca FILE',
  help: [
    'whether the trail is as it was written: how many records there are, and the first that was',
    'changed, removed or put in. An exported file needs the authority alone. --expect names a',
    'record that must be there, as verify printed it before: what is cut off at the end is found.',
    'Every seal must be of one subject, of --identity’s where it is given; --subject allows others.',
  ],
  async run({ values }) {
    const authorities = await authoritiesIn(values.ca)
    if (!authorities.ok) return authorities
    const stampAuthorities = await authoritiesIn(values['stamp-ca'])
    if (!stampAuthorities.ok) return stampAuthorities
    const remembered = rememberedOf(values.expect)
    if (!remembered.ok) return remembered
    const known = {
      authorities: authorities.value,
      stampAuthorities: stampAuthorities.value,
      remembered: remembered.value,
      subjects: values.subject ?? null,
    }
    const judged = { seals: authorities.value !== null, stamps: stampAuthorities.value !== null }
    if (values.file !== undefined) {
      if (!judged.seals)
        return fail('command.invalid', '--ca is missing: the file says whose it is, and nobody else', '--ca')
      try {
        const verdict = await verifyTrail(linesOf(values.file), known)
        return ok(verdictAnswer(verdict, values.json, judged))
      } catch (error) {
        return fail('trail.damaged', String(error), values.file)
      }
    }
    const verdict = await readTrail(values, (ledger, certificate) =>
      verifyTrail(ledger.rows(), { ...known, subjects: [subjectOf(certificate), ...(values.subject ?? [])] }),
    )
    return verdict.ok ? ok(verdictAnswer(verdict.value, values.json, judged)) : verdict
  },
})

async function* linesOf(file: string): AsyncIterable<Row> {
  for await (const body of createInterface({ input: createReadStream(file), crlfDelay: Infinity }))
    if (body !== '') yield { body }
}

/** As people write it; a time without a zone is this machine's. */
function timeOf(text: string | undefined, option: string): Result<number | null> {
  if (text === undefined) return ok(null)
  const at = Date.parse(text)
  if (Number.isNaN(at))
    return fail('command.invalid', `${option} ${text}: a time as 2026-11-27T14:02`, option)
  return ok(at)
}

const most = 200
const columns = ['record', 'at', 'kind', 'who', 'screen', 'subject', 'marking', 'refused'] as const
const whoOf = ({ person, function: role, automation, node }: TrailRow): string =>
  [person ?? automation ?? '', role ?? '', node].filter((part) => part !== '').join(', ')

const show = command({
  name: 'trail show',
  options: {
    ...jsonOption,
    ...signerOptions,
    screen: { type: 'string' },
    kind: { type: 'string' },
    since: { type: 'string' },
    until: { type: 'string' },
    find: { type: 'string' },
    last: { type: 'string' },
  },
  synopsis:
    '[--json] [--screen N] [--kind KIND] [--since TIME] [--until TIME] [--find WORDS] [--last N] [--profile DIR] --identity FILE.p12',
  help: [
    'what the trail has, the newest last: of a screen, a kind (act.show-scene, shown, refused …), a',
    'time, or with these words in it. --last says how many, 50 unless said.',
  ],
  async run({ values }) {
    const since = timeOf(values.since, '--since')
    if (!since.ok) return since
    const until = timeOf(values.until, '--until')
    if (!until.ok) return until
    const whole = (text: string | undefined, option: string, highest: number): Result<number | null> => {
      if (text === undefined) return ok(null)
      const number = Number(text)
      return Number.isInteger(number) && number >= 1 && number <= highest
        ? ok(number)
        : fail('command.invalid', `${option} ${text}: a whole number from 1 to ${highest}`, option)
    }
    const screen = whole(values.screen, '--screen', 64)
    if (!screen.ok) return screen
    const last = whole(values.last, '--last', 1_000_000)
    if (!last.ok) return last
    const words = folded([values.find ?? '', values.kind ?? ''].join(' '))
      .split(/\s+/)
      .filter((text) => text !== '')
      .map((text) => ({ text, kinds: [] }))
    const found = await readTrail(values, async (ledger) => {
      const rows: TrailRow[] = []
      let left = last.value ?? 50
      let before: number | null = null
      for (let more = true; more && left > 0;) {
        const question: TrailQuestion = {
          ...{ words, screen: screen.value, from: since.value, until: until.value, before },
          limit: Math.min(most, left),
        }
        const page = await ledger.find(question, null)
        rows.push(...page.rows)
        before = page.rows.at(-1)?.sequence ?? null
        left -= page.rows.length
        more = page.more && before !== null
      }
      return rows.reverse()
    })
    if (!found.ok) return found
    if (values.json === true) return ok(JSON.stringify(found.value, null, 2))
    if (found.value.length === 0) return ok('nothing of it')
    const lines = found.value.map((row) => ({
      record: row.sequence,
      at: new Date(row.at).toISOString(),
      kind: row.kind,
      who: printable(whoOf(row), 80),
      screen: row.screen,
      subject: printable(row.subject ?? '', 80),
      marking: row.marking,
      refused: row.refused ?? '',
    }))
    return ok(asTable(columns, lines, (column) => column !== 'record' && column !== 'screen'))
  },
})

const exported = command({
  name: 'trail export',
  options: { ...signerOptions, out: { type: 'string' } },
  synopsis: '--out FILE [--profile DIR] --identity FILE.p12',
  help: [
    'every record as it is kept, a line each, in clear: for whoever is to verify it with the',
    'authority’s certificate alone. It is as marked as what it holds.',
  ],
  async run({ values }) {
    const { out } = values
    if (out === undefined)
      return fail('command.invalid', '--out is missing: a file that is not there yet', '--out')
    const written = await readTrail(values, async (ledger) => {
      let count = 0
      async function* lines() {
        for await (const { body } of ledger.rows()) {
          count++
          yield `${body}\n`
        }
      }
      // never over another file
      await pipeline(Readable.from(lines()), createWriteStream(out, { flags: 'wx', mode: 0o600 }))
      return count
    })
    return written.ok ? ok(`${out}: ${written.value} records`) : written
  },
})

export const trailCommands = [verify, show, exported]
