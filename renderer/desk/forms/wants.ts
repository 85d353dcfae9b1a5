/** What a field wants, in words: what stands at it once something else was entered. */
import { kindOfField, mostText, type Field } from '../../../preload/contract/form.ts'
import type { Speech } from '../../speech/speech.ts'

const numberWanted = (
  { type, minimum, maximum }: Extract<Field, { type: 'number' | 'integer' }>,
  { say, number }: Speech,
): string => {
  const whole = type === 'integer' ? 'whole' : 'any'
  const shown = (bound: number): string => number(bound, String(bound).split('.')[1]?.length ?? 0)
  if (minimum !== undefined && maximum !== undefined)
    return say('desk.form.wants.between', { whole, least: shown(minimum), most: shown(maximum) })
  if (minimum !== undefined) return say('desk.form.wants.least', { whole, least: shown(minimum) })
  if (maximum !== undefined) return say('desk.form.wants.most', { whole, most: shown(maximum) })
  return say('desk.form.wants.number', { whole })
}

export function wantedIn(field: Field, speech: Speech): string {
  const { say } = speech
  if (field.type === 'number' || field.type === 'integer') return numberWanted(field, speech)
  const kind = kindOfField(field)
  if (kind !== 'text') return say(`desk.form.wants.${kind as Exclude<typeof kind, 'text' | 'number'>}`)
  const { minLength = 0, maxLength = mostText, pattern } = field as Extract<Field, { pattern?: unknown }>
  const long = say('desk.form.wants.text', { least: Math.max(1, minLength), most: maxLength })
  return pattern === undefined ? long : `${long} ${say('desk.form.wants.pattern')}`
}
