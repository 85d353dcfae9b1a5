import { app } from 'electron'
import type { EngineProcess } from './engine-process.ts'
import { log, type Begun } from './life.ts'
import type { OpenedNode } from './open-node.ts'
import type { OpenedWall } from './open-wall.ts'
import { endRun } from './run/headless.ts'
import { sceneNameOf } from './wall/told.ts'

/** A run that ends by itself, and what it leaves. */
export function leaveResults(
  { options, parts, end }: Begun,
  node: OpenedNode,
  wall: OpenedWall,
  engine: EngineProcess,
): void {
  const { about, state, say, trail } = node
  const pictures = (): boolean => about.exercise || about.policy.pictures
  if (options.headless !== null && !pictures())
    log(
      say({
        code: 'policy.pictures-forbidden',
        message: 'the policy does not say “pictures: true”: only run.json is left',
        subject: options.headless.out,
      }),
    )
  // what leaves the building is recorded before it does
  if (options.headless !== null && pictures())
    trail.record({
      ...{ kind: 'pictures', subject: options.headless.out },
      marking: about.policy.scheme.levels.at(-1)?.id ?? null,
    })
  if (options.seconds === null) return
  parts.add(
    endRun({
      seconds: options.seconds,
      headless: options.headless,
      pictures,
      expected: options.screens,
      end,
      log,
      screens: wall.screens,
      desk: wall.desk,
      run: async () => ({
        electron: process.versions.electron ?? '',
        problem: state.now().problem ?? node.linkProblem,
        engine: await engine.report(),
        scheme: about.policy.scheme,
        screens: wall
          .screens()
          .map(({ screen }) => ({ screen, scene: sceneNameOf(about, state.now(), screen) })),
        telemetry: wall.telemetry,
        begun: process.getCreationTime() ?? Date.now() - process.uptime() * 1000,
        metrics: app.getAppMetrics(),
      }),
    }),
  )
}
