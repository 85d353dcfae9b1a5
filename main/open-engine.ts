/** The engine's process, and a port to it for each window. */
import { MessageChannelMain } from 'electron'
import { portChannel, type Sender } from '../preload/contract/schema.ts'
import { keepEngine, type EngineProcess } from './engine-process.ts'
import { forkPart } from './fork-part.ts'
import { log, type Begun } from './life.ts'
import type { OpenedNode } from './open-node.ts'
import type { OpenedWall } from './open-wall.ts'
import { linkLog } from './run/voice.ts'
import { createLooks } from './wall/looks.ts'
import { isKnown } from './wall/told.ts'

export function openEngine({ out, parts }: Begun, node: OpenedNode, wall: OpenedWall): EngineProcess {
  const { about, acting, state, shared, say, problems } = node
  const { policy } = about
  const engine = parts.add(
    keepEngine({
      fork: () => forkPart(out, 'engine'),
      ready() {
        for (const sender of wall.listening()) givePort(sender)
        acting.ready()
        node.line?.()
      },
      problem: (problem) => problems('engine', problem),
      linked: linkLog(log, say),
      secured: (server) => node.trust?.secured(server),
      kept: acting.kept,
      notKept: acting.notKept,
      outbox: acting.outbox,
      acts: acting.acts,
      together: acting.together,
      shared: shared.told,
      saves: shared.saved,
      asked: (asked) => looks.answer(asked),
    }),
  )
  node.outlet = engine
  node.sharedOutlet = engine.shared
  const looks = createLooks({
    policy,
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
    const window =
      screen === null ? wall.desk() : wall.screens().find((each) => each.screen === screen)?.window
    if (!window || window.isDestroyed()) return
    if (screen !== null && !isKnown(state.now(), screen)) return
    const { port1, port2 } = new MessageChannelMain()
    const ceiling = screen === null ? policy.deskCeiling : policy.screen(screen).ceiling
    if (engine.connect({ id: window.webContents.id, role, ceiling }, port1))
      window.webContents.postMessage(portChannel, null, [port2])
  }
}
