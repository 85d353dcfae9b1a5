import { describe, expect, it } from 'vitest'
import { createDeliveries, eventFileOf } from '../../../../main/wall/deliveries.ts'
import {
  DeliverySchema,
  objectOf,
  type DeliveriesTold,
  type Delivery,
  type DocumentInput,
} from '../../../../preload/contract/document.ts'
import { defaultScheme } from '../../../../preload/contract/marking.ts'
import { fail, ok, type Result } from '../../../../preload/contract/result.ts'
import * as v from 'valibot'

const place = { organisation: 'CNCS', wall: 'salle', node: 'poste-07' }
const me = { person: 'L. Perrin', function: 'chef', node: 'poste-07', automation: null }
const input = (more: Partial<DocumentInput> = {}): DocumentInput => ({
  ...{ name: 'Plan d’accès', owner: 'Préfecture', marking: 'np', file: 'Plan d’accès.pdf' },
  ...{ mediaType: 'application/pdf', bytes: new TextEncoder().encode('test') },
  ...more,
})

function deliveriesAt(
  deskCeiling = 1,
  told: Partial<DeliveriesTold> = {},
  newId = () => 'id-1',
  answer: () => Result<null> = () => ok(null),
) {
  const delivered: Delivery[] = []
  const deliveries = createDeliveries({
    place,
    policy: () => ({
      ...{ scheme: defaultScheme, deskCeiling, documents: 'ops.documents', reports: 'command.reports' },
    }),
    outlet: () => ({
      deliver(one) {
        delivered.push(one)
        return Promise.resolve(answer())
      },
      withdraw: () => Promise.resolve(true),
    }),
    newId,
    now: () => 2_000_000,
    changed: () => undefined,
  })
  const all = { product: 'ops.documents', access: 'open' as const, marking: 'dr', waiting: [] }
  deliveries.told({ type: 'vigie.document.v1', ...all, ...told })
  return { deliveries, delivered }
}

describe('a document that is added', () => {
  it('is this node’s own, says who added it, and tells of its file with its digest', async () => {
    const { deliveries, delivered } = deliveriesAt()
    expect(await deliveries.add(input(), me)).toEqual(ok({ entity: 'document.cncs.poste-07.id-1' }))
    expect(delivered).toMatchObject([
      {
        ...{ product: 'ops.documents', marking: 'np', event: 2_000_000 },
        body: { name: 'Plan d’accès', owner: 'Préfecture', by: me, object: 'id-1/Plan d-acces.pdf', size: 4 },
      },
    ])
    // SHA-256 of "test", as the object store writes it
    expect(delivered[0]?.body).toMatchObject({
      digest: 'SHA-256=n4bQgYhMfWWaL-qgxVrQFaO_TxsrC4Is0V1sFbDwCgg=',
    })
    expect(v.is(DeliverySchema, delivered[0])).toBe(true)
  })

  it('is marked no higher than the desk, nor than the product', async () => {
    const high = { ...input(), marking: 'dr' }
    for (const { deliveries, delivered } of [deliveriesAt(0), deliveriesAt(1, { marking: 'np' })]) {
      expect((await deliveries.add(high, me)).ok).toBe(false)
      expect(delivered).toEqual([])
    }
  })

  it('that no engine answered for in time is the same one when it is said again, and another file is another', async () => {
    let answers = false
    let made = 0
    const { deliveries, delivered } = deliveriesAt(
      1,
      {},
      () => `id-${++made}`,
      () => (answers ? ok(null) : fail('engine.stopped', 'the engine did not answer in time')),
    )
    expect((await deliveries.add(input(), me)).ok).toBe(false)
    expect((await deliveries.add(input(), me)).ok).toBe(false)
    answers = true
    expect((await deliveries.add(input(), me)).ok).toBe(true)
    expect((await deliveries.add(input(), me)).ok).toBe(true)
    expect(delivered.map(({ id }) => id)).toEqual(['id-1', 'id-1', 'id-1', 'id-2'])
  })

  it('goes nowhere where this node may not write', async () => {
    const { deliveries, delivered } = deliveriesAt(1, { access: 'refused' })
    expect(await deliveries.add(input(), me)).toMatchObject({ error: { code: 'act.refused' } })
    expect(delivered).toEqual([])
  })
})

it.each([
  ['../../etc/passwd', 'id/etc-passwd'],
  ['C:\\plans\\Été.PNG', 'id/C-plans-Ete.PNG'],
  ['..', 'id/file'],
  ['\u202egnp.exe', 'id/gnp.exe'],
  ['a'.repeat(300) + '.pdf', `id/${'a'.repeat(116)}.pdf`],
])('%j is called what no path is', (name, object) => {
  expect(objectOf('id', name)).toBe(object)
  const file = { object: objectOf('id', name), mediaType: 'text/plain', bytes: new Uint8Array(1) }
  expect(eventFileOf(file)).toMatchObject({ object, size: 1 })
})
