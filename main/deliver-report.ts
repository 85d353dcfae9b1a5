/** A synthesis that was released, as it goes to the platform: its paper, and the event that tells of it. */
import { reportEntity, objectOf, type Delivery } from '../preload/contract/document.ts'
import type { Place } from '../preload/contract/place.ts'
import { synthesisName } from '../preload/contract/report.ts'
import type { ProductName } from '../preload/contract/product.ts'
import type { Kept } from './report/desk/kept.ts'
import { eventFileOf } from './wall/deliveries.ts'

/** @param id made when it was released: under it, it goes once. @param now ms since 1970 */
export function deliveryOf(
  { name, synthesis, marking, signed, digest }: Kept,
  {
    id,
    pdf,
    product,
    place,
    now,
  }: { id: string; pdf: Uint8Array; product: ProductName; place: Place; now: number },
): Delivery {
  const { number, version, title, organisation, period, moment, released } = synthesis
  const called = synthesisName(number)
  const time = (at: number): string => new Date(at).toISOString()
  const file = {
    object: objectOf(id, `${name}.pdf`),
    mediaType: 'application/pdf',
    bytes: new Uint8Array(pdf),
  }
  return {
    ...{ id, product, entity: reportEntity(place, called), type: 'vigie.report.v1', marking: marking.level },
    ...{ event: released ?? now, at: now },
    body: {
      ...{
        number: called,
        version,
        title,
        organisation,
        digest: `SHA-256=${digest}`,
        signer: signed.subject,
      },
      ...{ period: { from: time(period.from), to: time(period.to) }, moment: time(moment) },
      ...{ marking: marking.level, files: [eventFileOf(file)] },
    },
    files: [file],
  }
}
