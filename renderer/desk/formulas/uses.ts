import type { FigureUse, FormulaStanding } from '../../../preload/contract/formula.ts'
import type { Words } from '../../../preload/contract/words.ts'

type Made = Pick<FormulaStanding, 'product' | 'title' | 'inputs'>

/** Who shows a figure, and which formulas are made of it, as far as this desk may know them. */
export function usesOf(
  { product }: Pick<Made, 'product'>,
  formulas: readonly Made[],
  scenes: readonly FigureUse[],
): { is: 'scene' | 'formula'; title: Words }[] {
  return [
    ...scenes
      .filter((each) => each.product === product)
      .map(({ title }) => ({ is: 'scene' as const, title })),
    ...formulas
      .filter(({ inputs }) => inputs.includes(product))
      .map(({ title }) => ({ is: 'formula' as const, title })),
  ]
}

/**
 * What scenes name of a figure that it will no longer have.
 * @param series what it has as it is written now; null: nobody knows all of it
 */
export function lostBy(
  { product }: Pick<Made, 'product'>,
  series: readonly string[] | null,
  scenes: readonly FigureUse[],
): { title: Words; series: string }[] {
  if (series === null) return []
  return scenes
    .filter((each) => each.product === product)
    .flatMap(({ title, series: named }) =>
      named.filter((one) => !series.includes(one)).map((one) => ({ title, series: one })),
    )
}
