/**
 * A widget as somebody wrote it, whatever it says: JSON, as a text of bounded length. Nothing loose crosses from one process
 * to another; who takes the text apart checks what it finds.
 */
import * as v from 'valibot'

/** characters */
export const mostWidgetText = 32_768
const mostLevels = 12

const isShallow = (value: unknown, levels: number): boolean =>
  typeof value !== 'object' ||
  value === null ||
  (levels > 0 && Object.values(value).every((each) => isShallow(each, levels - 1)))

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** @returns null: it is none, too long or nested too deep */
export function widgetIn(text: string): Record<string, unknown> | null {
  if (text.length > mostWidgetText) return null
  try {
    const read: unknown = JSON.parse(text)
    return isRecord(read) && isShallow(read, mostLevels) ? read : null
  } catch {
    return null
  }
}

/** @returns null: nobody would take it */
export function widgetText(widget: Readonly<Record<string, unknown>>): string | null {
  if (!isShallow(widget, mostLevels)) return null
  const text = JSON.stringify(widget)
  return text.length > mostWidgetText ? null : text
}

export const WidgetTextSchema = v.pipe(
  v.string(),
  v.maxLength(mostWidgetText),
  v.check(
    (text) => widgetIn(text) !== null,
    'a widget as it is written is JSON, not too long and not nested too deep',
  ),
)
