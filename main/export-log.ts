/** The log leaves the desk, on paper or as a file: where policy lets it, nothing above the desk's ceiling, marked as the highest. */
import type { BrowserWindow } from 'electron'
import { rankOf } from '../preload/contract/marking.ts'
import { fail, ok, type Result } from '../preload/contract/result.ts'
import type { LogSheet } from '../preload/contract/log-sheet.ts'
import type { Language, Words } from '../preload/contract/words.ts'
import { writeWhole } from './identity/write-whole.ts'
import type { Policy } from './policy/policy.ts'
import { csvOf } from './open-data/csv.ts'
import { pageOf, pagePolicy } from './wall/log-page.ts'

export interface ExportParts {
  policy: () => Pick<Policy, 'export' | 'scheme' | 'deskCeiling' | 'organisation' | 'node' | 'timeZone'>
  language: () => Language
  exercise: boolean
  over: () => BrowserWindow | null
  /** @returns where it is to go; null: nowhere */
  choosePlace(over: BrowserWindow | null, name: string): Promise<string | null>
  print(page: string, policy: string): Promise<Result<boolean>>
  /** ms since 1970 */
  now: () => number
}

const titles: { readonly [L in Language]: { title: string; name: string; exercise: string; made: string } } =
  {
    fr: { title: 'Main courante', name: 'main-courante', exercise: 'EXERCICE', made: 'établie le' },
    en: { title: 'Log', name: 'log', exercise: 'EXERCISE', made: 'made on' },
  }

export function createLogExport(parts: ExportParts) {
  const inWords = (words: Words): string => (typeof words === 'string' ? words : words[parts.language()])

  /** @returns the level of the whole; what this desk may not show does not leave it either */
  function levelOf({ columns, rows }: LogSheet): Result<{ banner: string; short: string }> {
    if (rows.some(({ cells }) => cells.length !== columns.length))
      return fail('ipc.input-invalid', 'a row has a cell for each column')
    const { scheme, deskCeiling } = parts.policy()
    const ranks = rows.map(({ marking }) => rankOf(scheme, marking))
    const most = Math.max(...ranks)
    const level = scheme.levels[most]
    return level === undefined || most > deskCeiling
      ? fail('line.above', 'it is above what this desk shows', level?.short ?? '')
      : ok({ banner: inWords(level.banner), short: level.short })
  }
  const forbidden = (): Result<never> =>
    fail('policy.export-forbidden', 'the policy lets nothing of it leave')
  const made = (): string => {
    const { organisation, node, timeZone } = parts.policy()
    const { made: on } = titles[parts.language()]
    const at = new Intl.DateTimeFormat(parts.language() === 'fr' ? 'fr-FR' : 'en-GB', {
      ...{ timeZone, dateStyle: 'long' as const, timeStyle: 'medium' as const },
    }).format(parts.now())
    return `${organisation} · ${node} · ${on} ${at}`
  }

  return {
    async save(sheet: LogSheet): Promise<Result<{ left: boolean }>> {
      if (!parts.policy().export.files) return forbidden()
      const level = levelOf(sheet)
      if (!level.ok) return level
      const { title, name, exercise } = titles[parts.language()]
      const stamp = new Date(parts.now()).toISOString().slice(0, 16).replaceAll(/[-:]/g, '').replace('T', '-')
      const named = `${name}_${level.value.short}_${stamp}Z.csv`.replaceAll(/[^\p{L}\p{N}._-]/gu, '-')
      const file = await parts.choosePlace(parts.over(), named)
      if (file === null) return ok({ left: false })
      // policy may be another since somebody began to look for a place
      const still = parts.policy().export.files ? levelOf(sheet) : forbidden()
      if (!still.ok) return still
      const blank = sheet.columns.slice(1).map(() => '')
      const banner = parts.exercise ? `${exercise} · ${level.value.banner}` : level.value.banner
      const head = [`${banner} · ${title} · ${sheet.about} · ${made()}`, ...blank]
      try {
        await writeWhole(
          file,
          csvOf([head, sheet.columns.map((column) => column.head), ...sheet.rows.map(({ cells }) => cells)]),
          { over: true },
        )
        return ok({ left: true })
      } catch (error) {
        return fail('export.unwritable', String(error), file)
      }
    },
    async print(sheet: LogSheet): Promise<Result<{ left: boolean }>> {
      if (!parts.policy().export.print) return forbidden()
      const level = levelOf(sheet)
      if (!level.ok) return level
      const language = parts.language()
      const page = pageOf({
        ...{ sheet, language, title: titles[language].title, made: made() },
        ...{ marking: level.value.banner, exercise: parts.exercise ? titles[language].exercise : '' },
      })
      const printed = await parts.print(page, pagePolicy)
      return printed.ok ? ok({ left: printed.value }) : printed
    },
  }
}
