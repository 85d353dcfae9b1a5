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

export interface ExerciseEvents {
  /** it ended, and nobody had asked it to */
  onEnd?: (code: number | null) => void
  /** it goes on, but not as it should */
  onTrouble?: (message: string) => void
}

/** The exercise's own process: it loads and makes its keys before it is told what to play. */
export interface ExerciseProcess {
  /** Resolves when its platform stands and its past is told. */
  start(options: ExerciseRequest, events?: ExerciseEvents): Promise<Result<RunningExercise>>
  dispose(): Promise<void>
}

const stopWithin = 10_000

export function openExercise(child: ChildProcess): ExerciseProcess {
  let ending: Promise<void> | null = null
  let isReady = false
  let events: ExerciseEvents = {}
  let resolve!: (started: Result<RunningExercise>) => void
  const started = new Promise<Result<RunningExercise>>((done) => (resolve = done))
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
  return {
    start(options, told = {}) {
      events = told
      talk.send({ kind: 'start', options })
      return started
    },
    dispose,
  }
}
