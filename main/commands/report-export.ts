/** A synthesis that is there already, in another form. */
import { extname } from 'node:path'
import { synthesisName } from '../../preload/contract/report.ts'
import { fail, ok, type Result } from '../../preload/contract/result.ts'
import { exported, formOf } from '../report/export.ts'
import { readFrom } from '../report/released.ts'
import { writeNew } from '../report/release.ts'
import { command, type Answer } from './command.ts'
import { profileOptions } from './node.ts'
import { authoritiesIn, policyOf, policyOptions, reportFolder } from './report-policy.ts'

export const reportExport = command({
  name: 'report export',
  operands: ['FILE'],
  options: { ca: { type: 'string' }, out: { type: 'string' }, ...policyOptions, ...profileOptions },
  synopsis:
    '--out FILE.docx|.xml|.json|.pdf [--ca FILE] [--policy FILE --policy-authority FILE] [--profile DIR]',
  help: [
    'a synthesis that was drafted (.json) or released (.pdf, which is verified first, with --ca against who may',
    'sign) as a word processor’s document, EDXL-SitRep 1.0, data, or an unsigned PDF: up to the ceiling of this',
    'node. Ends with 1 where it was altered, or is marked above it.',
  ],
  async run({ values, operands: [file = ''], tell }): Promise<Result<Answer>> {
    const { out, ca } = values
    const form = formOf(extname(out ?? ''))
    if (out === undefined || form === null)
      return fail('command.invalid', '--out: a file that ends in .docx, .xml, .json or .pdf', '--out')
    const authorities = ca === undefined ? null : await authoritiesIn(ca)
    if (authorities?.ok === false) return authorities
    const { policy, problem } = await policyOf(values)
    // nobody knows what it forbids
    if (problem !== null) return { ok: false, error: problem }
    const read = await readFrom(file, authorities?.value ?? null, Date.now())
    if (!read.ok) return read
    const { synthesis, unvouched } = read.value
    if (unvouched !== null) tell(`${file}: ${unvouched}`)
    const { scheme, deskCeiling: ceiling } = policy
    const bytes = await exported(synthesis, form, { scheme, ceiling, folder: reportFolder() })
    if (!bytes.ok) return bytes
    const written = await writeNew(out, bytes.value)
    return written.ok
      ? ok(`${out}: ${synthesisName(synthesis.number)}, ${synthesis.marking.level.toUpperCase()}`)
      : written
  },
})
