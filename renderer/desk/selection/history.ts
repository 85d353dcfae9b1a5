import type { Record } from '../../../preload/contract/picture.ts'
import type { Speech } from '../../speech/speech.ts'
import { changeOf } from './facts.ts'

/** What was said, and for how long nothing else was: a unit that stands still says so a hundred times. */
export interface HistoryLine {
  key: number
  /** ms since 1970, the first and the last time it was said */
  from: number
  to: number
  text: string
  times: number
}

/** @param versions newest first, as the lines are */
export function historyOf(versions: readonly Record[], speech: Speech): HistoryLine[] {
  const lines: HistoryLine[] = []
  versions.forEach((version, at) => {
    const text = changeOf(version, versions[at + 1], speech)
    const later = lines.at(-1)
    if (later?.text === text) {
      later.from = version.time
      later.times++
    } else {
      lines.push({ key: version.sequence, from: version.time, to: version.time, text, times: 1 })
    }
  })
  return lines
}
