/**
 * Time as it passes, a machine's sleep with it. `performance.now` (CLOCK_MONOTONIC) stands still while the machine is
 * suspended, so the platform's time would be behind by as long; how long it has been up (CLOCK_BOOTTIME) does not, but
 * is coarse, and costs a file each time.
 */
import { uptime } from 'node:os'
import type { Monotonic } from './platform-clock.ts'

/** ms awake between two looks at how long the machine has been up */
const lookAgain = 100
/** What neither the coarseness of the one nor the reading of the two explains. */
const slept = 500

/** @param awake ms, still while the machine sleeps. @param up ms since the machine was started, its sleep with it */
export function createMonotonic(
  awake: () => number = () => performance.now(),
  up: () => number = () => uptime() * 1000,
): Monotonic {
  let looked = awake()
  /** up − awake */
  let apart = up() - looked
  let asleep = 0
  return () => {
    const now = awake()
    if (now - looked >= lookAgain) {
      looked = now
      const next = up() - now
      if (next - apart > slept) {
        asleep += next - apart
        apart = next
      }
    }
    return now + asleep
  }
}
