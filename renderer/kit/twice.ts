/** Within this many ms two presses are one act. */
const together = 700

/**
 * Escape twice in a row blanks the wall: one press alone is too easily made with an elbow, and two that close two dialogs
 * have something between them.
 *
 * @returns is told of every press, of a key or of the pointer; true: it is the second Escape
 */
export function twice(): (event: KeyboardEvent | PointerEvent) => boolean {
  let last = -Infinity
  return (event) => {
    const isEscape = event instanceof KeyboardEvent && event.key === 'Escape'
    const both = isEscape && event.timeStamp - last <= together
    last = isEscape && !both ? event.timeStamp : -Infinity
    return both
  }
}
