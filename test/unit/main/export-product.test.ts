import { mkdtemp, readFile, readdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createProductExport, type ProductExport } from '../../../main/export-product.ts'
import type { SomeRows } from '../../../main/engine/windows/some-rows.ts'
import { defaultScheme } from '../../../preload/contract/marking.ts'
import type { Record } from '../../../preload/contract/picture.ts'
import { ok } from '../../../preload/contract/result.ts'

const descriptor: SomeRows['descriptor'] = {
  ...{ title: 'Air', owner: 'Airparif', domain: 'environment', kind: 'metric', marking: 'np' },
  ...{ freshness: 'PT3M', retention: 'P1D' },
}

async function exporting(
  asked: (from: number, out: ProductExport, policy: { files: boolean }) => void = () => undefined,
) {
  const folder = await mkdtemp(join(tmpdir(), 'vigie-export-'))
  const told: unknown[] = []
  const policy = { files: true }
  const out = createProductExport({
    policy: () => ({
      ...{ export: { print: true, files: policy.files }, deskCeiling: 1, scheme: defaultScheme },
      ...{ organisation: 'CNCS', node: 'poste-07' },
    }),
    ...{ language: () => 'fr', exercise: false, over: () => null, now: () => Date.UTC(2026, 6, 26, 17, 46) },
    choosePlace: (_over, name) => Promise.resolve(join(folder, name)),
    rows(product, _ceiling, from) {
      if (from > 0) asked(from, out, policy)
      const records = Array.from({ length: 500 }, (_, i) => ({
        ...{ product, entity: `e-${from + i}`, sequence: 1, id: 'x', source: 'y', type: 'vigie.metric.v1' },
        ...{ time: 0, published: 0, expires: null, marking: 0, caveats: [], body: { series: 'x', value: i } },
      })) as Record[]
      return Promise.resolve(
        ok({ descriptor, records, next: from + 500 < 5000 ? from + 500 : null, of: 5000 }),
      )
    },
    told: (far) => told.push(far),
  })
  return { out, folder, told }
}

describe('a product leaves the desk', () => {
  it('some rows at a time, and says how far it is', async () => {
    const { out, folder, told } = await exporting()
    expect(await out.save('environment.air', 'csv')).toEqual(ok({ left: true, rows: 5000 }))
    const [name = ''] = await readdir(folder)
    expect(name).toBe('environment.air_NP_20260726-1746Z.csv')
    expect((await readFile(join(folder, name), 'utf8')).split('\r\n')).toHaveLength(5003)
    expect(told[1]).toEqual({ product: 'environment.air', rows: 1000, of: 5000 })
    expect(told.at(-1)).toBeNull()
  })
  it('until somebody stops it: then nothing is left of it', async () => {
    const { out, folder } = await exporting((from, own) => from === 1000 && own.stop())
    const stopped = await out.save('environment.air', 'geojson')
    expect(stopped.ok ? '' : stopped.error.code).toBe('export.cancelled')
    expect(await readdir(folder)).toEqual([])
  })
  it('until policy forbids it: then nothing is left of it either', async () => {
    const { out, folder } = await exporting((from, _own, policy) => {
      if (from === 1000) policy.files = false
    })
    const refused = await out.save('environment.air', 'csv')
    expect(refused.ok ? '' : refused.error.code).toBe('policy.export-forbidden')
    expect(await readdir(folder)).toEqual([])
  })
  it('one at a time', async () => {
    const { out } = await exporting()
    const first = out.save('environment.air', 'csv')
    const second = await out.save('environment.air', 'csv')
    expect(second.ok ? '' : second.error.code).toBe('export.busy')
    expect((await first).ok).toBe(true)
  })
})
