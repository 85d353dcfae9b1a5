/**
 * A synthesis as PDF: A4, tagged, archival (PDF/A-3a) and accessible (PDF/UA-1), its data attached. The template comes
 * with Vigie; what it sets is given as a file of data in memory, and nothing else is there to be read: no folder, no
 * package, no network.
 */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { canonicalForm, mostReportBytes, type Synthesis } from '../../preload/contract/report.ts'
import { fail, ok, type Result } from '../../preload/contract/result.ts'
import { finish } from './archival.ts'
import type { SignedBy } from './block.ts'
import { paperOf } from './paper.ts'
import { groundOf } from './paper-map.ts'
import { pagesIn } from './pages.ts'

/** Nothing lies there: a template that asked for a file would be told that there is none. */
const nowhere = '/nonexistent/vigie'

/** A synthesis as it was set. */
export interface Paper {
  pdf: Buffer
  /** each as an SVG of its own, made when it is asked for */
  pages(): string[]
}

/**
 * @param folder `report` of the resources: the template and its fonts
 * @param signed who will sign it, as it is printed; null: nobody, it is a draft
 * @returns `report.unset` where it can't be set
 */
export async function setPaper(
  it: Synthesis,
  folder: string,
  signed: SignedBy | null = null,
): Promise<Result<Paper>> {
  const unset = (why: string) => fail<Paper>('report.unset', why)
  try {
    const data = canonicalForm(it)
    if (data.length > mostReportBytes) return unset(`it is larger than ${mostReportBytes} bytes`)
    const template = await readFile(join(folder, 'synthesis.typ'), 'utf8')
    const fonts = (await readdir(join(folder, 'fonts'))).filter((name) => name.endsWith('.ttf')).sort()
    const fontBlobs = await Promise.all(fonts.map((name) => readFile(join(folder, 'fonts', name))))
    const ground = it.map === undefined ? null : await groundOf(it.map, folder)
    // fifty megabytes of it: only for who sets something
    const { NodeCompiler } = await import('@myriaddreamin/typst-ts-node-compiler')
    const compiler = NodeCompiler.create({ workspace: nowhere, fontArgs: [{ fontBlobs }] })
    compiler.mapShadow(join(nowhere, 'paper.json'), Buffer.from(JSON.stringify(paperOf(it, signed, ground))))
    compiler.mapShadow(join(nowhere, 'synthesis.json'), Buffer.from(data))
    const compiled = compiler.compile({ mainFileContent: template })
    const { result } = compiled
    if (result === null) {
      const [said] = (compiled.takeError()?.shortDiagnostics ?? []) as { message?: string }[]
      return unset(said?.message ?? 'the template does not compile')
    }
    const creationTimestamp = Math.floor((it.released ?? it.moment) / 1000)
    const pdf = compiler.pdf(result, { pdfStandard: 'a-3a', creationTimestamp })
    return ok({
      pdf: await finish(pdf, it.language),
      pages: () => pagesIn(compiler.plainSvg(result), result.numOfPages),
    })
  } catch (error) {
    return unset(error instanceof Error ? error.message : String(error))
  }
}

/** … as PDF alone. */
export async function typeset(...of: Parameters<typeof setPaper>): Promise<Result<Buffer>> {
  const set = await setPaper(...of)
  return set.ok ? ok(set.value.pdf) : set
}
