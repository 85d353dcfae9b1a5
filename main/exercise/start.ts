import { fork } from 'node:child_process'
import * as v from 'valibot'
import { fail, ok, type Result } from '../../preload/contract/result.ts'
import { FromExerciseSchema, type ExerciseReady, type ExerciseRequest, type ToExercise } from './protocol.ts'

/** A child process as main needs it: Electron's utility process, or Node's own. */
export type ExerciseProcess = {
  postMessage(message: ToExercise): void
  on(event: 'message', listener: (message: unknown) => void): unknown
  on(event: 'exit', listener: (code: number | null) => void): unknown
  kill(): unknown
}

export type RunningExercise = ExerciseReady & { dispose(): Promise<void> }

/** Under plain Node; the app passes `utilityProcess.fork(entry)`, which has this shape already. */
export const forkWithNode = (entry: string, execArgv: readonly string[] = []): ExerciseProcess => {
  const child = fork(entry, [], { execArgv: [...execArgv], serialization: 'advanced' })
  return {
    postMessage: (message) => void child.send(message),
    on: (event, listener) => child.on(event, listener as (value: unknown) => void),
    kill: () => child.kill(),
  }
}

/**
 * Starts the exercise in its own process and waits until its platform stands and its past is told.
 * `onEnd` tells of an end that nobody asked for; `onTrouble` of what goes wrong while it goes on.
 */
export const startExercise = (
  child: ExerciseProcess,
  options: ExerciseRequest,
  events: { onEnd?: (code: number | null) => void; onTrouble?: (message: string) => void } = {},
): Promise<Result<RunningExercise>> =>
  new Promise((resolve) => {
    let ending = false
    let isReady = false
    let exited!: () => void
    const gone = new Promise<void>((done) => (exited = done))

    const dispose = async (): Promise<void> => {
      if (!ending) {
        ending = true
        child.postMessage({ kind: 'stop' })
        const patience = setTimeout(() => child.kill(), 10_000)
        await gone
        clearTimeout(patience)
      }
      await gone
    }

    child.on('message', (data) => {
      const heard = v.safeParse(FromExerciseSchema, data)
      if (!heard.success) return
      const message = heard.output
      if (message.kind === 'trouble') events.onTrouble?.(message.message)
      else if (message.kind === 'ready') {
        isReady = true
        resolve(ok({ ...message.ready, dispose }))
      } else {
        void dispose()
        const { code, message: text, subject } = message.problem
        resolve(fail(code, text, subject))
      }
    })
    child.on('exit', (code) => {
      exited()
      if (!isReady) resolve(fail('exercise.failed', `the exercise ended with code ${String(code)}`))
      else if (!ending) events.onEnd?.(code)
    })
    child.postMessage({ kind: 'start', options })
  })
