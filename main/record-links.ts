import type { Link } from '../preload/contract/picture.ts'
import type { Trail } from './trail/trail.ts'

/** When this node was with its platform, and when not; trying again is nothing new. Its trail goes on there, too. */
export function recordLinks({ record, connected }: Pick<Trail, 'record' | 'connected'>) {
  const last = new Map<string, string>()
  return ({ intake, connection }: Link): void => {
    if (connection.state === 'connecting') return
    if (connection.state === 'live') connected()
    const problem = 'problem' in connection ? connection.problem : null
    const said = `${connection.state} ${problem?.code ?? ''}`
    if (said === last.get(intake)) return
    last.set(intake, said)
    record({
      kind: 'platform',
      subject: connection.state === 'live' ? connection.server : intake,
      refused: problem?.code ?? null,
      detail: { state: connection.state, ...(problem && { message: problem.message }) },
    })
  }
}
