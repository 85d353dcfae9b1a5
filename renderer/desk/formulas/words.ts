import { cutName } from '../../../preload/contract/cut-name.ts'
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

/** The last part of its key, from what people call it. @returns '' where nothing of it may be one */
export const nameFrom = (title: string): string =>
  cutName(
    title
      .normalize('NFD')
      .replace(/\p{Mark}/gu, '')
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-|-$/g, ''),
    mostName,
  )
