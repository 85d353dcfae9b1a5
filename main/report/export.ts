/** A synthesis in the forms that others read: what is exported is what is there, and above the ceiling nothing is. */
import type { MarkingScheme, Rank } from '../../preload/contract/marking.ts'
import { rankOfReport, type Synthesis } from '../../preload/contract/report.ts'
import type { exportForms } from '../../preload/contract/reports.ts'
import { fail, ok, type Result } from '../../preload/contract/result.ts'
import { sitrepOf } from './sitrep.ts'
import { typeset } from './typeset.ts'

export type Form = (typeof exportForms)[number]

const endings: Readonly<Record<string, Form>> = {
  '.pdf': 'pdf',
  '.docx': 'docx',
  '.xml': 'edxl',
  '.json': 'json',
}
/** @param ending `.docx` @returns null: nothing is written as that */
export const formOf = (ending: string): Form | null =>
  Object.hasOwn(endings, ending.toLowerCase()) ? (endings[ending.toLowerCase()] ?? null) : null

/** @returns how a file of that form ends */
export const endingOf = (form: Form): string =>
  Object.keys(endings).find((ending) => endings[ending] === form) ?? ''

export interface ExportRules {
  scheme: MarkingScheme
  ceiling: Rank
  /** `report` of the resources */
  folder: string
}

/** @returns `report.above` where it is marked above the ceiling, `report.unset` where it can't be written */
export async function exported(it: Synthesis, form: Form, rules: ExportRules): Promise<Result<Buffer>> {
  const { scheme, ceiling, folder } = rules
  if (rankOfReport(scheme, it) > ceiling)
    return fail('report.above', 'it is marked above what this node may show')
  switch (form) {
    case 'pdf':
      return typeset(it, folder)
    case 'docx': {
      // half a megabyte of it: only for who asks for one
      const { docxOf } = await import('./docx.ts')
      return docxOf(it, folder)
    }
    case 'edxl':
      return ok(sitrepOf(it))
    case 'json':
      return ok(Buffer.from(`${JSON.stringify(it, null, 2)}\n`))
  }
}
