/** A product's table driven as the engine drives it, without the disk; and beside it what it should be, as plain data. */
import { readBlock } from '../../../../../main/engine/cache/state.ts'
import { createCheck, rulesOf } from '../../../../../main/engine/check/check.ts'
import { appendRecord, createBatch, type Batch } from '../../../../../main/engine/event/batch.ts'
import { createFacts, readFacts } from '../../../../../main/engine/event/facts.ts'
import { viewOf } from '../../../../../main/engine/event/record.ts'
import { encode } from '../../../../../main/exercise/message.ts'
import { blocksOf } from '../../../../../main/engine/picture/blocks.ts'
import { createAccounts } from '../../../../../main/engine/picture/budget.ts'
import { createTable, type Table } from '../../../../../main/engine/picture/table.ts'
import type { Body } from '../../../../../preload/contract/event.ts'
import { rankOf, type MarkingScheme, type Rank } from '../../../../../preload/contract/marking.ts'
import type { Kind } from '../../../../../preload/contract/product.ts'
import { message, product } from '../../../../platform/product.ts'
import { eventOf, headOf } from '../../../../doubles/event.ts'

const level = (id: string) => ({ id, name: id, banner: id, short: id, colour: '#000000' })
export const scheme: MarkingScheme = { levels: [level('np'), level('dr'), level('cd')], caveats: [] }

export interface Said {
  entity: string
  /** ms: how long before it is published it happened */
  age: number
  /** ms from now; null: it does not end by itself */
  lasts: number | null
  /** null: the product's */
  marking: string | null
  ended: boolean
  symbol: string
  /** bytes of its body, beside the rest */
  filler: number
}

/** An entity as the last event on it has it. */
export interface Entity {
  sequence: number
  published: number
  time: number
  expires: number
  marking: string | null
  symbol: string
}

interface Heard extends Entity {
  entity: string
  ended: boolean
  filler: number
}

export const begun = Date.UTC(2026, 6, 26, 18)
const name = 'test.things'

export function openProduct(kind: Kind) {
  const check = createCheck()
  const { descriptor } = product(name, kind)
  const rules = rulesOf(descriptor, scheme, null)
  const facts = createFacts()
  const utf8 = new TextDecoder()
  let now = begun
  let own: Rank = 0
  let sequence = 0
  /** events that the log has */
  let log: Heard[] = []
  /** the state as it was written: the blocks, and what they should be the picture of */
  const blocks = new Map<number, Uint8Array>()
  let written = new Map<string, Entity>()
  let watermark = 0
  const underWay: (() => void)[] = []
  let entities = new Map<string, Entity>()

  const open = (): Table => {
    const made = createTable(name, kind, scheme, () => now, createAccounts().open())
    made.remark(own)
    return made
  }
  let table = open()

  const bodyOf = ({ symbol, filler, time }: Heard): Body => {
    const text = 'x'.repeat(filler)
    if (kind === 'metric') return { series: symbol, value: time - begun, unit: text.slice(0, 8) || '1' }
    if (kind === 'note') return { text: `n ${text}`, category: symbol }
    if (kind === 'report') {
      const day = new Date(begun).toISOString()
      const file = { object: 'o', mediaType: 'application/pdf', size: 1, digest: '' }
      return {
        ...{ number: 'S', version: 1, title: symbol, organisation: 'T', period: { from: day, to: day } },
        ...{ moment: day, marking: 'np', signer: 'CN=T', digest: '', files: [file] },
      }
    }
    return {
      type: 'Feature',
      geometry: { type: 'Point', coordinates: [time % 180, time % 90] },
      properties: { name: text.slice(0, 100), category: symbol, filler: text },
    }
  }
  const batchOf = (heard: readonly Heard[]): Batch => {
    const batch = createBatch()
    for (const one of heard) {
      const { headers, payload } = encode(
        message(name, kind, one.sequence, {
          entity: one.entity,
          time: one.time,
          body: one.ended ? null : bodyOf(one),
          ...(Number.isNaN(one.expires) ? {} : { expires: one.expires }),
          ...(one.marking === null ? {} : { marking: one.marking }),
        }),
      )
      const head = headOf(headers.keys().map((key) => `${key}: ${headers.get(key)}`))
      const { entity, sequence: number, published } = one
      const refusal = check.accept(
        eventOf({ head, body: payload, entity, sequence: number, published }),
        rules,
        batch,
      )
      if (refusal) throw new Error(refusal.message)
    }
    return batch
  }

  const hear = ({ entity, ended, filler: _, ...event }: Heard): void => {
    if ((entities.get(entity)?.sequence ?? 0) >= event.sequence) return
    if (ended || event.expires <= now) entities.delete(entity)
    else entities.set(entity, event)
  }

  return {
    get table() {
      return table
    },
    /** what the table should be */
    get entities(): ReadonlyMap<string, Entity> {
      return entities
    },
    rankOf: ({ marking }: Pick<Entity, 'marking'>): Rank =>
      marking === null ? own : rankOf(scheme, marking),
    /** one commit */
    say(all: readonly Said[]) {
      const heard = all.map(({ age, lasts, ...said }): Heard => {
        sequence++
        const published = begun + sequence * 1000
        return {
          ...said,
          sequence,
          published,
          time: published - age,
          expires: lasts === null ? NaN : now + lasts,
        }
      })
      log.push(...heard)
      table.apply(batchOf(heard), true)
      heard.forEach(hear)
    },
    /** the clock goes on, or is set back; then what has ended leaves */
    pass(ms: number) {
      now += ms
      table.expire(now)
      const second = (time: number): number => Math.floor(time / 1000)
      // within the second of its end it may be there or not
      for (const [entity, { expires }] of entities)
        if (expires <= now && (second(expires) < second(now) || table.rowOf(entity) === undefined))
          entities.delete(entity)
    },
    remark(next: Rank) {
      own = next
      table.remark(next)
    },
    /** what changed is on its way to the disk; nobody waits for it */
    write() {
      const { blocks: due, written: done } = table.unwritten.take()
      const [picture, upTo] = [new Map(entities), sequence]
      const bodies = [...blocksOf(table, 1, due)]
      underWay.push(() => {
        for (const { block, body } of bodies) blocks.set(block, body)
        done()
        watermark = upTo
        written = picture
      })
    },
    /** the disk has all of it, or takes none of it */
    durable(refused = false) {
      if (!refused) for (const one of underWay) one()
      underWay.length = 0
    },
    /** retention lets go of so many of its events, the oldest */
    purge(count: number) {
      const before = log[Math.min(count, log.length - 1)]?.published ?? 0
      log = log.filter(({ published }) => published >= before)
      table.purge(before)
      for (const [entity, { published }] of entities) if (published < before) entities.delete(entity)
      this.write()
      this.durable()
    },
    /** what the next start makes of the state and of the log behind it */
    restart() {
      underWay.length = 0
      table = open()
      entities = new Map([...written].filter(([, { expires }]) => !(expires <= now)))
      for (const [block, body] of blocks) {
        const batch = createBatch()
        const rows: number[] = []
        readBlock(block, body, (bytes, view, at, row) => {
          rows.push(row)
          appendRecord(
            batch,
            bytes,
            viewOf(bytes),
            at,
            (id) => rankOf(scheme, id),
            (type, read) => {
              if (read.length > 0) readFacts(type, JSON.parse(utf8.decode(read)) as Body, facts)
              return facts
            },
          )
        })
        table.restore(batch, rows)
      }
      table.restored()
      const behind = log.filter((event) => event.sequence > watermark)
      table.apply(batchOf(behind), false)
      behind.forEach(hear)
      table.clearChanges()
      table.metrics?.takeRewritten()
    },
  }
}
export type AProduct = ReturnType<typeof openProduct>
