/**
 * A synthesis leaves this node: numbered, frozen, set, signed, written, and in the trail, in this order. What fails
 * before it is written gives its number back.
 */
import { mkdir, readdir, readFile, rm, stat } from 'node:fs/promises'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import * as v from 'valibot'
import type { MarkingScheme, Rank } from '../../preload/contract/marking.ts'
import {
  canonicalForm,
  mostReportBytes,
  rankOfReport,
  SynthesisSchema,
  synthesisName,
  type Synthesis,
} from '../../preload/contract/report.ts'
import { fail, ok, type Result } from '../../preload/contract/result.ts'
import { wantedOf } from '../../preload/contract/text.ts'
import type { Recorded } from '../../preload/contract/trail.ts'
import type { Identity } from '../identity/open-identity.ts'
import { signerOf } from '../identity/signer.ts'
import { writeWhole } from '../identity/write-whole.ts'
import type { StampAuthority } from '../trail/stamp.ts'
import { digestOf } from './paper.ts'
import { signedByOf, signPdf } from './sign.ts'
import { typeset } from './typeset.ts'

export interface ReleaseOrder {
  profile: string
  identity: Identity
  scheme: MarkingScheme
  /** above it nothing leaves */
  ceiling: Rank
  stamp: StampAuthority | null
  /** a file that is not there yet */
  out: string
  /** where its paper is drawn from */
  folder: string
  /** @returns false: there is no trail yet */
  record(recorded: Recorded): Result<boolean>
}

export interface Released {
  synthesis: Synthesis
  /** why the trail does not have it; null: it does, or will as soon as the node opens it next */
  missing: string | null
}

export async function release(
  draft: Synthesis,
  { profile, identity, scheme, ceiling, stamp, out, folder, record }: ReleaseOrder,
): Promise<Result<Released>> {
  if (isAbove(draft, scheme, ceiling))
    return fail('report.invalid', 'it is marked above what this node may show')
  const taken = await takeNumber(profile)
  if (!taken.ok) return taken
  const { number, giveBack } = taken.value
  const at = Math.floor(Date.now() / 1000) * 1000
  const synthesis: Synthesis = { ...draft, number, released: at }
  const of = { signer: signerOf(identity), chain: identity.chain, at, stamp }
  const by = signedByOf(of)
  const page = await typeset(synthesis, folder, by)
  const signed = page.ok ? await signPdf(page.value, of) : page
  const written = signed.ok ? await writeNew(out, signed.value) : signed
  if (!written.ok) {
    await giveBack()
    return written
  }
  const recorded = record({
    kind: 'report.release',
    subject: synthesisName(number),
    marking: synthesis.marking.level,
    detail: {
      ...{ digest: digestOf(canonicalForm(synthesis)), version: synthesis.version, out },
      ...{ signer: by.subject, by: userInfo().username },
    },
  })
  if (!recorded.ok) return ok({ synthesis, missing: recorded.error.message })
  return ok({ synthesis, missing: recorded.value ? null : 'there is none, as nobody has signed in here yet' })
}

/** The level that the scheme of a synthesis says, in the one of this node: what is not known counts as the highest. */
const isAbove = (it: Synthesis, scheme: MarkingScheme, ceiling: Rank): boolean =>
  rankOfReport(scheme, it) > ceiling

/** As somebody read and mended it. */
export async function readDraft(file: string): Promise<Result<Synthesis>> {
  const unreadable = (why: string) => fail<Synthesis>('report.unreadable', why, file)
  try {
    if ((await stat(file)).size > mostReportBytes) return unreadable('it is too large')
    const read = v.safeParse(SynthesisSchema, JSON.parse(await readFile(file, 'utf8')))
    if (!read.success) {
      const [issue] = read.issues
      return unreadable(`${v.getDotPath(issue) ?? 'it'}: ${wantedOf(issue)}`)
    }
    if (read.output.number !== null) return unreadable('it has a number already: it was released')
    return ok(read.output)
  } catch (error) {
    return unreadable(error instanceof SyntaxError ? 'it is no JSON' : String(error))
  }
}

/**
 * The next number of this node, given once: a file of its name, which only one can make. Whoever fails gives it back
 * before anything has left.
 */
async function takeNumber(profile: string): Promise<Result<{ number: number; giveBack(): Promise<void> }>> {
  const folder = join(profile, 'reports')
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    for (let tries = 0; tries < 1000; tries++) {
      const given = (await readdir(folder)).flatMap((name) => (/^\d{1,6}$/.test(name) ? [Number(name)] : []))
      const number = Math.max(0, ...given) + 1
      if (number > 999_999) return fail('report.unwritable', 'there is no further number', folder)
      const file = join(folder, String(number))
      try {
        await writeWhole(file, '', { over: false })
        return ok({ number, giveBack: () => rm(file, { force: true }) })
      } catch (error) {
        // somebody else took it meanwhile
        if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
      }
    }
    return fail('report.unwritable', 'others took every number', folder)
  } catch (error) {
    return fail('report.unwritable', String(error), folder)
  }
}

/** What is offered comes whole, or nothing: never over another file. */
export async function writeNew(out: string, bytes: string | Uint8Array): Promise<Result<undefined>> {
  try {
    await writeWhole(out, bytes, { over: false })
    return ok(undefined)
  } catch (error) {
    const why = error instanceof Error && 'code' in error && error.code === 'EEXIST'
    return fail('report.unwritable', why ? 'the file is there already' : String(error), out)
  }
}
