/** The banner is that of what the window shows: it rises before what it is for, and drops only after it has gone. */
import { describe, expect, it } from 'vitest'
import { createRecords } from '../../../../../main/engine/picture/record.ts'
import type { Table } from '../../../../../main/engine/picture/table.ts'
import { createColumnsView } from '../../../../../main/engine/windows/columns.ts'
import { createRecordsView } from '../../../../../main/engine/windows/records.ts'
import type { View } from '../../../../../main/engine/windows/view.ts'
import { defaultScheme } from '../../../../../preload/contract/marking.ts'
import { openTable } from '../../../../doubles/table.ts'

const views: { [form: string]: (table: Table, ceiling: number) => View } = {
  columns: createColumnsView,
  records: (table, ceiling) => createRecordsView(table, ceiling, createRecords(defaultScheme)),
}

describe.each(Object.keys(views))('what a window is told as %s', (form) => {
  const open = (table: Table, ceiling = 1): View => {
    const view = views[form]!(table, ceiling)
    while (view.waiting) view.take()
    table.clearChanges()
    return view
  }

  it('keeps its banner while a busy window still shows what has ended', () => {
    const { table, put } = openTable()
    put({ entity: 'secret', marking: 'dr' }, { entity: 'open', marking: 'np' })
    const view = open(table)
    expect(view.marking()).toBe(1)
    put({ entity: 'secret', ended: true })
    expect(view.marking()).toBe(1)
    view.mark()
    table.clearChanges()
    expect(view.marking()).toBe(1)
    view.take()
    expect(view.marking()).toBe(0)
  })

  it('keeps it while the window still shows what was marked lower since', () => {
    const { table, put } = openTable()
    put({ entity: 'e', marking: 'dr' })
    const view = open(table)
    put({ entity: 'e', marking: 'np' })
    view.mark()
    table.clearChanges()
    expect(view.marking()).toBe(1)
    view.take()
    expect(view.marking()).toBe(0)
  })

  it('has it with the moment that what is shown is marked higher', () => {
    const { table, put } = openTable()
    put({ entity: 'e' })
    const view = open(table)
    expect(view.marking()).toBe(0)
    table.remark(1)
    expect(view.marking()).toBe(1)
    view.mark()
    table.clearChanges()
    expect(view.marking()).toBe(1)
    view.take()
    expect(view.marking()).toBe(1)
  })

  it('keeps it until everything was told anew', () => {
    const { table, put } = openTable()
    put({ entity: 'secret', marking: 'dr' }, { entity: 'open', marking: 'np' })
    const view = open(table)
    put({ entity: 'secret', ended: true })
    view.mark()
    table.clearChanges()
    view.reset()
    expect(view.marking()).toBe(1)
    view.take()
    expect(view.marking()).toBe(0)
  })

  it('has none of what rises above the ceiling, once that has gone', () => {
    const { table, put } = openTable()
    put({ entity: 'secret', marking: 'dr' }, { entity: 'open', marking: 'np' })
    const view = open(table, 0)
    expect(view.marking()).toBe(0)
    put({ entity: 'open', marking: 'dr' })
    view.mark()
    table.clearChanges()
    expect(view.marking()).toBe(0)
    view.take()
    expect(view.marking()).toBeNull()
  })
})
