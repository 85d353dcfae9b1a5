import type { DeskState } from '../../../preload/contract/state.ts'
import type { Key, Values } from '../../speech/words.ts'

/**
 * Who of the wall may still show its picture while this node is blank: whoever can't be heard. Nobody is to believe a
 * room is dark that is not.
 * @param untold that the wall is blank is still on its way to the platform
 */
function notSurelyBlank({ nodes, together }: DeskState, untold: boolean): string[] {
  const cutOff = together === 'cut' || together === 'refused' || untold
  return nodes.filter(({ heard }) => cutOff || !heard).map(({ node }) => node)
}

/** What is said while this node is blank. */
export function blankedInWords(
  state: DeskState,
  untold: boolean,
): { what: Key; more: { key: Key; values?: Values } } {
  const others = notSurelyBlank(state, untold)
  return others.length === 0
    ? { what: 'desk.wall.blanked', more: { key: 'desk.wall.blankedHow' } }
    : {
        what: 'desk.wall.blankedHere',
        more: { key: 'desk.wall.blankedNotHeard', values: { nodes: others.join(', ') } },
      }
}
