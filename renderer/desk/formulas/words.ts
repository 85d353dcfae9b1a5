import type { Figures } from '../../../preload/contract/formula.ts'
import type { Speech } from '../../speech/speech.ts'

/** A group and its value, or why it has none. */
export function groupInWords(
  { group, value, why }: Figures['highest'][number],
  speech: Speech,
  precision: number,
): string {
  const said =
    value === null ? speech.say(`desk.formula.none.${why ?? 'nothing'}`) : speech.number(value, precision)
  return group === '' ? said : speech.say('desk.formula.group', { group, value: said })
}

/** Of a name, characters. */
const mostName = 48

/** The last part of its key, from what people call it; one that is cut ends in what tells it from others. @returns '' where nothing of it may be one */
export function nameFrom(title: string): string {
  const whole = title
    .normalize('NFD')
    .replace(/\p{Mark}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
  if (whole.length <= mostName) return whole
  let hash = 0x811c9dc5
  for (let i = 0; i < whole.length; i++) hash = Math.imul(hash ^ whole.charCodeAt(i), 0x01000193)
  return `${whole.slice(0, mostName - 9)}-${(hash >>> 0).toString(16).padStart(8, '0')}`
}
