/** What may happen to a product, as fast-check makes it up. */
import fc, { type Arbitrary } from 'fast-check'
import type { Rank } from '../../../../../preload/contract/marking.ts'
import type { AProduct, Said } from './a-product.ts'

export type Step =
  | { does: 'say'; all: Said[] }
  | { does: 'pass'; ms: number }
  | { does: 'remark'; own: Rank }
  | { does: 'write' }
  | { does: 'durable'; refused: boolean }
  | { does: 'purge'; count: number }
  | { does: 'restart' }

const said: Arbitrary<Said> = fc.record({
  entity: fc.integer({ min: 0, max: 11 }).map((i) => `e-${i}`),
  age: fc.nat(20_000),
  lasts: fc.option(fc.integer({ min: -2000, max: 90_000 })),
  marking: fc.option(fc.constantFrom('np', 'dr', 'cd')),
  ended: fc.nat(4).map((i) => i === 0),
  symbol: fc.constantFrom('fire', 'boat', 'gate'),
  filler: fc.oneof(fc.nat(300), fc.nat(3000)),
})

export const step: Arbitrary<Step> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.array(said, { minLength: 1, maxLength: 8 }).map((all): Step => ({ does: 'say', all })),
  },
  { weight: 3, arbitrary: fc.integer({ min: 0, max: 60_000 }).map((ms): Step => ({ does: 'pass', ms })) },
  // what a clock goes back by when it is set
  {
    weight: 1,
    arbitrary: fc.integer({ min: 40_000, max: 90_000 }).map((ms): Step => ({ does: 'pass', ms: -ms })),
  },
  { weight: 1, arbitrary: fc.nat(2).map((own): Step => ({ does: 'remark', own })) },
  { weight: 2, arbitrary: fc.constant<Step>({ does: 'write' }) },
  { weight: 2, arbitrary: fc.nat(3).map((i): Step => ({ does: 'durable', refused: i === 0 })) },
  { weight: 1, arbitrary: fc.nat(10).map((count): Step => ({ does: 'purge', count })) },
  { weight: 1, arbitrary: fc.constant<Step>({ does: 'restart' }) },
)

export function take(product: AProduct, one: Step): void {
  switch (one.does) {
    case 'say':
      return product.say(one.all)
    case 'pass':
      return product.pass(one.ms)
    case 'remark':
      return product.remark(one.own)
    case 'write':
      return product.write()
    case 'durable':
      return product.durable(one.refused)
    case 'purge':
      return product.purge(one.count)
    case 'restart':
      return product.restart()
  }
}
