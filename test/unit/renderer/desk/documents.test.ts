import { describe, expect, it } from 'vitest'
import type { DeskDeliveries } from '../../../../preload/contract/document.ts'
import { mostFileBytes } from '../../../../preload/contract/document.ts'
import { defaultScheme } from '../../../../preload/contract/marking.ts'
import type { Record } from '../../../../preload/contract/picture.ts'
import { mediaTypeOf, nameOf, readFile } from '../../../../renderer/desk/documents/files.ts'
import { found, rowsOf } from '../../../../renderer/desk/documents/rows.ts'
import { markingsOf, mayAdd, showingOf } from '../../../../renderer/desk/documents/showing.ts'
import { screenOf } from '../../../doubles/desk.ts'

const file = { object: 'a/b.pdf', mediaType: 'application/pdf', size: 9, digest: 'SHA-256=x' }
const record = (entity: string, time: number, body: object, type = 'vigie.document.v1'): Record =>
  ({ product: 'ops.documents', entity, id: entity, type, time, sequence: 1, marking: 0, body }) as Record
const deliveries = (changes: Partial<DeskDeliveries> = {}): DeskDeliveries => ({
  ...{ type: 'vigie.document.v1', product: 'ops.documents', access: 'open', marking: 'dr' },
  ...{ waiting: [], markings: ['np', 'dr'], ...changes },
})
const waiting = (entity: string): DeskDeliveries['waiting'][number] => ({
  ...{ id: entity, product: 'ops.documents', entity, type: 'vigie.document.v1', marking: 'dr' },
  ...{ event: 5, at: 5, title: 'Bulletin', files: [file], state: 'waiting', problem: null },
})

describe('the list', () => {
  const plan = record('plan', 10, {
    name: 'Plan d’accès',
    owner: 'Préfecture',
    by: { node: 'poste-08' },
    ...file,
  })
  const synthesis = record(
    'report',
    20,
    { number: 'SYN-012', title: 'Point', files: [file] },
    'vigie.report.v1',
  )
  const note = record('line', 30, { text: 'no file' }, 'vigie.note.v1')
  const rows = rowsOf(
    [plan, synthesis, note],
    () => 1,
    [deliveries({ waiting: [waiting('b'), waiting('plan')] })],
    defaultScheme,
  )

  it('has what has a file, the newest first, what waits before it, and nothing twice', () => {
    expect(rows.map(({ name, waiting: own }) => [name, own !== null])).toEqual([
      ['Bulletin', true],
      ['SYN-012 Point', false],
      ['Plan d’accès', false],
    ])
    expect(rows[2]).toMatchObject({ owner: 'Préfecture', by: 'poste-08', marking: 0, most: 1 })
  })
  it('is searched as people type, in all that a row shows', () => {
    const plans = (typed: string) =>
      rows.filter((row) => found(row, typed, ['DR'])).map(({ entity }) => entity)
    expect(plans('prefecture ACCES dr')).toEqual(['plan'])
    expect(plans('prefecture syn')).toEqual([])
    expect(plans(' ')).toHaveLength(3)
  })
})

describe('on a screen', () => {
  const reads = { product: 'ops.documents', entity: 'plan', page: 2, name: 'Plan', marking: 1 }
  const shown = { product: 'ops.documents', entity: 'plan', page: 2 }
  const screens = [
    screenOf(1, 'log', { ceiling: 0 }),
    screenOf(2, 'situation'),
    screenOf(3, 'log', { document: shown }),
  ]
  it('it is offered where the ceiling lets it, and the scene back where it shows', () => {
    expect(showingOf(reads, null, screens).map(({ input }) => input)).toEqual([
      { act: 'show-scene', screen: 2, scene: 'situation', document: shown },
      { act: 'show-scene', screen: 3, scene: 'log' },
    ])
  })
  it('the chosen screen is the first that the key means', () => {
    expect(showingOf(reads, 3, screens)[0]?.input).toMatchObject({ screen: 3 })
    expect(showingOf(reads, 1, screens)[0]?.input).toMatchObject({ screen: 2 })
  })
  it('another page of it is shown in place of the one that is', () => {
    expect(showingOf({ ...reads, page: 3 }, 3, screens)[0]?.input).toMatchObject({ document: { page: 3 } })
  })
})

describe('a file that is added', () => {
  const fileOf = (bytes: Uint8Array<ArrayBuffer>, size = bytes.length) => ({
    size,
    stream: () => new Blob([bytes]).stream(),
  })
  const staying = new AbortController().signal
  it('is offered only where the platform takes it, with the markings that it may have', () => {
    expect(mayAdd({ deliveries: [deliveries({ access: 'cut' })] })).toBe(true)
    expect(mayAdd({ deliveries: [deliveries({ access: 'refused' })] })).toBe(false)
    expect(mayAdd({ deliveries: [] })).toBe(false)
    expect(markingsOf({ deliveries: [deliveries()] })).toEqual(['np', 'dr'])
  })
  it('is called as people say it, and is what its bytes say', () => {
    expect(nameOf({ name: 'Plan d’accès v2.1.pdf' })).toBe('Plan d’accès v2.1')
    expect(nameOf({ name: '.pdf' })).toBe('.pdf')
    expect(mediaTypeOf(new TextEncoder().encode('%PDF-1.7'), 'image/png')).toBe('application/pdf')
    expect(mediaTypeOf(new TextEncoder().encode('# plan'), 'text/markdown')).toBe('text/markdown')
    expect(mediaTypeOf(new Uint8Array([0, 1]), 'not a type')).toBe('application/octet-stream')
  })
  it('is read with how far it is, and can be stopped', async () => {
    const bytes = new Uint8Array(200_000).fill(7)
    const told: number[] = []
    expect(await readFile(fileOf(bytes), (done) => told.push(done), staying)).toEqual(bytes)
    expect(told.at(-1)).toBe(200_000)
    const leaving = new AbortController()
    expect(await readFile(fileOf(bytes), () => leaving.abort(), leaving.signal)).toBe('left')
  })
  it('that is too large, empty, changed meanwhile or a folder is told as that', async () => {
    const one = new Uint8Array([1])
    const read = (of: Parameters<typeof readFile>[0]) => readFile(of, () => undefined, staying)
    expect(await read(fileOf(one, mostFileBytes + 1))).toBe('too-large')
    expect(await read(fileOf(new Uint8Array()))).toBe('no-bytes')
    expect(await read(fileOf(one, 2))).toBe('not-read')
    const folder = () => {
      throw new Error('NotReadableError')
    }
    expect(await read({ size: 4096, stream: folder })).toBe('not-read')
  })
})
