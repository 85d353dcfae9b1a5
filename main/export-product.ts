/** A product leaves the desk as a file: row by row as the engine has them, so that it may be as large as it is. */
import type { BrowserWindow } from 'electron'
import type { Rank } from '../preload/contract/marking.ts'
import type { Record } from '../preload/contract/picture.ts'
import type { ProductForm, ProductName } from '../preload/contract/product.ts'
import { fail, ok, type Problem, type Result } from '../preload/contract/result.ts'
import type { Language } from '../preload/contract/words.ts'
import type { SomeRows } from './engine/windows/some-rows.ts'
import { writeWhole } from './identity/write-whole.ts'
import { bannerOf, fileNameOf, levelOf, mayGo, textOf, type Rules } from './open-data/leave.ts'
import type { Policy } from './policy/policy.ts'

export interface ProductExportParts {
  policy: () => Pick<Policy, 'export' | 'scheme' | 'deskCeiling' | 'organisation' | 'node'>
  language: () => Language
  exercise: boolean
  over: () => BrowserWindow | null
  /** @returns where it is to go; null: nowhere */
  choosePlace(over: BrowserWindow | null, name: string): Promise<string | null>
  /** some rows of it, from one on */
  rows(product: ProductName, ceiling: Rank, from: number): Promise<Result<SomeRows>>
  /** how far it is; null: it is over */
  told(far: { product: ProductName; rows: number; of: number } | null): void
  /** ms since 1970 */
  now: () => number
}

export interface ProductExport {
  save(product: ProductName, form: ProductForm): Promise<Result<{ left: boolean; rows: number }>>
  /** nothing is left of what was written of it */
  stop(): void
}

/** Ends the writing of a file with what is told of it. */
class Ended extends Error {
  readonly problem: Problem
  constructor(problem: Problem) {
    super(problem.message)
    this.problem = problem
  }
}

export function createProductExport(parts: ProductExportParts): ProductExport {
  let running: { stopped: boolean } | null = null

  const rules = (): Rules => {
    const { scheme, deskCeiling: ceiling, export: leave } = parts.policy()
    return { scheme, ceiling, files: leave.files }
  }

  async function leave(
    product: ProductName,
    form: ProductForm,
    own: { stopped: boolean },
  ): Promise<Result<{ left: boolean; rows: number }>> {
    const first = await parts.rows(product, parts.policy().deskCeiling, 0)
    if (!first.ok) return first
    const { descriptor } = first.value
    const may = mayGo(product, descriptor, form, rules())
    if (!may.ok) return may
    const rank = may.value
    const { scheme, organisation, node } = parts.policy()
    const at = parts.now()
    const short = levelOf({ scheme, rank })?.short ?? ''
    const file = await parts.choosePlace(parts.over(), fileNameOf(product, short, at, form))
    if (file === null) return ok({ left: false, rows: 0 })
    const language = parts.language()
    const said = {
      ...{ product, descriptor, rank, scheme, language, at, by: `${organisation} · ${node}` },
      banner: bannerOf({ scheme, rank }, language, parts.exercise),
    }
    let rows = 0
    const all = async function* (): AsyncGenerator<Record[]> {
      for (let from: number | null = 0; from !== null;) {
        const some = await parts.rows(product, rank, from)
        if (!some.ok) throw new Ended(some.error)
        if (own.stopped)
          throw new Ended({ code: 'export.cancelled', message: 'somebody stopped it', subject: product })
        // policy, and the product's marking, may be others since it began
        const still = mayGo(product, some.value.descriptor, form, rules())
        if (!still.ok) throw new Ended(still.error)
        if (still.value !== rank)
          throw new Ended({ code: 'entity.unknown', message: 'it is marked otherwise now', subject: product })
        const { records, next, of } = some.value
        rows += records.length
        parts.told({ product, rows, of })
        from = next
        yield records
      }
    }
    try {
      // policy may be another since somebody began to look for a place
      const still = mayGo(product, descriptor, form, rules())
      if (!still.ok) return still
      await writeWhole(file, textOf(form, said, all()), { over: true })
      return ok({ left: true, rows })
    } catch (error) {
      return error instanceof Ended
        ? { ok: false, error: error.problem }
        : fail('export.unwritable', String(error), file)
    }
  }

  return {
    async save(product, form) {
      if (running !== null) return fail('export.busy', 'another export is under way', product)
      const own = { stopped: false }
      running = own
      try {
        return await leave(product, form, own)
      } finally {
        running = null
        parts.told(null)
      }
    },
    stop() {
      if (running !== null) running.stopped = true
    },
  }
}
