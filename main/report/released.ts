/** A synthesis as a file holds it: the data attached to a PDF, or the data alone. What vouches for it is told beside it. */
import { readFile, stat } from 'node:fs/promises'
import { extname } from 'node:path'
import { PDF } from '@libpdf/core'
import * as v from 'valibot'
import { canonicalForm, mostReportBytes, SynthesisSchema, type Synthesis } from '../../preload/contract/report.ts'
import { fail, ok, type Result } from '../../preload/contract/result.ts'
import { wantedOf } from '../../preload/contract/text.ts'
import { digestOf } from './paper.ts'
import { mostPdfBytes, verifyPdf } from './verify.ts'

/** What the data of a synthesis is called in its PDF. */
export const attachedName = 'synthesis.json'

export interface FromFile {
  synthesis: Synthesis
  /** SHA-256 of its canonical form */
  digest: string
  /** why nobody vouches for it; null: its signature does, and every byte is as it was signed */
  unvouched: string | null
  /** who signed, as far as somebody did */
  signer: string | null
}

export const isReleased = (it: Synthesis): it is Synthesis & { number: number; released: number } =>
  it.number !== null && it.released !== null

function parsed(text: string, file: string): Result<Synthesis> {
  try {
    const read = v.safeParse(SynthesisSchema, JSON.parse(text))
    if (read.success) return ok(read.output)
    const [issue] = read.issues
    return fail('report.unreadable', `${v.getDotPath(issue) ?? 'it'}: ${wantedOf(issue)}`, file)
  } catch {
    return fail('report.unreadable', 'it is no JSON', file)
  }
}

/**
 * @param authorities PEM: who issues those whose signatures count; null: the file alone is judged
 * @returns `report.unreadable` where there is none in it, or where it was altered after it was signed
 */
export async function readFrom(
  file: string,
  authorities: readonly string[] | null,
  now: number,
): Promise<Result<FromFile>> {
  const isPdf = extname(file).toLowerCase() === '.pdf'
  let bytes: Buffer
  try {
    if ((await stat(file)).size > (isPdf ? mostPdfBytes : mostReportBytes))
      return fail('report.unreadable', 'it is too large', file)
    bytes = await readFile(file)
  } catch (error) {
    return fail('report.unreadable', String(error), file)
  }
  if (!isPdf) {
    const read = parsed(bytes.toString('utf8'), file)
    if (!read.ok) return read
    const unvouched = 'it is data without a signature'
    return ok({ synthesis: read.value, digest: digestOf(canonicalForm(read.value)), unvouched, signer: null })
  }
  const verdict = await verifyPdf(bytes, authorities, null, now)
  const isDraft = verdict.wrong === 'it is not signed'
  // what was altered is nothing to go on from
  if (verdict.wrong !== null && !isDraft) return fail('report.unreadable', verdict.wrong, file)
  const data = await attachedTo(bytes)
  if (data === null) return fail('report.unreadable', 'no synthesis is attached to it', file)
  const read = parsed(data, file)
  if (!read.ok) return read
  const unvouched = isDraft
    ? 'it is not signed'
    : authorities === null
      ? 'it is as it was signed, but nobody was asked whose signature that is'
      : null
  const digest = digestOf(canonicalForm(read.value))
  return ok({ synthesis: read.value, digest, unvouched, signer: verdict.signer })
}

async function attachedTo(bytes: Buffer): Promise<string | null> {
  try {
    const data = (await PDF.load(bytes)).getAttachment(attachedName)
    return data === null || data.length > mostReportBytes ? null : Buffer.from(data).toString('utf8')
  } catch {
    return null
  }
}
