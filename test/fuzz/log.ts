/** What the app says on its terminal: a log is kept, and read by others than those who may read the inputs. */
import { waysIn } from './traces.ts'

const around = (text: string, at: number): string =>
  JSON.stringify(text.slice(Math.max(0, at - 200), at + 200))

/** Of the inputs' texts, those that stand in no sentence of ours: not each of them carries the mark. */
const unmarked = ['globalThis.owned', 'a forged line', 'DROP TABLE', 'HYPERLINK', '/etc/passwd']

/** What turns a line round, hides in it or begins another. */
const control =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/

/** @returns what must not be there */
export function wrongInLog(said: string, mark: string): string[] {
  const wrong = waysIn(said, mark).map(
    (way) => `the log has an input, ${way}: ${around(said, said.indexOf(mark))}`,
  )
  for (const text of unmarked)
    if (said.includes(text)) wrong.push(`the log has an input: ${around(said, said.indexOf(text))}`)
  const odd = control.exec(said)
  if (odd !== null) wrong.push(`the log has a control character: ${around(said, odd.index)}`)
  const stopped = /engine\.(stopped|stands-still)|starts again/.exec(said)
  if (stopped !== null) wrong.push(`the engine stopped: ${around(said, stopped.index)}`)
  const fault = /\n {4}at .*:\d+\)?\n/.exec(said)
  if (fault !== null) wrong.push(`nobody caught a fault: ${around(said, fault.index)}`)
  return wrong
}

/** @returns tells what was said since it was asked last, in whole lines; at the end all that is left */
export function hearing(said: () => string): (toTheEnd?: boolean) => string {
  let heard = 0
  return (toTheEnd = false) => {
    const all = said()
    const end = toTheEnd ? all.length : all.lastIndexOf('\n') + 1
    const now = all.slice(heard, end)
    heard = Math.max(heard, end)
    return now
  }
}
