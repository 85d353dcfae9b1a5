import * as v from 'valibot'
import { fail } from '../../preload/contract/result.ts'
import { issue, runExercise, type Exercise } from './exercise.ts'
import { ToExerciseSchema, type FromExercise } from './protocol.ts'

// The exercise's own process: forked by main as a utility process, or by a test under plain Node.

type ParentPort = {
  postMessage(message: unknown): void
  on(event: 'message', listener: (event: { data: unknown }) => void): void
}
const parentPort = (process as NodeJS.Process & { parentPort?: ParentPort }).parentPort

const tell = (message: FromExercise): void => {
  if (parentPort !== undefined) parentPort.postMessage(message)
  else if (process.connected) process.send?.(message)
}

let exercise: Promise<Exercise | null> | null = null
// before anybody says what they are for
const issued = issue(Date.now())
// told to whoever starts it
issued.catch(() => undefined)

const end = async (): Promise<never> => {
  const running = await exercise
  await running?.dispose()
  process.exit(0)
}

const hear = (data: unknown): void => {
  const heard = v.safeParse(ToExerciseSchema, data)
  if (!heard.success) {
    const [issue] = heard.issues
    const where = v.getDotPath(issue) ?? 'message'
    tell({ kind: 'failed', problem: { code: 'exercise.failed', message: `${where}: ${issue.message}` } })
    return
  }
  if (heard.output.kind === 'stop') {
    void end()
    return
  }
  if (heard.output.kind === 'beat') {
    tell({ kind: 'beat' })
    return
  }
  exercise ??= runExercise(heard.output.options, (message) => tell({ kind: 'trouble', message }), issued)
    .catch((error: unknown) => fail('exercise.failed', String(error)))
    .then((result) => {
      if (result.ok) {
        tell({ kind: 'ready', ready: result.value.ready })
        return result.value
      }
      tell({ kind: 'failed', problem: result.error })
      return null
    })
}

if (parentPort !== undefined) parentPort.on('message', ({ data }) => hear(data))
else {
  process.on('message', hear)
  // the parent is gone, whatever took it
  process.on('disconnect', () => void end())
}
process.on('SIGTERM', () => void end())
process.on('SIGINT', () => void end())
