/**
 * What the nodes of a wall ask each other, over the connection that stands; nothing of it is kept.
 * A question goes to a subject that only the node that is asked may hear, and its answer to one that only the node that
 * asked may hear, both of this wall: nothing leaves it, whatever somebody says of where an answer should go. NATS' own
 * replies would need `allow_responses`, for which a server keeps books on every message of every stream.
 */
import { randomUUID } from 'node:crypto'
import { errors, headers, type Msg, type NatsConnection } from '@nats-io/nats-core'
import * as v from 'valibot'
import { AskedLookSchema, LookSchema, type AskedLook, type Look } from '../../../../preload/contract/look.ts'
import { createPace } from '../../../../preload/contract/pace.ts'
import { lookedSubject, lookSubject } from '../../../../preload/contract/place.ts'
import { fail, ok, type Result } from '../../../../preload/contract/result.ts'
import type { Looks } from '../intake.ts'

export interface Requests {
  look(node: string, asked: AskedLook): Promise<Result<Look>>
}

/** ms; a picture waits for what its screen says of its marking after it */
const within = 4_500
/** of all who ask, whatever they ask for */
const pace = { burst: 16, perSecond: 8 }
const mostBytes = 1024
const idHeader = 'ce-id'
const markingHeader = 'ce-marking'

const QuestionSchema = v.strictObject({
  id: v.pipe(v.string(), v.uuid()),
  ...AskedLookSchema.entries,
})
type Question = v.InferOutput<typeof QuestionSchema>

function readQuestion(message: Msg): Question | null {
  if (message.data.length > mostBytes) return null
  try {
    const read = v.safeParse(QuestionSchema, message.json<unknown>())
    return read.success ? read.output : null
  } catch {
    return null
  }
}

function readAnswer(message: Msg, node: string): Result<Look> {
  const marking = message.headers?.get(markingHeader) ?? ''
  if (marking === '') return fail('wall.no-picture', 'the node gave none', node)
  // its own bytes: a view would take all that came with it along
  const read = v.safeParse(LookSchema, { jpeg: message.data.slice(), marking })
  return read.success ? ok(read.output) : fail('wall.no-picture', read.issues[0].message, node)
}

/** Asks and answers as long as the connection stands. Who gets no picture is told that, and not why. */
export function openRequests(connection: NatsConnection, { place, answer }: Looks): Requests {
  const may = createPace(pace.burst, pace.perSecond, () => performance.now())
  const asking = new Map<string, (answer: Msg) => void>()

  const reply = async ({ id, ...asked }: Question): Promise<void> => {
    const look = await answer(asked)
    if (connection.isClosed()) return
    const head = headers()
    head.set(idHeader, id)
    if (look !== null) head.set(markingHeader, look.marking)
    const to = lookedSubject({ ...place, node: asked.by })
    connection.publish(to, look?.jpeg ?? new Uint8Array(), { headers: head })
  }
  connection.subscribe(lookSubject(place), {
    callback(error, message) {
      // a platform that does not let us be asked: nobody asks then
      if (error !== null || !may()) return
      const question = readQuestion(message)
      if (question !== null) reply(question).catch(() => undefined)
    },
  })
  connection.subscribe(lookedSubject(place), {
    callback(error, message) {
      if (error === null) asking.get(message.headers?.get(idHeader) ?? '')?.(message)
    },
  })

  return {
    look(node, asked) {
      const id = randomUUID()
      const question: Question = { id, ...asked }
      const subject = lookSubject({ ...place, node })
      return new Promise<Result<Look>>((resolve) => {
        asking.set(id, (message) => resolve(readAnswer(message, node)))
        // nobody replies to this: it ends when the server says that nobody hears it or that we may not ask, or in time
        connection.request(subject, JSON.stringify(question), { timeout: within }).then(
          () => resolve(fail('wall.unanswered', 'it was answered by somebody else', node)),
          (error: unknown) => resolve(fail(codeOf(error), String(error), node)),
        )
      }).finally(() => asking.delete(id))
    },
  }
}

function codeOf(error: unknown): 'wall.may-not-look' | 'wall.unanswered' {
  const all = error instanceof Error ? [error, error.cause] : []
  return all.some((each) => each instanceof errors.PermissionViolationError)
    ? 'wall.may-not-look'
    : 'wall.unanswered'
}
