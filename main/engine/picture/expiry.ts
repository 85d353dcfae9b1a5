/**
 * When rows leave the picture by themselves. One bucket per second, and one entry per row: an entity that moves
 * its end ahead with every message is looked at again only when the old end comes.
 */
export interface Expiry {
  set(row: number, expires: number): void
  forget(row: number): void
  /** rows whose time has come by `now` (ms); `expiresOf` says when a row really ends */
  due(now: number, expiresOf: (row: number) => number, expired: (row: number) => void): void
}

const second = 1000
/** s: what a clock goes back by when it is set, not when it is read more exactly */
const setBack = 30

export function createExpiry(): Expiry {
  const buckets = new Map<number, number[]>()
  let scheduled = new Float64Array(16)
  /** in the buckets: the rows' own, and those that a shorter one overtook or whose row is forgotten */
  let entries = 0
  let scheduledRows = 0
  /** all buckets up to here are done */
  let done = -1

  const put = (row: number, bucket: number): void => {
    entries++
    const rows = buckets.get(bucket)
    if (rows) rows.push(row)
    else buckets.set(bucket, [row])
  }

  /** An entity that ends and begins, or ends ever sooner, leaves entries behind: they go when they are most. */
  const sweep = (): void => {
    if (entries < 1024 + 2 * scheduledRows) return
    buckets.clear()
    entries = 0
    for (let row = 0; row < scheduled.length; row++) if (scheduled[row]! > 0) put(row, scheduled[row]!)
  }

  const add = (row: number, expires: number): void => {
    while (row >= scheduled.length) {
      const grown = new Float64Array(scheduled.length * 2)
      grown.set(scheduled)
      scheduled = grown
    }
    const bucket = Math.max(done + 1, Math.floor(expires / second) + 1)
    const known = scheduled[row]!
    if (known > 0 && known <= bucket) return
    if (known === 0) scheduledRows++
    scheduled[row] = bucket
    put(row, bucket)
  }

  /** All entries are for a time that is not now. */
  const begin = (last: number, expiresOf: (row: number) => number): void => {
    const rows = [...buckets.values()].flat()
    buckets.clear()
    scheduled.fill(0)
    entries = scheduledRows = 0
    done = last
    for (const row of rows) {
      const expires = expiresOf(row)
      if (!Number.isNaN(expires)) add(row, expires)
    }
  }

  return {
    set(row, expires) {
      if (Number.isNaN(expires)) return
      add(row, expires)
      sweep()
    },
    forget(row) {
      if (row >= scheduled.length || scheduled[row] === 0) return
      scheduled[row] = 0
      scheduledRows--
    },
    due(now, expiresOf, expired) {
      const last = Math.floor(now / second)
      if (last < done - setBack) begin(last, expiresOf)
      if (last <= done) return
      // after a pause of the clock, walking the buckets that exist is less than walking the seconds
      const seconds =
        last - done > buckets.size
          ? [...buckets.keys()].filter((bucket) => bucket <= last)
          : Array.from({ length: last - done }, (_, i) => done + 1 + i)
      done = last
      for (const bucket of seconds) {
        const rows = buckets.get(bucket)
        if (!rows) continue
        buckets.delete(bucket)
        entries -= rows.length
        for (const row of rows) {
          // an entry that the row has outlived, or that a shorter one overtook
          if (scheduled[row] !== bucket) continue
          scheduled[row] = 0
          scheduledRows--
          const expires = expiresOf(row)
          if (Number.isNaN(expires)) continue
          if (expires <= now) expired(row)
          else add(row, expires)
        }
      }
    },
  }
}
