/** Formulas that are not computed: another has the name of their product, or there are too many for its owner's share. Each is told with why. */
import {
  derivedProduct,
  mostFormulas,
  type FormulaContent,
  type FormulaStanding,
} from '../../../preload/contract/formula.ts'
import type { Formula } from '../../../preload/contract/formula-text.ts'
import type { MarkingScheme, Rank } from '../../../preload/contract/marking.ts'
import type { ProductName } from '../../../preload/contract/product.ts'
import { partsOf, type SharedThing } from '../../../preload/contract/shared.ts'

export interface LeftOut {
  thing: SharedThing
  content: FormulaContent
  formula: Formula
}

export interface LeftOutOptions {
  scheme: MarkingScheme
  /** how an input is marked; one that is not known may be anything */
  rankOf: (input: ProductName) => Rank
  /** another formula's figures are called so */
  isTaken: (product: ProductName) => boolean
}

export const productOf = ({ key }: SharedThing): ProductName => {
  const { owner, name } = partsOf(key)
  return derivedProduct(owner, name)
}

/** As it is told to a desk, which must be as high as what it would be made of; null: there is nothing of it. */
export function standingOut(
  { thing, content, formula }: LeftOut,
  { scheme, rankOf, isTaken }: LeftOutOptions,
): { rank: Rank; standing: FormulaStanding } | null {
  const { key, document, revision } = thing
  if (document === null) return null
  const product = productOf(thing)
  const inputs = [...new Set(formula.aggregates.map((one) => one.product))]
  const rank = Math.max(thing.rank, ...inputs.map(rankOf))
  const isSame = isTaken(product)
  const { title, version, owner } = document
  return {
    rank,
    standing: {
      ...{ key, product, title, owner, revision, version, content, inputs },
      ...{ marking: scheme.levels[rank]?.id ?? '', figures: null, reading: false },
      problem: {
        code: isSame ? 'formula.same-name' : 'formula.too-many',
        message: isSame
          ? `another is ${product}`
          : `${mostFormulas} are computed, each owner's share of them`,
        subject: key,
      },
    },
  }
}
