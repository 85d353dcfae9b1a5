/** What can be taken back of what was done here, and whether that is still this node's to take back. */
import type { ActInput } from '../../preload/contract/act.ts'
import { overtaking, type Foreign, type Known } from './fold.ts'

interface Offer {
  /** of the act that it takes back; null: nobody else heard of that */
  id: string | null
  entity: string
  inverse: ActInput
}

interface Kept extends Offer {
  /** of what it takes back, once the platform has it */
  sequence: number | null
}

/** As many as a desk remembers, and some. */
const most = 100

const textOf = (input: ActInput): string => JSON.stringify(Object.entries(input).sort())

export function keepOffers() {
  let offers: Kept[] = []
  return {
    offer(offer: Offer): void {
      offers = [...offers.slice(1 - most), { ...offer, sequence: null }]
    },
    /** the platform has it now */
    settled(id: string, sequence: number): void {
      for (const offer of offers) if (offer.id === id) offer.sequence = sequence
    },
    /** the last one that this takes back: it is through with it */
    take(inverse: ActInput): Kept | null {
      const last = offers.findLast((each) => textOf(each.inverse) === textOf(inverse)) ?? null
      offers = offers.filter((each) => each !== last)
      return last
    },
    /** what another node did about the same since; null: nothing */
    since: ({ entity, sequence }: Kept, known: ReadonlyMap<string, Known>, node: string): Foreign | null =>
      sequence === null ? null : overtaking(known.get(entity), node, sequence),
  }
}
