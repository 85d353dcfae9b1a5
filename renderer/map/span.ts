import type { Span } from './columns.ts'

export const nothing = (): Span => ({ from: Infinity, to: 0 })
export const isEmpty = (span: Span): boolean => span.from >= span.to

export function widen(span: Span, by: Span): void {
  if (isEmpty(by)) return
  if (by.from < span.from) span.from = by.from
  if (by.to > span.to) span.to = by.to
}
