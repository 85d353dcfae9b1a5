/**
 * What this node tells its platform: into the stream that holds it, by an id that counts once (platform.md, "A message").
 * A stream in three copies answers when two of them have it, so what is answered is there for good.
 */
import { jetstream, JetStreamApiError, jetstreamManager } from '@nats-io/jetstream'
import { errors, headers, type MsgHdrs, type NatsConnection } from '@nats-io/nats-core'
import type { ProductName } from '../../../../preload/contract/product.ts'
import { fail, ok, type Problem, type Result } from '../../../../preload/contract/result.ts'
import type { Publication } from '../intake.ts'

/** ms: a cluster chooses a leader in less */
const answeredWithin = 5000

/** JetStream's own codes */
const wrongLastSequence = new Set([10071, 10164])
const tooLarge = 10054

/** What no stream may be called: the server looks whether we may say it, and then that no stream takes it. */
const noStream = 'vigie.asks'
const otherStream = 10060

const thing = ({ to }: Publication): string =>
  'shared' in to ? to.shared : 'trail' in to ? auditOf(to.trail) : to.entity
const subjectOf = ({ to }: Publication): string =>
  'shared' in to
    ? `$KV.shared.${to.shared}`
    : 'trail' in to
      ? auditOf(to.trail)
      : `dp.${to.product}.${to.entity}`

/** The stream of all nodes' trails (platform.md, "Names"), and a node's subject in it. */
const auditStream = 'AUDIT'
const auditOf = (node: string): string => `audit.${node}`

/** What a server says again as it was said: of a right that is missing, the subject is all it names. */
const sayable = /^(?!.*["\\*>])[\p{L}\p{M}\p{N}\p{P}\p{S}]+$/u
const isSubject = (subject: string): boolean => sayable.test(subject) && !subject.split('.').includes('')

function headOf({ type, id, source, time, expires, marking, to, erases }: Publication): MsgHdrs {
  const head = headers()
  if (erases) head.set('KV-Operation', 'DEL')
  if (type === '') return head
  head.set('ce-specversion', '1.0')
  head.set('ce-id', id)
  head.set('ce-source', source)
  head.set('ce-type', type)
  head.set('ce-time', new Date(time).toISOString())
  if ('entity' in to) head.set('ce-subject', to.entity)
  if (marking) head.set('ce-marking', marking)
  if (expires !== null) head.set('ce-expires', new Date(expires).toISOString())
  return head
}

const refused = (message: string, subject: string): Result<never> => fail('act.refused', message, subject)

/** @param server host and port, for people */
export async function publish(
  connection: NatsConnection,
  server: string,
  publication: Publication,
): Promise<Result<{ sequence: number }>> {
  const subject = subjectOf(publication)
  if (!isSubject(subject)) return refused('no subject can be called so', thing(publication))
  let head: MsgHdrs
  try {
    head = headOf(publication)
  } catch (error) {
    return refused(String(error), thing(publication))
  }
  const { id, body, expected } = publication
  try {
    const { seq } = await jetstream(connection).publish(subject, body, {
      headers: head,
      msgID: id,
      timeout: answeredWithin,
      ...(expected === null ? {} : { expect: { lastSubjectSequence: expected } }),
    })
    return ok({ sequence: seq })
  } catch (error) {
    return { ok: false, error: problemOf(error, thing(publication), connection.isClosed(), server) }
  }
}

/** What will never be otherwise is told as such; all else may be sent again. */
function problemOf(error: unknown, about: string, isClosed: boolean, server: string): Problem {
  const message = error instanceof Error ? error.message : String(error)
  for (let at = error; at instanceof Error; at = at.cause) {
    if (at instanceof errors.PermissionViolationError || at instanceof errors.InvalidArgumentError)
      return { code: 'act.refused', message, subject: about }
    if (!(at instanceof JetStreamApiError)) continue
    if (wrongLastSequence.has(at.code)) return { code: 'act.overtaken', message, subject: about }
    if (at.code === tooLarge) return { code: 'act.refused', message, subject: about }
  }
  return { code: isClosed ? 'platform.closed' : 'platform.no-leader', message, subject: server }
}

/**
 * Nothing comes of it, ever: no stream has the name that is asked for.
 * @returns those that this node has no right to write; null: that can't be said of each
 */
export async function mayNotWrite(
  connection: NatsConnection,
  product: ProductName,
  entities: readonly string[],
): Promise<string[] | null> {
  const client = jetstream(connection)
  const may = async (entity: string): Promise<boolean | null> => {
    const subject = `dp.${product}.${entity}`
    if (!isSubject(subject)) return false
    try {
      await client.publish(subject, undefined, {
        expect: { streamName: noStream },
        timeout: answeredWithin,
      })
      return null
    } catch (error) {
      for (let at = error; at instanceof Error; at = at.cause) {
        if (at instanceof errors.PermissionViolationError) return false
        if (at instanceof JetStreamApiError && at.code === otherStream) return true
      }
      return null
    }
  }
  const each = await Promise.all(entities.map(may))
  return each.includes(null) ? null : entities.filter((_, at) => each[at] === false)
}

/**
 * Asked by its subject alone, so that a server's rights can give it to this node and to no other.
 * @param server host and port, for people
 */
export async function lastOfTrail(
  connection: NatsConnection,
  server: string,
  node: string,
): Promise<Result<{ place: number; body: Uint8Array } | null>> {
  const subject = auditOf(node)
  if (!isSubject(subject)) return refused('no subject can be called so', node)
  try {
    const manager = await jetstreamManager(connection, { checkAPI: false, timeout: answeredWithin })
    const last = await manager.direct.getMessage(auditStream, { last_by_subj: subject })
    return ok(last && { place: last.seq, body: last.data })
  } catch (error) {
    return { ok: false, error: problemOf(error, subject, connection.isClosed(), server) }
  }
}

/** While no platform takes us. */
export const notConnected = (server: string): Result<never> =>
  fail('platform.unreachable', 'there is no connection', server)
