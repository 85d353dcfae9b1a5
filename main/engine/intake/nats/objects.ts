/**
 * Files of the platform's object store `documents` (NATS ADR-20): parts under a name of their own, and behind them what
 * the file is. The library's own put takes its parts away where it fails, for which a node would need the right to purge
 * what others put, and begins anew; this one goes on where the store is: each part only behind the one before it.
 */
import { createHash } from 'node:crypto'
import {
  AckPolicy,
  DeliverPolicy,
  jetstream,
  JetStreamApiError,
  jetstreamManager,
  type JetStreamManager,
} from '@nats-io/jetstream'
import { headers, nanos, nuid, type NatsConnection } from '@nats-io/nats-core'
import * as v from 'valibot'
import { fail, ok, type Problem, type Result } from '../../../../preload/contract/result.ts'
import type { OutgoingObject, WantedObject } from '../intake.ts'
import { isForbidden, isNotFound } from './cause.ts'

const bucket = 'documents'
const stream = `OBJ_${bucket}`
const partsOf = (name: string): string => `$O.${bucket}.C.${name}`
const metaOf = (object: string): string =>
  `$O.${bucket}.M.${Buffer.from(object).toString('base64').replaceAll('+', '-').replaceAll('/', '_')}`

/** ms: a cluster chooses a leader in less */
const answeredWithin = 5000
/** Where a part ends in its file, bytes: who goes on begins there. */
const endHeader = 'Vigie-End'
/** A store's own parts are as large, unless its server takes no such message. */
const mostPart = 128 * 1024
/** What goes before a part counts as well, bytes; and no file goes in smaller parts than this. */
const mostHead = 1024
const leastPart = 1024
/** parts under way to us at once, and ms that they may take */
const atOnce = 16
const partsWithin = 10_000

/** "maximum bytes exceeded", "insufficient storage", "insufficient resources", of the stream, the server, the account */
const fullCodes = new Set([10077, 10047, 10023, 10028, 10002])
const wrongLastSequence = new Set([10071, 10164])

const MetaSchema = v.object({
  name: v.string(),
  nuid: v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{1,64}$/)),
  size: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
  digest: v.optional(v.string(), ''),
  deleted: v.optional(v.boolean(), false),
  options: v.optional(v.nullable(v.object({ link: v.optional(v.unknown()) }))),
})
type Meta = v.InferOutput<typeof MetaSchema>

/** Said again it is the same: what was begun is gone on with, whoever was killed. */
const nameOf = ({ object, digest }: WantedObject): string =>
  createHash('sha256').update(`${object}\n${digest}`).digest('hex').slice(0, 22)

const forbids = (error: unknown): boolean => isForbidden(error)
const apiCode = (error: unknown): number => {
  for (let at = error; at instanceof Error; at = at.cause) if (at instanceof JetStreamApiError) return at.code
  return 0
}

function problemOf(error: unknown, object: string, isClosed: boolean, server: string): Problem {
  const message = error instanceof Error ? error.message : String(error)
  if (forbids(error)) return { code: 'act.refused', message, subject: object }
  if (isNotFound(error)) return { code: 'document.no-store', message, subject: bucket }
  if (fullCodes.has(apiCode(error)) || /maximum bytes|insufficient/.test(message))
    return { code: 'document.no-room', message, subject: object }
  return { code: isClosed ? 'platform.closed' : 'platform.no-leader', message, subject: server }
}

interface LastMeta {
  /** of whatever is said of it; 0: nothing */
  sequence: number
  /** null: there is no such file, or it was taken away */
  meta: Meta | null
  /** what is said of it is nothing that a store says */
  unfit: boolean
}

async function lastMeta(manager: JetStreamManager, object: string): Promise<LastMeta> {
  const last = await manager.direct.getMessage(stream, { last_by_subj: metaOf(object) })
  if (last === null) return { sequence: 0, meta: null, unfit: false }
  let said: unknown
  try {
    said = JSON.parse(new TextDecoder().decode(last.data))
  } catch {
    return { sequence: last.seq, meta: null, unfit: true }
  }
  const read = v.safeParse(MetaSchema, said)
  if (!read.success) return { sequence: last.seq, meta: null, unfit: true }
  const { deleted, options } = read.output
  const unfit = options?.link !== undefined && options.link !== null
  return { sequence: last.seq, meta: deleted || unfit ? null : read.output, unfit: unfit && !deleted }
}

/** @param server host and port, for people */
export async function putObject(
  connection: NatsConnection,
  server: string,
  file: OutgoingObject,
): Promise<Result<null>> {
  const { object, mediaType, size, digest } = file
  try {
    const manager = await jetstreamManager(connection, { checkAPI: false, timeout: answeredWithin })
    const client = jetstream(connection, { timeout: answeredWithin })
    // where there is no store, this says so; what follows would only not be answered
    const { config } = await manager.streams.info(stream)
    if (config.sealed) return fail('document.no-store', 'it takes nothing any more', bucket)
    const there = await lastMeta(manager, object)
    if (there.unfit) return fail('document.taken', 'another is called so', object)
    if (there.meta !== null)
      return there.meta.digest === digest && there.meta.size === size
        ? ok(null)
        : fail('document.taken', 'another file is called so', object)

    const name = nameOf(file)
    const subject = partsOf(name)
    const last = await manager.direct.getMessage(stream, { last_by_subj: subject })
    let end = last === null ? 0 : Number(last.header.get(endHeader))
    let sequence = last?.seq ?? 0
    if (!Number.isSafeInteger(end) || end < 0 || end > size)
      return fail('document.taken', 'what is there of it is not ours', object)
    const most = Math.min(mostPart, (connection.info?.max_payload ?? Infinity) - mostHead)
    if (most < leastPart)
      return fail('document.no-store', 'its server takes no message that is large enough', bucket)
    while (end < size) {
      const part = (await file.part(end)).subarray(0, most)
      if (part.length === 0) return fail('cache.damaged', 'a part of it is missing here', object)
      end += part.length
      const head = headers()
      head.set(endHeader, String(end))
      const expect = { lastSubjectSequence: sequence }
      sequence = (await client.publish(subject, part, { headers: head, expect, timeout: answeredWithin })).seq
    }
    const head = headers()
    head.set('Nats-Rollup', 'sub')
    const { subjects } = (await manager.streams.info(stream, { subjects_filter: subject })).state
    const said = {
      ...{ name: object, bucket, nuid: name, size, chunks: subjects?.[subject] ?? 0, digest, deleted: false },
      ...{ mtime: new Date().toISOString(), headers: { 'Content-Type': [mediaType] } },
      options: { max_chunk_size: most },
    }
    const expect = { lastSubjectSequence: there.sequence }
    await client.publish(metaOf(object), JSON.stringify(said), {
      ...{ headers: head, expect, timeout: answeredWithin },
    })
    return ok(null)
  } catch (error) {
    // a copy of the store was behind, or somebody goes on with it as well: what is there is looked at again
    if (wrongLastSequence.has(apiCode(error)))
      return fail('platform.no-leader', 'the store has more of it than it said', server)
    return { ok: false, error: problemOf(error, object, connection.isClosed(), server) }
  }
}

/** @param server host and port, for people */
export async function getObject(
  connection: NatsConnection,
  server: string,
  wanted: WantedObject,
  take: (part: Uint8Array) => Promise<boolean>,
): Promise<Result<null>> {
  const { object, size, digest } = wanted
  const altered = (why: string): Result<never> => fail('document.altered', why, object)
  let consumer = ''
  let manager: JetStreamManager | null = null
  try {
    manager = await jetstreamManager(connection, { checkAPI: false, timeout: answeredWithin })
    await manager.streams.info(stream)
    const { meta, unfit } = await lastMeta(manager, object)
    if (unfit) return fail('document.unfit', 'it is no file of this store', object)
    if (meta === null) return fail('document.missing', 'the store has no such file', object)
    // before a byte of it comes: what is larger than what was said is nothing that anybody asked for
    if (meta.size !== size) return altered(`it has ${meta.size} bytes, and ${size} were published`)
    if (meta.digest !== digest) return altered('it has another digest than what was published')
    const made = await manager.consumers.add(stream, {
      name: `vigie-${nuid.next()}`,
      filter_subject: partsOf(meta.nuid),
      deliver_policy: DeliverPolicy.All,
      ack_policy: AckPolicy.None,
      mem_storage: true,
      num_replicas: 1,
      inactive_threshold: nanos(60_000),
    })
    consumer = made.name
    const cut = (): Result<never> => fail('document.cut', `of ${size} bytes only ${read} are there`, object)
    const parts = jetstream(connection).consumers.getConsumerFromInfo(made)
    const hash = createHash('sha256')
    let read = 0
    let left = made.num_pending
    while (read < size) {
      if (left === 0) return cut()
      const before = read
      for await (const message of await parts.fetch({
        max_messages: Math.min(atOnce, left),
        expires: partsWithin,
      })) {
        const part = message.data
        read += part.length
        left = message.info.pending
        if (read > size) return altered('more of it came than was published')
        hash.update(part)
        if (!(await take(part))) return ok(null)
      }
      if (read === before) return connection.isClosed() ? closed(server) : cut()
    }
    const found = `SHA-256=${hash.digest('base64url')}=`
    return found === digest ? ok(null) : altered('its bytes have another digest')
  } catch (error) {
    return { ok: false, error: problemOf(error, object, connection.isClosed(), server) }
  } finally {
    if (consumer !== '' && !connection.isClosed())
      manager?.consumers.delete(stream, consumer).catch(() => undefined)
  }
}

const closed = (server: string): Result<never> => fail('platform.closed', 'the connection was cut', server)
