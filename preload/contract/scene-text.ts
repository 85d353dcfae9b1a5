/** A scene as its file says it: what is not understood is written again as it was, and what is small stands on one line. */
import { Document, isScalar, visit } from 'yaml'
import { widgetIn } from './widget-text.ts'

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** @param content of a scene; a widget that tells what is wrong is what was written there */
export function asWritten(content: Record<string, unknown>): Record<string, unknown> {
  const { widgets } = content
  if (!Array.isArray(widgets)) return content
  const written = (widgets as unknown[]).map((widget) =>
    isRecord(widget) && widget['widget'] === 'wrong' && typeof widget['was'] === 'string'
      ? (widgetIn(widget['was']) ?? widget)
      : widget,
  )
  return { ...content, widgets: written }
}

/** YAML, a list or a map of nothing but values on a line of its own: `at: [ 20, 5, 18, 9 ]`. */
export function plainly(value: unknown): string {
  const document = new Document(value, { aliasDuplicateObjects: false })
  visit(document, {
    Seq(_key, seq) {
      if (seq.items.every((item) => isScalar(item))) seq.flow = true
    },
    Map(key, map) {
      const isSmall = map.items.every((pair) => isScalar(pair.value))
      if (key !== null && isSmall && map.items.length <= 4) map.flow = true
    },
  })
  return document.toString({ lineWidth: 0 })
}

export const sceneText = (scene: Record<string, unknown>): string => plainly(asWritten(scene))
