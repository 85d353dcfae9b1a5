import type { Role } from '../../preload/contract/role.ts'
import type { Bridge } from '../../preload/contract/schema.ts'

/** A fault that repeats every frame must not become a flood of calls. */
const perMinute = 20

/**
 * What breaks in this window goes to the log, never onto a screen.
 * @returns tells of one that was caught
 */
export function reportFaults(
  window: Pick<Window, 'addEventListener'>,
  bridge: { window: Pick<Bridge<Role>['window'], 'problem'> },
): (message: string) => void {
  let left = perMinute
  setInterval(() => (left = perMinute), 60_000)
  const report = (message: string): void => {
    if (left-- <= 0) return
    void bridge.window.problem({ message: message.slice(0, 4000) })
  }
  window.addEventListener('error', ({ error, message }: ErrorEvent) => report(wordsOf(error) ?? message))
  window.addEventListener('unhandledrejection', ({ reason }: PromiseRejectionEvent) =>
    report(wordsOf(reason) ?? String(reason)),
  )
  return report
}

const wordsOf = (error: unknown): string | null =>
  error instanceof Error ? (error.stack ?? error.message) : null
