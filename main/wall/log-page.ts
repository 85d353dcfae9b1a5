/** The log as a page that is printed: its marking above and below on each sheet, with page x of y. */
import type { LogSheet } from '../../preload/contract/log-sheet.ts'
import type { Language } from '../../preload/contract/words.ts'

export interface LogPage {
  sheet: LogSheet
  language: Language
  /** the marking of the whole, as on a banner */
  marking: string
  /** `EXERCICE`; '': none */
  exercise: string
  title: string
  /** whose it is, and when it was made */
  made: string
}

const entities: { readonly [sign: string]: string } = {
  ...{ '&': '&amp;', '<': '&lt;', '>': '&gt;' },
  ...{ '"': '&quot;', "'": '&#39;' },
}
const html = (text: string): string => text.replace(/[&<>"']/g, (sign) => entities[sign]!)
/** As a string of a style sheet, CSS Syntax 3, 4.3.5: what could end it is written by its number. */
const css = (text: string): string =>
  `"${text.replace(/[^\p{L}\p{N} .,:·–/-]/gu, (sign) => `\\${sign.codePointAt(0)!.toString(16)} `)}"`

/** Nothing in it runs, and nothing comes from elsewhere. */
export const pagePolicy = "default-src 'none'; style-src 'unsafe-inline'"

export function pageOf({ sheet, language, marking, exercise, title, made }: LogPage): string {
  const banner = exercise === '' ? marking : `${exercise} · ${marking}`
  const columns = sheet.columns.map(({ wide }) => `<col class="${wide ? 'wide' : ''}">`).join('')
  const heads = sheet.columns.map(({ head }) => `<th scope="col">${html(head)}</th>`).join('')
  const rows = sheet.rows
    .map(({ cells }) => `<tr>${cells.map((cell) => `<td>${html(cell)}</td>`).join('')}</tr>`)
    .join('\n')
  return `<!doctype html>
<html lang="${language}"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${pagePolicy}">
<title>${html(title)}</title>
<style>
@page {
  size: A4 landscape;
  margin: 19mm 13mm 17mm;
  @top-center { content: ${css(banner)}; font: 700 10pt Inter, sans-serif; letter-spacing: .12em; }
  @bottom-right { content: counter(page) " / " counter(pages); font: 8pt Inter, sans-serif; }
  @bottom-center { content: ${css(banner)}; font: 700 10pt Inter, sans-serif; letter-spacing: .12em; }
}
body { margin: 0; font: 8.4pt/10.6pt Inter, sans-serif; color: #14191e; }
h1 { margin: 0; font-size: 15pt; line-height: 19pt; }
p { margin: 0 0 4mm; color: #46515b; }
table { width: 100%; border-collapse: collapse; font-variant-numeric: tabular-nums; }
thead { display: table-header-group; }
th { padding: 0 3mm 1mm 0; border-bottom: .8pt solid #14191e; font-size: 7.5pt; font-weight: 550; text-align: left; }
td { padding: 1mm 3mm 1mm 0; border-bottom: .4pt solid #c5cdd3; vertical-align: top; white-space: pre-line; overflow-wrap: anywhere; }
tr { break-inside: avoid; }
col.wide { width: 45%; }
</style></head><body>
<h1>${html(title)}</h1><p>${html(sheet.about)} · ${html(made)}</p>
<table><colgroup>${columns}</colgroup><thead><tr>${heads}</tr></thead><tbody>
${rows}
</tbody></table></body></html>`
}
