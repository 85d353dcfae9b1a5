/** What has no marking of its own has its product's, whatever that is when somebody looks. */
import { describe, expect, it } from 'vitest'
import { createBatch, unmarked, type Batch } from '../../../../../main/engine/event/batch.ts'
import { createAccounts } from '../../../../../main/engine/picture/budget.ts'
import { createTable } from '../../../../../main/engine/picture/table.ts'
import { createColumnsView } from '../../../../../main/engine/windows/columns.ts'
import { createSeriesView } from '../../../../../main/engine/windows/series.ts'
import { eventTypes } from '../../../../../main/engine/event/record.ts'
import type { MarkingScheme } from '../../../../../preload/contract/marking.ts'
import type { Kind } from '../../../../../preload/contract/product.ts'

const level = (id: string) => ({ id, name: id, banner: id, short: id, colour: '#000000' })
const scheme: MarkingScheme = { levels: [level('np'), level('dr'), level('cd')], caveats: [] }
const now = 1_000_000

/** Checked rows as the intake leaves them: the committer has them, the picture not yet. */
function rows(kind: Kind, ...given: { entity: string; marking: number; time?: number }[]): Batch {
  const batch = createBatch()
  given.forEach(({ entity, marking, time = now }, i) => {
    batch.entity[i] = batch.series[i] = entity
    batch.symbol[i] = batch.name[i] = ''
    batch.unit[i] = null
    batch.type[i] = eventTypes.indexOf(`vigie.${kind}.v1`)
    batch.marking[i] = marking
    batch.sequence[i] = i + 1
    batch.time[i] = batch.published[i] = time
    batch.expires[i] = Number.NaN
    batch.value[i] = i
    batch.count = i + 1
  })
  return batch
}

const marks = (table: ReturnType<typeof createTable>, ...entities: string[]): number[] =>
  entities.map((entity) => table.columns.marking[table.rowOf(entity)!]!)

describe('a product that is marked otherwise', () => {
  it('takes with it the rows without a marking of their own, and no others', () => {
    const table = createTable('a.b', 'feature', scheme, () => now, createAccounts().open())
    table.remark(0)
    table.apply(
      rows(
        'feature',
        { entity: 'own', marking: 0, time: 1 },
        { entity: 'high', marking: 2, time: 2 },
        { entity: 'none', marking: unmarked, time: 3 },
      ),
      true,
    )
    expect(marks(table, 'own', 'high', 'none')).toEqual([0, 2, 0])
    expect([table.newestUpTo(0), table.newestUpTo(2)]).toEqual([3, 3])
    table.clearChanges()
    table.remark(1)
    expect(marks(table, 'own', 'high', 'none')).toEqual([0, 2, 1])
    expect([0, 1, 2].map(table.ranks.upTo)).toEqual([1, 2, 3])
    expect([table.newestUpTo(0), table.newestUpTo(1), table.newestUpTo(2)]).toEqual([1, 3, 3])
    expect([...table.changes.rows.subarray(0, table.changes.count)]).toEqual([table.rowOf('none')])
    table.remark(0)
    expect(marks(table, 'own', 'high', 'none')).toEqual([0, 2, 0])
  })

  it('takes with it what was on its way to the disk, too', () => {
    const table = createTable('a.b', 'feature', scheme, () => now, createAccounts().open())
    table.remark(0)
    const underWay = rows('feature', { entity: 'none', marking: unmarked })
    table.remark(2)
    table.apply(underWay, true)
    expect(marks(table, 'none')).toEqual([2])
    expect([0, 1, 2].map(table.ranks.upTo)).toEqual([0, 0, 1])
  })

  it('leaves the maps below it with the next message, and comes back with the one after it is lowered', () => {
    const table = createTable('a.b', 'feature', scheme, () => now, createAccounts().open())
    table.remark(0)
    table.apply(rows('feature', { entity: 'x', marking: unmarked }), true)
    const view = createColumnsView(table, 1)
    expect(view.take()).toMatchObject({ reset: true, shown: Uint8Array.of(1) })
    table.clearChanges()
    table.remark(2)
    view.mark()
    expect(view.take()).toMatchObject({ reset: false, shown: Uint8Array.of(0), time: Float64Array.of(0) })
    expect(view.marking()).toBeNull()
    table.clearChanges()
    table.remark(1)
    view.mark()
    expect(view.take()).toMatchObject({ shown: Uint8Array.of(1) })
    expect(view.marking()).toBe(1)
  })

  it('has its series told anew, and the banner over the old ones is at least the new marking', () => {
    const table = createTable('a.b', 'metric', scheme, () => now, createAccounts().open())
    table.remark(0)
    table.apply(
      rows('metric', { entity: 's', marking: unmarked }, { entity: 's', marking: 0, time: now + 1 }),
      true,
    )
    const view = createSeriesView(table, 1)
    view.take()
    expect(view.marking()).toBe(0)
    table.metrics?.takeRewritten()
    table.remark(1)
    expect(table.metrics?.takeRewritten()).toBe(true)
    view.reset()
    expect(view.marking()).toBe(1)
    expect(view.take()).toMatchObject({
      reset: true,
      series: [{ marking: 1, values: Float64Array.of(0, 1) }],
    })
    expect(view.marking()).toBe(1)
    table.remark(2)
    view.reset()
    expect(view.take()).toMatchObject({ reset: true, series: [{ marking: 0, values: Float64Array.of(1) }] })
    expect(view.marking()).toBe(0)
  })

  it('tells nothing below it of what its values are in, where that is marked higher', () => {
    const table = createTable('a.b', 'metric', scheme, () => now, createAccounts().open())
    table.remark(0)
    const said = rows('metric', { entity: 's', marking: 0 }, { entity: 's', marking: 2, time: now + 1 })
    said.unit[0] = 'km'
    said.unit[1] = 'secret'
    table.apply(said, true)
    expect(createSeriesView(table, 0).take()).toMatchObject({ series: [{ unit: 'km', marking: 0 }] })
    expect(createSeriesView(table, 2).take()).toMatchObject({ series: [{ unit: 'secret', marking: 2 }] })
  })
})

it('what the log has of the kind that a product was of before is no series of it now', () => {
  const table = createTable('a.b', 'metric', scheme, () => now, createAccounts().open())
  table.applyHistory(rows('note', { entity: 'a line', marking: 0 }))
  table.applyHistory(rows('metric', { entity: 's', marking: 0 }))
  expect(createSeriesView(table, 2).take()).toMatchObject({ series: [{ series: 's' }] })
})
