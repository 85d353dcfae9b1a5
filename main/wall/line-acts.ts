/** What acts make of lines that are addressed to functions: told, read, acted. Pure, as `acts.ts` is. */
import type { Act } from '../../preload/contract/act.ts'
import { lineActs } from '../../preload/contract/line-acts.ts'
import { isSameReceipt, stages, type Mark, type Receipt, type Stage } from '../../preload/contract/told.ts'
import type { State } from './state.ts'

/** More than a day has of them; those that nobody said anything of for longest go first, on every node the same. */
const mostReceipts = 3000

type LineAct = Act<'deliver-line'> | Act<'read-line'> | Act<'act-on-line'>

const lastOf = (receipt: Receipt): number => Math.max(...stages.map((stage) => receipt[stage]?.at ?? 0))
const keyOf = ({ product, entity, function: id }: Receipt): string => `${product} ${entity} ${id}`

function withoutOldest(receipts: Receipt[]): Receipt[] {
  if (receipts.length <= mostReceipts) return receipts
  let oldest = receipts[0]!
  for (const each of receipts) {
    const [a, b] = [lastOf(each), lastOf(oldest)]
    if (a < b || (a === b && keyOf(each) < keyOf(oldest))) oldest = each
  }
  return receipts.filter((each) => each !== oldest)
}

function marked(state: State, stage: Stage, { input, author, at }: LineAct, isSo = true): State {
  // who says so must have been able to; what is not asked of a row anybody can
  const row = lineActs[input.act] as {
    mayBe: (input: LineAct['input'], author: LineAct['author']) => boolean
  }
  if (!row.mayBe(input, author)) return state
  const { product, entity, function: id } = input
  const all = state.receipts
  const index = all.findLastIndex((each) => isSameReceipt(each, input))
  const before = all[index] ?? { product, entity, function: id, delivered: null, read: null, acted: null }
  const mark: Mark | null = isSo ? { person: author.person, node: author.node, at } : null
  const now: Receipt = { ...before, [stage]: mark }
  return { ...state, receipts: index < 0 ? withoutOldest([...all, now]) : all.with(index, now) }
}

export const lineReducers = {
  'deliver-line': (state: State, act: Act<'deliver-line'>): State => marked(state, 'delivered', act),
  'read-line': (state: State, act: Act<'read-line'>): State => marked(state, 'read', act),
  'act-on-line': (state: State, act: Act<'act-on-line'>): State =>
    marked(state, 'acted', act, act.input.acted),
}
