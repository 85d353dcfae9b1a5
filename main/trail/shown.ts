/**
 * What each screen of this node showed, since when, at which marking, and who put it there: recorded whenever it is
 * another. With it the trail alone says what was on a screen at a time, whoever asks and whenever.
 */
import type { Author } from '../../preload/contract/author.ts'
import type { RecordTrail } from '../../preload/contract/trail.ts'

export interface Showing {
  screen: number
  scene: string
  /** `picture`, or why it shows none: `blanked`, `not-attached`, `not-accepted` */
  shows: string
  /** the moment that it is of, ms since 1970; null: now */
  moment: number | null
  /** who put it there; null: nobody did, the policy says so */
  by: Author | null
}

export interface Shown {
  /** all of this node's screens, as they are now */
  are(all: readonly Showing[]): void
  /** the highest marking that a screen's banner has shown since it was last said. @param level its id */
  marked(screen: number, level: string): void
}

export function watchShown(record: RecordTrail): Shown {
  const last = new Map<number, { showing: Showing; marking: string | null; text: string }>()
  const say = ({ screen, scene, shows, moment, by }: Showing, marking: string | null): void =>
    record({
      kind: 'shown',
      person: by?.person ?? null,
      function: by?.function ?? null,
      automation: by?.automation ?? null,
      screen,
      subject: scene,
      marking,
      detail: { shows, moment, by: by?.node ?? null },
    })
  return {
    are(all) {
      for (const showing of all) {
        const { screen, scene, shows, moment } = showing
        // a replay that plays is one showing, not one a second
        const text = JSON.stringify([scene, shows, moment !== null, showing.by])
        const before = last.get(screen)
        if (before?.text === text) continue
        const marking = before?.showing.scene === scene ? before.marking : null
        last.set(screen, { showing, marking, text })
        say(showing, marking)
      }
      for (const [screen, { showing }] of last)
        if (!all.some((each) => each.screen === screen)) {
          last.delete(screen)
          say({ ...showing, shows: 'gone' }, null)
        }
    },
    marked(screen, level) {
      const before = last.get(screen)
      if (before === undefined || before.marking === level) return
      before.marking = level
      if (before.showing.shows === 'picture') say(before.showing, level)
    },
  }
}
