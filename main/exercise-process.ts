import { fail, ok, type Result } from '../preload/contract/result.ts'
import { talkWith, type ChildProcess } from './child-process.ts'
import {
  FromExerciseSchema,
  type ExerciseReady,
  type ExerciseRequest,
  type FromExercise,
  type ToExercise,
} from './exercise/protocol.ts'

export type RunningExercise = ExerciseReady & { dispose(): Promise<void> }

const stopWithin = 10_000

/**
 * Starts the exercise in its own process and waits until its platform stands and its past is told.
 * `onEnd` tells of an end that nobody asked for; `onTrouble` of what goes wrong while it goes on.
 */
export const startExercise = (
  child: ChildProcess,
  options: ExerciseRequest,
  events: { onEnd?: (code: number | null) => void; onTrouble?: (message: string) => void } = {},
): Promise<Result<RunningExercise>> =>
  new Promise((resolve) => {
    let ending: Promise<void> | null = null
    let isReady = false
    const dispose = (): Promise<void> => (ending ??= talk.end())

    const talk = talkWith<ToExercise, FromExercise>(child, {
      answers: FromExerciseSchema,
      beat: { kind: 'beat' },
      stop: { kind: 'stop' },
      stopWithin,
      heard(message) {
        if (message.kind === 'trouble') events.onTrouble?.(message.message)
        else if (message.kind === 'ready') {
          isReady = true
          resolve(ok({ ...message.ready, dispose }))
        } else if (message.kind === 'failed') {
          void dispose()
          const { code, message: text, subject } = message.problem
          resolve(fail(code, text, subject))
        }
      },
      stoodStill: (seconds) => events.onTrouble?.(`it said nothing for ${seconds} s and was ended`),
      gone(code) {
        if (!isReady) resolve(fail('exercise.failed', `the exercise ended with code ${String(code)}`))
        else if (ending === null) events.onEnd?.(code)
      },
    })
    talk.send({ kind: 'start', options })
  })
