/** Which part of the time a chart shows. Times in ms since 1970. */
export interface Span {
  from: number
  to: number
}

/** null: live, the last so many ms */
export type Zoom = Span | null

const least = 60_000
/** more than the longest of a scene: a day is what the picture keeps */
const longest = 24 * 3_600_000

export const spanOf = (zoom: Zoom, length: number, now: number): Span =>
  zoom ?? { from: now - length, to: now }

/** @param part where it stays in its place, from 0, the left edge, to 1 */
export function zoomed(span: Span, factor: number, part: number, now: number): Zoom {
  const length = span.to - span.from
  const next = Math.min(longest, Math.max(least, length * factor))
  const at = span.from + length * part
  return within({ from: at - next * part, to: at + next * (1 - part) }, now)
}

/** @param parts of what is shown, positive: later */
export function moved(span: Span, parts: number, now: number): Zoom {
  const by = (span.to - span.from) * parts
  return within({ from: span.from + by, to: span.to + by }, now)
}

/** Nothing is later than now, and a day before it nothing is kept. */
function within({ from, to }: Span, now: number): Span {
  const length = to - from
  const end = Math.min(now, Math.max(to, now - longest + length))
  return { from: end - length, to: end }
}

/** What a key of the chart does; null: nothing, it is not ours. */
export function zoomByKey(key: string, span: Span, zoom: Zoom, now: number): { zoom: Zoom } | null {
  switch (key) {
    case 'ArrowLeft':
      return { zoom: moved(span, -0.25, now) }
    case 'ArrowRight':
      return { zoom: moved(span, 0.25, now) }
    case '+':
    case '=':
    case 'ArrowUp':
      return { zoom: zoomed(span, 0.5, 1, now) }
    case '-':
    case 'ArrowDown':
      return { zoom: zoomed(span, 2, 1, now) }
    case 'Home':
      return { zoom: null }
    case 'Escape':
      return zoom === null ? null : { zoom: null }
    default:
      return null
  }
}
