/** What windows ask, answered within their ceiling: what is above it does not exist for them. */
import { filesOf, mostPieceBytes } from '../../../preload/contract/document.ts'
import { rankOf, type MarkingScheme, type Rank } from '../../../preload/contract/marking.ts'
import type { QuarantineEntry, Record } from '../../../preload/contract/picture.ts'
import type { Asked, Question, Questions } from '../../../preload/contract/port.ts'
import type { ProductName } from '../../../preload/contract/product.ts'
import { createExtremes } from '../../../preload/contract/extremes.ts'
import { fail, ok, type Result } from '../../../preload/contract/result.ts'
import { folded } from '../../../preload/contract/text.ts'
import { missing } from '../cache/held.ts'
import { unmarked } from '../event/batch.ts'
import { recordBytes, viewOf } from '../event/record.ts'
import { decodeRecord, type Records } from '../picture/record.ts'
import type { Table } from '../picture/table.ts'
import { createCells } from './cells.ts'
import type { FormulaStanding, TriedFormula } from '../../../preload/contract/formula.ts'
import type { Files } from './files.ts'
import type { Sight } from './sight.ts'

/** How a question of the port's table is answered. */
type Answering<Q extends Question> = (
  ask: Questions[Q]['ask'],
  ceiling: Rank,
) => Promise<Result<Questions[Q]['answer']>>

export interface Answers {
  /** of a question that the window's role may ask */
  answer(asked: Asked, ceiling: Rank): Promise<Result<Questions[Question]['answer']>>
}

/** What the picture does not have: the cache answers it. Products are named by their number there. */
export interface Past {
  /** the entity's versions, newest first. @param each told where a record lies; false: enough */
  history(product: number, entity: string, each: (bytes: Uint8Array, at: number) => boolean): Promise<void>
  /**
   * a series' points between two times, in no order. @param each told its time, its value and the level that it was sent
   * with; @returns how far back it was read. Times in ms since 1970
   */
  course(
    product: number,
    series: string,
    from: number,
    to: number,
    each: (point: { time: number; value: number; marking: string }) => void,
  ): Promise<number>
  /** newest first. @param products each with its own rank: of others nothing is told */
  rejected(products: ReadonlyMap<number, Rank>, ceiling: Rank, limit: number): Promise<QuarantineEntry[]>
}

export interface AnswersOptions {
  past: Past
  files: Files
  sight: Sight
  records: Records
  scheme: MarkingScheme
  /** what formulas say, and would say */
  derived: {
    standing(ceiling: Rank): FormulaStanding[]
    tryOut(line: string, of: ProductName | null, ceiling: Rank, as: ProductName | null): Promise<TriedFormula>
  }
}

/** Rows looked at between two looks at the clock, and ms after which other work gets its turn. */
const rowsPerLook = 64
const turn = 8
/** Of an answer's records, as they are stored: decoded they take up to ten times that. One is always given. */
const bytesPerAnswer = 4 * 1024 * 1024

const unknown = (what: string): Result<never> => fail('entity.unknown', 'no such entity here', what)

export function createAnswers({ past, files, sight, records, scheme, derived }: AnswersOptions): Answers {
  const visible = (table: Table | undefined, row: number | undefined, ceiling: Rank): Record | null => {
    if (!table || row === undefined) return null
    const record = records.at(table, row)
    return record && record.marking <= ceiling ? record : null
  }

  const history: Answering<'history'> = async (ask, ceiling) => {
    const held = sight.held(ask.product, ceiling)
    if (!held) return unknown(ask.product)
    const own = rankOf(scheme, held.descriptor.marking)
    const versions: Record[] = []
    let size = 0
    const add = (bytes: Uint8Array, at: number): boolean => {
      const record = decodeRecord(ask.product, bytes, at, scheme, own, ceiling)
      if (record) {
        versions.push(record)
        size += recordBytes(viewOf(bytes), at)
      }
      return versions.length < ask.limit && size < bytesPerAnswer
    }
    // what was read ahead as state may not be in the log yet
    const table = sight.table(ask.product, ceiling)
    const row = table?.rowOf(ask.entity)
    const newest = visible(table, row, ceiling)
    await past.history(held.id, ask.entity, add)
    // it may have been raised or refused meanwhile
    if (!sight.held(ask.product, ceiling)) return unknown(ask.product)
    if (newest && !versions.some(({ sequence }) => sequence === newest.sequence)) {
      versions.push(newest)
      versions.sort((a, b) => b.sequence - a.sequence)
      versions.length = Math.min(versions.length, ask.limit)
    }
    return ok(versions)
  }

  const course: Answering<'course'> = async ({ product, series, from, to, parts }, ceiling) => {
    const held = sight.held(product, ceiling)
    if (!held) return unknown(product)
    const own = rankOf(scheme, held.descriptor.marking)
    const extremes = createExtremes(from, Math.max(from, to), parts)
    let marking: Rank = 0
    // what is derived here is in no log
    const kept = held.id < 0 ? sight.table(product, ceiling)?.metrics?.series.get(series) : undefined
    for (let i = 0; kept !== undefined && i < kept.count; i++) {
      const mark = kept.marks[i] === unmarked ? own : kept.marks[i]!
      const time = kept.times[i]!
      if (mark > ceiling || time < from || time > to) continue
      marking = Math.max(marking, mark)
      extremes.add(time, kept.values[i]!)
    }
    if (held.id < 0)
      return ok({ ...extremes.take(), from: Math.max(from, kept?.times[0] ?? to), marking, filling: false })
    const read = await past.course(held.id, series, from, to, (point) => {
      const mark = point.marking === '' ? own : rankOf(scheme, point.marking)
      if (mark > ceiling) return
      marking = Math.max(marking, mark)
      extremes.add(point.time, point.value)
    })
    // it may have been raised or refused meanwhile
    if (sight.held(product, ceiling) !== held || rankOf(scheme, held.descriptor.marking) !== own)
      return unknown(product)
    const taken = extremes.take()
    // while the history is filled in, what is older is not in the log, though the picture may know of it
    const filling = missing(held).length > 0
    return ok({ ...taken, from: filling ? Math.max(read, taken.times[0] ?? to) : read, marking, filling })
  }

  const reader = createCells()
  const cells: Answering<'cells'> = async ({ product, ...ask }, ceiling) => {
    const read = await reader.read(() => sight.table(product, ceiling), ask, ceiling)
    // it may have been raised or refused meanwhile
    return read === null || !sight.held(product, ceiling) ? unknown(product) : ok(read)
  }

  /** 0: not at all; higher is better */
  const score = (table: Table, row: number, words: readonly string[]): number => {
    const entity = folded(table.entity[row] ?? '')
    const name = folded(table.name[row] ?? '')
    const whole = words.join(' ')
    if (entity === whole || name === whole) return 4
    if (words.every((word) => entity.includes(word) || name.includes(word)))
      return entity.startsWith(whole) || name.startsWith(whole) ? 3 : 2
    if (table.kind === 'track' || table.kind === 'metric') return 0
    const text = folded(JSON.stringify(records.at(table, row)?.body ?? ''))
    return words.every((word) => entity.includes(word) || text.includes(word)) ? 1 : 0
  }

  const search: Answering<'search'> = async (ask, ceiling) => {
    const words = folded(ask.text)
      .split(/\s+/)
      .filter((word) => word !== '')
    if (words.length === 0) return ok([])
    const found: { table: Table; row: number; score: number; time: number }[] = []
    let looked = 0
    let begun = performance.now()
    for (const table of sight.tables(ceiling))
      for (let row = 0; row < table.size; row++) {
        if (++looked % rowsPerLook === 0 && performance.now() - begun > turn) {
          await new Promise((resolve) => setImmediate(resolve))
          begun = performance.now()
        }
        const { used, marking, time } = table.columns
        if (used[row] !== 1 || marking[row]! > ceiling) continue
        const value = score(table, row, words)
        if (value > 0) found.push({ table, row, score: value, time: time[row]! })
      }
    found.sort((a, b) => b.score - a.score || b.time - a.time)
    const answer: Record[] = []
    let size = 0
    for (const { table, row } of found) {
      const record = visible(sight.table(table.product, ceiling), row, ceiling)
      if (!record) continue
      answer.push(record)
      size += table.record(row).length
      if (answer.length >= ask.limit || size >= bytesPerAnswer) break
    }
    return ok(answer)
  }

  const quarantine: Answering<'quarantine'> = async ({ product, limit }, ceiling) => {
    const all = sight.all(ceiling).filter((held) => product === null || held.product === product)
    const ranks = new Map(all.map((held) => [held.id, rankOf(scheme, held.descriptor.marking)]))
    const entries = await past.rejected(ranks, ceiling, limit)
    return ok(entries.filter((entry) => sight.held(entry.product, ceiling) !== undefined))
  }

  const one = (product: ProductName, table: Table | undefined, row: number | undefined, ceiling: Rank) => {
    const record = visible(table, row, ceiling)
    return Promise.resolve(record ? ok(record) : unknown(product))
  }

  /** A file is whom its event is for. */
  const fileOf = ({ product, entity, file }: Questions['file']['ask'], ceiling: Rank) => {
    const held = sight.held(product, ceiling)
    const table = sight.table(product, ceiling)
    const record = visible(table, table?.rowOf(entity), ceiling)
    const told = record === null ? undefined : filesOf(record)[file]
    return held && record && told ? { held, file: told, marking: record.marking } : null
  }
  const noFile = <T>({ product }: Questions['file']['ask']): Result<T> =>
    fail('document.unknown', 'no such document here', product)

  const answers: { [Q in Question]: Answering<Q> } = {
    history,
    course,
    cells,
    search,
    quarantine,
    row: ({ product, row }, ceiling) => one(product, sight.table(product, ceiling), row, ceiling),
    file(ask, ceiling) {
      const found = fileOf(ask, ceiling)
      return Promise.resolve(found === null ? noFile(ask) : files.look(found.held, found.file, found.marking))
    },
    async piece(ask, ceiling) {
      const found = fileOf(ask, ceiling)
      if (found === null) return noFile(ask)
      const piece = await files.part(found.file, ask.from, mostPieceBytes)
      // its marking may have been raised meanwhile
      return fileOf(ask, ceiling) === null ? noFile(ask) : piece
    },
    formulas: ({ limit }, ceiling) => Promise.resolve(ok(derived.standing(ceiling).slice(0, limit))),
    tryFormula: async ({ line, of, as }, ceiling) => ok(await derived.tryOut(line, of, ceiling, as)),
    record({ product, entity }, ceiling) {
      const table = sight.table(product, ceiling)
      return one(product, table, table?.rowOf(entity), ceiling)
    },
  }

  return {
    // what throws is an answer, too
    answer: async ({ question, ask }, ceiling) =>
      await (answers[question] as Answering<Question>)(ask, ceiling),
  }
}
