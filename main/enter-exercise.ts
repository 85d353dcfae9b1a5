import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { EngineProcess } from './engine-process.ts'
import { enter } from './enter.ts'
import type { ExerciseProcess } from './exercise-process.ts'
import { log, type Begun } from './life.ts'
import type { OpenedNode } from './open-node.ts'
import { placeOf } from './policy/policy.ts'

/** Starts the exercise's own platform, and signs in there with what it made for us. */
export async function enterExercise(
  begun: Begun,
  exerciseProcess: ExerciseProcess,
  node: OpenedNode,
  engine: EngineProcess,
): Promise<void> {
  const { options, profile, out, parts } = begun
  const { state, problems } = node
  // a throw-away authority: what its certificates opened before, nobody can open again
  const cache = join(profile, 'exercise')
  await rm(cache, { recursive: true, force: true })
  const started = await exerciseProcess.start(
    {
      scenarios: join(out, 'resources', 'scenarios'),
      place: placeOf(node.about.policy),
      ...options.exercise,
    },
    {
      onEnd: (code) => problems('exercise', { code: 'exercise.failed', message: `it ended with ${code}` }),
      onTrouble: (message) => log(`exercise: ${message}`),
    },
  )
  if (!started.ok) return problems('exercise', started.error)
  const exercise = started.value
  // the engine ends before the exercise that it listens to
  parts.add({ dispose: () => engine.dispose().finally(exercise.dispose) })
  const { addresses, caFile: authority, identityFile: identity, passphraseFile } = exercise
  state.found({ platform: addresses.join(', ') })
  const files = { identity, passphrase: { from: 'file', file: passphraseFile } as const, authority }
  for (const partner of exercise.partners)
    log(
      `exercise: ${partner.organisation} takes part with --platform ${addresses.join(',')} --ca ${authority} ` +
        `--identity ${partner.identityFile} --passphrase-file ${partner.passphraseFile}`,
    )
  await enter(begun, { addresses, tlsFirst: false, files, cache }, node, engine)
}
