/** The engine's process, and a port to it for each window. */
import { MessageChannelMain } from 'electron'
import { contactOf } from '../preload/contract/health.ts'
import type { Connection } from '../preload/contract/picture.ts'
import { tokenOf } from '../preload/contract/place.ts'
import type { Sender } from '../preload/contract/row.ts'
import { portChannel } from '../preload/contract/schema.ts'
import { keepEngine, type EngineProcess } from './engine-process.ts'
import { forkPart } from './fork-part.ts'
import { log, type Begun } from './life.ts'
import type { OpenedNode } from './open-node.ts'
import type { OpenedWall } from './open-wall.ts'
import { linkLog } from './run/voice.ts'
import { createLooks } from './wall/looks.ts'
import { recordLinks } from './record-links.ts'
import { isKnown } from './wall/told.ts'

export function openEngine({ out, parts }: Begun, node: OpenedNode, wall: OpenedWall): EngineProcess {
  const { about, acting, state, shared, lines, deliveries, say, problems, trail } = node
  const logLink = linkLog(log, say)
  const recordLink = recordLinks(trail)
  let connection: Connection | null = null
  const engine = parts.add(
    keepEngine({
      fork: () => forkPart(out, 'engine'),
      ready() {
        for (const sender of wall.listening()) givePort(sender)
        acting.ready()
        node.line?.()
      },
      problem: (problem) => problems('engine', problem),
      linked(link) {
        connection = link.connection
        // while it is tried again, what was wrong still is
        if (connection.state !== 'connecting')
          node.linkProblem = 'problem' in connection ? connection.problem : null
        logLink(link)
        recordLink(link)
      },
      secured: (server) => node.trust?.secured(server),
      searched: node.searched,
      kept: acting.kept,
      notKept: acting.notKept,
      outbox: acting.outbox,
      acts: acting.acts,
      together: acting.together,
      shared: shared.told,
      saves: shared.saved,
      log: lines.told,
      deliveries: deliveries.told,
      addressed: (addressed) => state.found({ addressed }),
      async asked(asked) {
        const look = await looks.answer(asked)
        trail.record({
          ...{ kind: 'looked-at', screen: asked.screen, subject: asked.by, marking: look?.marking ?? null },
          refused: look === null ? 'wall.no-picture' : null,
        })
        return look
      },
    }),
  )
  node.platform = async () => ({
    contact: connection && contactOf(connection),
    skew: (await engine.report())?.clockSkewMs ?? null,
  })
  node.outlet = engine
  node.sharedOutlet = engine.shared
  node.linesOutlet = engine.lines
  node.rows = (product, ceiling, from) => engine.rows(product, ceiling, from)
  node.deliveriesOutlet = engine.deliveries
  const token = tokenOf(about.policy.node)
  node.trailOutlet = {
    last: () => engine.trail.last(token),
    append: (records, after) => engine.trail.append(token, records, after),
  }
  const looks = createLooks({
    policy: node.policy.now,
    state: state.now,
    ask: engine.look,
    glance: wall.glance,
    show: wall.show,
    clock: () => performance.now(),
  })
  node.looks = looks
  wall.listen(givePort)
  return engine

  function givePort({ role, screen }: Sender): void {
    if (role === 'provisioning') return
    const window =
      screen === null ? wall.desk() : wall.screens().find((each) => each.screen === screen)?.window
    if (!window || window.isDestroyed()) return
    if (screen !== null && !isKnown(state.now(), screen)) return
    const { port1, port2 } = new MessageChannelMain()
    const { deskCeiling, screen: decided } = about.policy
    const ceiling = screen === null ? deskCeiling : decided(screen).ceiling
    if (engine.connect({ id: window.webContents.id, role, ceiling }, port1))
      window.webContents.postMessage(portChannel, null, [port2])
  }
}
