/** Whether a form can be filled in here, and why not. */
import type { DeskForm } from '../../../preload/contract/form.ts'
import type { DeskState } from '../../../preload/contract/state.ts'

interface WhyNot {
  key: `desk.forms.not.${'readable' | 'here' | 'absent' | 'refused' | 'marking'}`
  values: { [name: string]: string }
}

/** @returns null: it can */
export function whyNot(
  { form, wrong, markings }: Pick<DeskForm, 'form' | 'wrong' | 'markings'>,
  { deliveries }: Pick<DeskState, 'deliveries'>,
): WhyNot | null {
  if (form === null) return { key: 'desk.forms.not.readable', values: { why: wrong ?? '' } }
  const to = deliveries.find(({ type }) => type === 'vigie.feature.v1')
  if (to !== undefined && to.product !== form.product)
    return { key: 'desk.forms.not.here', values: { product: form.product } }
  const values = { product: form.product }
  if (to === undefined || to.access === 'absent') return { key: 'desk.forms.not.absent', values }
  if (to.access === 'refused') return { key: 'desk.forms.not.refused', values }
  return markings.length === 0 ? { key: 'desk.forms.not.marking', values } : null
}
