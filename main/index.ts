/** Composition: the parts of Vigie in the order in which they open. Nothing else is here. */
import { join } from 'node:path'
import { Menu, app, powerSaveBlocker, protocol } from 'electron'
import { isExercise } from './command-line.ts'
import { enterCard, namedReach } from './enter-card.ts'
import { enterExercise } from './enter-exercise.ts'
import { enterPlatform } from './enter-platform.ts'
import { forkPart } from './fork-part.ts'
import { openExercise } from './exercise-process.ts'
import { followPolicy } from './follow-policy.ts'
import { leaveResults } from './leave-results.ts'
import { live, log, type Begun } from './life.ts'
import { openEngine } from './open-engine.ts'
import { openNode } from './open-node.ts'
import { openProvisioning } from './open-provisioning.ts'
import { openWall } from './open-wall.ts'
import { provisionAlone } from './provision-alone.ts'
import { besideWall } from './provision-beside.ts'
import { openBundle, registerAppScheme } from './trust/app-protocol.ts'
import { hardenDefaultSession, hardenProcess, letResolve } from './trust/hardening.ts'
import { keepGraphics, watchGraphics } from './windows/gpu-tier.ts'

registerAppScheme(protocol)
hardenProcess(app, log)
keepGraphics(app)
live(app, join(import.meta.dirname, '..'), open, ({ card, policy }) => {
  if (card !== null) letResolve(app, namedReach(card, policy.file))
})

async function open(begun: Begun): Promise<void> {
  const { options, out, parts, end } = begun
  Menu.setApplicationMenu(null)
  powerSaveBlocker.start('prevent-display-sleep')
  hardenDefaultSession()
  parts.add({ dispose: watchGraphics(app, () => Date.now(), log, end) })

  const bundle = await openBundle(join(out, 'renderer'))
  if (options.provision) return provisionAlone(begun, bundle)
  // first, since it has most to do: it loads and makes its keys while the rest opens
  const exercise = isExercise(options) ? parts.add(openExercise(forkPart(out, 'exercise'))) : null
  const node = await openNode(begun)
  const provisioning = openProvisioning(begun, besideWall(node, begun), bundle)
  const wall = openWall(begun, node, bundle, provisioning)
  const engine = openEngine(begun, node, wall)
  wall.hang()
  followPolicy(begun, node)
  if (options.card !== null) await enterCard(begun, options.card, node, engine, bundle)
  else if (exercise !== null) await enterExercise(begun, exercise, node, engine)
  else if (options.platform !== null) await enterPlatform(begun, options.platform, node, engine)
  leaveResults(begun, node, wall, engine)
}
