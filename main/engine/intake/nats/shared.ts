/**
 * What people share: the KV bucket `shared`. First only which keys there are, at which revision and how large; then what
 * is wanted of it, each by its key, so that a platform may permit some and not others.
 */
import { jetstream, type JetStreamManager, type StreamInfo } from '@nats-io/jetstream'
import { Kvm, type KV, type KvEntry } from '@nats-io/kv'
import type { NatsConnection } from '@nats-io/nats-core'
import { fail, ok, type Result } from '../../../../preload/contract/result.ts'
import { mostSharedBytes } from '../../../../preload/contract/shared.ts'
import type { Saved, SharedUpstream, Sharing } from '../sharing.ts'
import { isForbidden, isNotFound } from './cause.ts'
import { madeAt } from './reader.ts'

const bucketName = 'shared'
const stream = `KV_${bucketName}`
/** Rights and buckets may come later; each is asked for again, ms. */
const againAfter = 5000
/** A bucket that is deleted and made anew says nothing of it, ms. */
const lookEvery = 15_000
const atOnce = 16
/** A copy of the bucket may be behind what was heard: it is asked again, ms, so often. */
const behind = { wait: 200, most: 25 }

const isThere = ({ operation }: KvEntry): boolean => operation === 'PUT'
const savedOf = ({ revision, created, value }: KvEntry): Saved => ({
  revision,
  published: created.getTime(),
  body: value,
})

/** Everything that is due is fetched, some of it at once; what changes meanwhile is due again. */
function createFetching(bucket: KV, sharing: Sharing, over: () => boolean) {
  /** by key, the revision that was heard of */
  const due = new Map<string, number>()
  const busy = new Set<string>()

  const fetch = async (key: string, revision: number): Promise<void> => {
    for (let tries = 0; tries < behind.most && !over(); tries++) {
      let entry: KvEntry | null
      try {
        entry = await bucket.get(key)
      } catch (error) {
        if (over()) return
        if (isForbidden(error)) return sharing.refused(key)
        entry = null
      }
      if (over()) return
      if (entry && entry.revision >= revision) {
        if (isThere(entry)) await sharing.said(key, savedOf(entry))
        else sharing.gone(key)
        return
      }
      // a later revision is due, or its end: that is what is to be said
      if (due.has(key)) return
      await new Promise((resolve) => setTimeout(resolve, behind.wait))
    }
  }
  const next = (): void => {
    for (const [key, revision] of due) {
      if (busy.size >= atOnce || over()) return
      if (busy.has(key)) continue
      due.delete(key)
      busy.add(key)
      void fetch(key, revision).finally(() => {
        busy.delete(key)
        next()
      })
    }
  }
  return {
    add(key: string, revision: number) {
      due.set(key, revision)
      next()
    },
    forget: (key: string) => void due.delete(key),
  }
}

const notAnswered = (error: unknown, key: string): Result<never> =>
  fail(isForbidden(error) ? 'act.refused' : 'platform.closed', String(error), key)

const askUpstream = (bucket: KV): SharedUpstream => ({
  async last(key) {
    try {
      const entry = await bucket.get(key)
      return ok({ revision: entry?.revision ?? 0, isThere: entry !== null && isThere(entry) })
    } catch (error) {
      return notAnswered(error, key)
    }
  },
  async revisions(key) {
    try {
      const saved: Saved[] = []
      for await (const entry of await bucket.history({ key }))
        if (isThere(entry) && entry.length <= mostSharedBytes) saved.push(savedOf(entry))
      return ok(saved.reverse())
    } catch (error) {
      return notAnswered(error, key)
    }
  },
})

/** @returns how to stop */
export function followShared(
  connection: NatsConnection,
  manager: JetStreamManager,
  sharing: Sharing,
): () => void {
  let over = false
  let wake = (): void => undefined
  let stopWatch = (): void => undefined
  const ended = (): boolean => over || connection.isClosed()
  const pause = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, ms)
      wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })

  const watch = async (info: StreamInfo): Promise<void> => {
    // a direct question names its key: rights can tell one from another
    const bucket = await new Kvm(jetstream(connection)).open(bucketName, {
      allow_direct: info.config.allow_direct,
    })
    const made = madeAt(info.created)
    const watching = await bucket.watch({ headers_only: true })
    if (ended()) return watching.stop()
    let done = false
    stopWatch = () => {
      done = true
      watching.stop()
    }
    const fetching = createFetching(bucket, sharing, () => done || ended())
    sharing.begin(made, askUpstream(bucket))
    if (info.state.messages === 0) sharing.complete()
    const look = setInterval(() => {
      manager.streams.info(stream).then(
        ({ created }) => {
          if (madeAt(created) !== made) stopWatch()
        },
        (error: unknown) => {
          if (isForbidden(error) || isNotFound(error)) stopWatch()
        },
      )
    }, lookEvery)
    try {
      for await (const entry of watching) {
        if (done || ended()) break
        const { key, revision, length } = entry
        if (!isThere(entry)) {
          fetching.forget(key)
          sharing.gone(key)
        } else if (sharing.wants(key, revision, length)) fetching.add(key, revision)
        if (entry.delta === 0) sharing.complete()
      }
    } finally {
      clearInterval(look)
      stopWatch()
    }
  }

  const run = async (): Promise<void> => {
    while (!ended()) {
      let wait = againAfter
      try {
        await watch(await manager.streams.info(stream))
        wait = 0
      } catch (error) {
        if (ended()) return
        if (isForbidden(error)) sharing.closed('refused')
        else if (isNotFound(error)) sharing.closed('absent')
        // where nobody answers nothing is refused: whoever keeps asking says so
      }
      if (!ended()) await pause(wait)
    }
  }
  void run()
  return () => {
    over = true
    wake()
    stopWatch()
    sharing.ended()
  }
}
