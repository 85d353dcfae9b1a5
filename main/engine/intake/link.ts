/**
 * The state of one intake's connection. Its times are kept by the monotonic clock: no clock that is set may lengthen a
 * cut or shorten a wait.
 */
import type { Connection } from '../../../preload/contract/picture.ts'
import type { PlatformClock } from '../time/platform-clock.ts'

export interface Link {
  /** @param next its times are monotonic */
  set(next: Connection): void
  /** with its times as windows show time */
  now(): Connection
}

export function createLink(
  time: Pick<PlatformClock, 'now' | 'monotonic'>,
  changed: (now: Connection) => void,
): Link {
  let link: Connection = { state: 'offline', since: time.monotonic() }
  const now = (): Connection => {
    const at = (instant: number): number => time.now() - Math.round(time.monotonic() - instant)
    const since = at(link.since)
    return link.state === 'waiting' ? { ...link, since, retryAt: at(link.retryAt) } : { ...link, since }
  }
  return {
    set(next) {
      link = next
      changed(now())
    },
    now,
  }
}
