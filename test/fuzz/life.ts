/** One app under the fuzzer, from its start to its end: what it was started with, and all that was sent to it. */
import type { Kind, SceneFiles, SentKind } from './kinds.ts'
import { isRoom } from './kinds.ts'
import type { Marks } from './hostile.ts'
import { told, wrongIn } from './rooms.ts'
import { startStage, type Stage } from './stage.ts'

export interface Batch {
  kind: Kind
  round: number
  inputs: readonly unknown[]
}

export interface Life {
  marks: Marks
  scenes: SceneFiles
  /** null: the policy that comes with Vigie */
  policy: string | null
  batches: readonly Batch[]
}

const send = (stage: Stage, kind: SentKind, inputs: readonly never[]): Promise<void> => {
  if (kind === 'messages' || kind === 'headers') return stage.messages(inputs)
  if (kind === 'port messages') return stage.portMessages(inputs)
  if (kind === 'scenes on a wall') return stage.scenes(inputs)
  return stage[kind](inputs)
}

/** @returns what does not hold of the app after these inputs */
export async function tryOn(stage: Stage, kind: SentKind, inputs: readonly unknown[]): Promise<string[]> {
  try {
    await within(`what takes ${kind}`, send(stage, kind, inputs as readonly never[]))
    return await within(`the app after ${kind}`, stage.broken())
  } catch (error) {
    return [told(error)]
  }
}

export const start = ({ marks, scenes, policy }: Life, patience?: number): Promise<Stage> =>
  startStage(marks, new Map(scenes), { policy: policy ?? undefined, patience })

/** @returns what the app left, and said at its end */
export async function endOf(stage: Stage): Promise<string[]> {
  try {
    return await within('the app at its end', stage.dispose())
  } catch (error) {
    return [told(error)]
  }
}

/**
 * Lives it from its start to its end.
 *
 * @param patience until a good message is there, ms @returns what did not hold
 */
export async function live(life: Life, patience?: number): Promise<string[]> {
  const wrong = life.batches.flatMap(({ kind, inputs }) =>
    isRoom(kind) ? inputs.flatMap((input) => wrongIn(kind, input) ?? []) : [],
  )
  const sent = life.batches.flatMap(({ kind, inputs }) =>
    isRoom(kind) || kind === 'starts' ? [] : [{ kind, inputs }],
  )
  if (sent.length === 0 && life.batches.length > 0) return wrong
  let stage: Stage
  try {
    stage = await start(life, patience)
  } catch (error) {
    return [told(error)]
  }
  // a start is tried with nothing but good messages
  const all = sent.length > 0 ? sent : [{ kind: 'messages', inputs: [] } as const]
  for (const { kind, inputs } of all) {
    wrong.push(...(await tryOn(stage, kind, inputs)))
    if (wrong.length > 0) break
  }
  return [...wrong, ...(await endOf(stage))]
}

/** What does not answer in this time hangs: no input may do that, on however slow a machine. */
const patience = 120_000

/** @param what is waited for, as it is told when it never comes */
async function within<T>(what: string, act: Promise<T>): Promise<T> {
  let late: NodeJS.Timeout | undefined
  try {
    return await Promise.race([
      act,
      new Promise<never>((_, reject) => {
        late = setTimeout(() => reject(new Error(`${what} hangs`)), patience)
      }),
    ])
  } finally {
    clearTimeout(late)
  }
}
