/** Looks across the wall: a screen of another node at this desk, and this node's screens at theirs. One picture each time. */
import type { AskedLook, Look } from '../../preload/contract/look.ts'
import { ceilingOf, rankOf, type Rank } from '../../preload/contract/marking.ts'
import { countsHere } from '../../preload/contract/place.ts'
import { fail, ok, type Result } from '../../preload/contract/result.ts'
import type { Policy } from '../policy/policy.ts'
import type { State } from './state.ts'

/** Whoever asks for a screen again within it gets what was asked for before, ms. */
const freshFor = 1_000

export interface Looks {
  /** a screen of another node is to be seen at the desk */
  at(screen: number): Promise<Result<undefined>>
  /** another node asks; null: there is no picture for it */
  answer(asked: AskedLook): Promise<Look | null>
}

interface Picture {
  jpeg: Uint8Array<ArrayBuffer>
  marking: Rank
}

export function createLooks(parts: {
  policy(): Pick<Policy, 'node' | 'nodes' | 'scheme' | 'deskCeiling' | 'screen' | 'lookCeiling'>
  state(): Pick<State, 'blanked' | 'others' | 'unheard'>
  /** another node, over the platform */
  ask(node: string, asked: AskedLook): Promise<Result<Look>>
  /** one picture of a screen of this node, with nothing above `ceiling`; null: there is none */
  glance(screen: number, ceiling: Rank): Promise<Picture | null>
  show(screen: number, picture: Picture): void
  /** ms, never set back */
  clock(): number
}): Looks {
  const levelOf = (rank: Rank): string | undefined => parts.policy().scheme.levels[rank]?.id
  const lately = new Map<number, { at: number; answer: Promise<Result<undefined>> }>()

  const look = async (node: string, screen: number): Promise<Result<undefined>> => {
    const seen = await parts.ask(node, {
      screen,
      ceiling: levelOf(parts.policy().deskCeiling) ?? '',
      by: parts.policy().node,
    })
    if (!seen.ok) return seen
    const { jpeg, marking } = seen.value
    const { scheme, deskCeiling } = parts.policy()
    const rank = rankOf(scheme, marking)
    if (rank > deskCeiling || parts.state().blanked)
      return fail('wall.no-picture', 'this desk must not show it', node)
    parts.show(screen, { jpeg: new Uint8Array(jpeg), marking: rank })
    return ok(undefined)
  }

  return {
    at(screen) {
      const before = lately.get(screen)
      if (before !== undefined && parts.clock() - before.at < freshFor) return before.answer
      const theirs = [...parts.state().others].filter(([, { screens }]) =>
        screens.some((each) => each.screen === screen),
      )
      const [node] = theirs.find(([name]) => !parts.state().unheard.includes(name)) ?? theirs[0] ?? []
      if (node === undefined)
        return Promise.resolve(fail('screen.unknown', 'no other node has it', String(screen)))
      const answer = look(node, screen)
      lately.set(screen, { at: parts.clock(), answer })
      return answer
    },
    async answer({ screen, ceiling, by }) {
      // what is asked is its own word: here it is decided what it may see; and again when its picture is there
      const most = (): Rank => {
        const { scheme, nodes, lookCeiling, screen: decided } = parts.policy()
        if (!countsHere(nodes, by) || parts.state().blanked) return -1
        return Math.min(ceilingOf(scheme, ceiling), lookCeiling(by), decided(screen).ceiling)
      }
      const asked = most()
      if (asked < 0) return null
      const picture = await parts.glance(screen, asked)
      if (picture === null || picture.marking > Math.min(asked, most())) return null
      const marking = levelOf(picture.marking)
      return marking === undefined ? null : { jpeg: picture.jpeg, marking }
    },
  }
}
