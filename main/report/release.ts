/**
 * A synthesis leaves this node: numbered, frozen, set, signed, written, and in the trail, in this order. What fails
 * before it is written gives its number back.
 */
import { mkdir, readdir, readFile, rm, stat } from 'node:fs/promises'
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
import { writeWhole } from '../identity/write-whole.ts'
import type { StampAuthority } from '../trail/stamp.ts'
import type { SignedBy } from './block.ts'
import { digestOf } from './paper.ts'
import { signedByOf, signRoom, type SigningOf } from './sign.ts'

/** How far it is. */
export type ReleaseStep = 'freeze' | 'sign' | 'record'

export interface ReleaseOrder {
  /** the folder in which numbers are given */
  profile: string
  /** who signs, and the certificates that came with theirs, PEM */
  signing: Pick<SigningOf, 'signer' | 'chain'>
  scheme: MarkingScheme
  /** above it nothing leaves */
  ceiling: Rank
  stamp: StampAuthority | null
  /** the number that it is the next version of; null: the next number */
  replaces: number | null
  /** numbers up to this one are others' */
  after?: number
  /** @returns its paper, with room for a signature at this time */
  set(it: Synthesis, by: SignedBy): Promise<Result<Uint8Array>>
  /** where it is from now on: whole, or it is not released */
  place(released: Placed): Promise<Result<undefined>>
  /** @returns false: there is no trail yet */
  record(recorded: Recorded): Result<boolean>
  /** what the trail says of it besides */
  detail: Record<string, unknown>
  /** throws to leave it, until it is signed */
  step?(step: ReleaseStep): void
}

export interface Placed {
  synthesis: Synthesis
  name: string
  pdf: Buffer
  by: SignedBy
}

export interface Released extends Placed {
  /** why the trail does not have it; null: it does, or will as soon as the node opens it next */
  missing: string | null
}

/** `SYN-012-v1`: each version by itself. */
export const releasedName = (number: number | null, version: number): string =>
  `${synthesisName(number)}-v${version}`

export async function release(draft: Synthesis, order: ReleaseOrder): Promise<Result<Released>> {
  const { profile, signing, scheme, ceiling, stamp, replaces, step = () => undefined } = order
  if (isAbove(draft, scheme, ceiling))
    return fail('report.invalid', 'it is marked above what this node may show')
  const taken =
    replaces === null
      ? await takeNumber(profile, order.after ?? 0)
      : await takeVersion(profile, replaces, draft.version)
  if (!taken.ok) return taken
  const { number, giveBack } = taken.value
  let placed: Result<Placed>
  try {
    placed = await freeze(number)
  } catch (error) {
    placed = fail('report.cancelled', error instanceof Error ? error.message : String(error))
  }
  if (!placed.ok) {
    await giveBack()
    return placed
  }
  const { synthesis, by } = placed.value
  step('record')
  const recorded = order.record({
    kind: 'report.release',
    subject: synthesisName(number),
    marking: synthesis.marking.level,
    detail: {
      ...{ digest: digestOf(canonicalForm(synthesis)), version: synthesis.version, ...order.detail },
      signer: by.subject,
    },
  })
  const missing = !recorded.ok
    ? recorded.error.message
    : recorded.value
      ? null
      : 'there is none, as nobody has signed in here yet'
  return ok({ ...placed.value, missing })

  async function freeze(number: number): Promise<Result<Placed>> {
    step('freeze')
    const at = Math.floor(Date.now() / 1000) * 1000
    const synthesis: Synthesis = { ...draft, number, released: at }
    const of = { ...signing, at, stamp }
    const by = signedByOf(of)
    const page = await order.set(synthesis, by)
    if (!page.ok) return page
    step('sign')
    const signed = await signRoom(Buffer.from(page.value), of)
    if (!signed.ok) return signed
    const whole = { synthesis, by, name: releasedName(number, synthesis.version), pdf: signed.value }
    const placed = await order.place(whole)
    return placed.ok ? ok(whole) : placed
  }
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

interface Taken {
  number: number
  giveBack(): Promise<void>
}
const isThere = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'EEXIST'

/**
 * The next number of this node, given once: a file of its name, which only one can make. Whoever fails gives it back
 * before anything has left.
 */
async function takeNumber(profile: string, after: number): Promise<Result<Taken>> {
  const folder = join(profile, 'reports')
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    for (let tries = 0; tries < 1000; tries++) {
      const number = Math.max(after, await lastNumber(profile)) + 1
      if (number > 999_999) return fail('report.unwritable', 'there is no further number', folder)
      const file = join(folder, String(number))
      try {
        await writeWhole(file, '', { over: false })
        return ok({ number, giveBack: () => rm(file, { force: true }) })
      } catch (error) {
        // somebody else took it meanwhile
        if (!isThere(error)) throw error
      }
    }
    return fail('report.unwritable', 'others took every number', folder)
  } catch (error) {
    return fail('report.unwritable', String(error), folder)
  }
}

/** The last that was given; 0: none was. */
export async function lastNumber(profile: string): Promise<number> {
  const names = await readdir(join(profile, 'reports')).catch(() => [])
  return Math.max(0, ...names.flatMap((name) => (/^\d{1,6}$/.test(name) ? [Number(name)] : [])))
}

/** … or a later version of one, given once as well. */
async function takeVersion(profile: string, number: number, version: number): Promise<Result<Taken>> {
  const folder = join(profile, 'reports')
  const file = join(folder, `${number}.v${version}`)
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    await writeWhole(file, '', { over: false })
    return ok({ number, giveBack: () => rm(file, { force: true }) })
  } catch (error) {
    return isThere(error)
      ? fail('report.taken', 'this version was released already', releasedName(number, version))
      : fail('report.unwritable', String(error), folder)
  }
}

/** What is offered comes whole, or nothing: never over another file. */
export async function writeNew(out: string, bytes: string | Uint8Array): Promise<Result<undefined>> {
  try {
    await writeWhole(out, bytes, { over: false })
    return ok(undefined)
  } catch (error) {
    return fail('report.unwritable', isThere(error) ? 'the file is there already' : String(error), out)
  }
}
