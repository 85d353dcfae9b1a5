/** What time it is for what must not end, nor come back, because somebody sets the machine's clock. */
import { uptime } from 'node:os'

/**
 * The machine's time at this moment, and from then on the time since it was switched on, which counts its sleep and which
 * nobody sets.
 *
 * @param wall ms since 1970
 * @param boot seconds since the machine was switched on
 * @returns ms since 1970
 */
export function steadyClock(
  wall: () => number = () => Date.now(),
  boot: () => number = uptime,
): () => number {
  const begun = { at: wall(), since: boot() }
  return () => begun.at + Math.round((boot() - begun.since) * 1000)
}
