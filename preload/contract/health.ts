/** How this node is: what was found, and what that means. One judgement for the desk, the provisioning window and the command line. */
import * as v from 'valibot'
import type { Connection } from './picture.ts'

/** ms since 1970 */
const Time = v.number()
const Count = v.pipe(v.number(), v.integer(), v.minValue(0))

export const certificateRoles = ['identity', 'chain', 'authority'] as const

/** What was found; null: nobody could say. */
export const HealthFactsSchema = v.object({
  at: Time,
  certificates: v.array(
    v.object({ role: v.picklist(certificateRoles), subject: v.string(), notAfter: Time }),
  ),
  /** made for an exercise, and thrown away after it: nobody is to renew them */
  throwAway: v.boolean(),
  /** lists of revoked certificates, and whether our own is on one */
  trust: v.nullable(
    v.object({
      revoked: v.boolean(),
      crls: v.array(
        v.object({
          source: v.string(),
          state: v.picklist(['fresh', 'stale', 'over', 'missing']),
          nextUpdate: v.nullable(Time),
        }),
      ),
    }),
  ),
  /** how far the platform's clock is ahead of this machine's, ms */
  skew: v.nullable(v.number()),
  /** how we stand with the platform; `server` where we do */
  contact: v.nullable(
    v.object({
      state: v.picklist(['offline', 'connecting', 'live', 'waiting', 'refused']),
      since: Time,
      server: v.nullable(v.string()),
    }),
  ),
  /** the kinds of the vault's slots */
  slots: v.nullable(v.array(v.string())),
  versions: v.object({ vigie: v.string(), runtime: v.string() }),
  /** bytes of the disk that the profile is on */
  disk: v.nullable(v.object({ free: v.number(), size: v.number() })),
  /** bytes that the cache takes there */
  cache: v.nullable(v.number()),
  outbox: v.nullable(v.object({ count: Count, refused: Count, full: v.boolean() })),
  /** texts of the desk may be copied */
  mayCopy: v.boolean(),
})
export type HealthFacts = v.InferOutput<typeof HealthFactsSchema>

/** How we stand with the platform, of all that its link says of itself. */
export const contactOf = (connection: Connection): NonNullable<HealthFacts['contact']> => ({
  state: connection.state,
  since: connection.since,
  server: 'server' in connection ? connection.server : null,
})

export const healthIds = [
  ...certificateRoles,
  'revocation',
  'clock',
  'contact',
  'slots',
  'disk',
  'cache',
  'outbox',
  'versions',
] as const
export type HealthId = (typeof healthIds)[number]
export type HealthState = 'good' | 'warn' | 'bad' | 'unknown'

/** What a value counts. */
export type HealthUnit = 'days' | 'ms' | 'bytes' | 'count' | 'text'
export interface HealthRow {
  id: HealthId
  state: HealthState
  value: number | string | null
  unit: HealthUnit
  /** what it is about, as it is called everywhere: a subject, a server, a file */
  words: string
  /** ms since 1970; null: it has no end */
  until: number | null
}

const day = 86_400_000
/** Days before the end at which somebody is told, each louder than the one before. */
export const warnings = [30, 7, 1] as const
/** 0: nobody is told yet; 3: it is over, or nearly. */
export const warningOf = (notAfter: number, now: number): 0 | 1 | 2 | 3 =>
  warnings.filter((days) => notAfter - now <= days * day).length as 0 | 1 | 2 | 3
/** One that has begun counts; 0 and below: it is over. */
export const daysLeft = (notAfter: number, now: number): number => Math.ceil((notAfter - now) / day) + 0

/** As disks are sold, to one decimal place. */
export const gigabytes = (bytes: number): number => Math.round(bytes / 1e8) / 10

/** ms that a machine's clock may be off by before somebody is to set it; beyond a minute messages look false */
const skewed = { warn: 5_000, bad: 60_000 }
const room = { warn: 0.1, bad: 0.02 }

/** The earliest end of each role counts: a chain is as long as its shortest part. */
function certificateRows({ certificates, throwAway, at }: HealthFacts): HealthRow[] {
  return certificateRoles.map((role): HealthRow => {
    const [first] = certificates.filter((each) => each.role === role).sort((a, b) => a.notAfter - b.notAfter)
    const none = { id: role, value: null, unit: 'days', words: '', until: null } as const
    // a certificate may come without a chain, and needs none where its authority made it
    if (first === undefined)
      return { ...none, state: role === 'chain' && certificates.length > 0 ? 'good' : 'unknown' }
    const { subject, notAfter } = first
    const level = throwAway && notAfter > at ? 0 : warningOf(notAfter, at)
    const state = level === 0 ? 'good' : level === 1 ? 'warn' : 'bad'
    return { id: role, state, value: daysLeft(notAfter, at), unit: 'days', words: subject, until: notAfter }
  })
}

function revocationRow({ trust }: HealthFacts): HealthRow {
  const row = { id: 'revocation', unit: 'text', until: null, words: '', value: null } as const
  if (trust === null) return { ...row, state: 'unknown' }
  if (trust.revoked) return { ...row, state: 'bad', value: 'revoked' }
  const worst = (['over', 'missing', 'stale', 'fresh'] as const).find((state) =>
    trust.crls.some((each) => each.state === state),
  )
  if (worst === undefined) return { ...row, state: 'unknown' }
  const found = trust.crls.find(({ state }) => state === worst)
  const state = worst === 'fresh' ? 'good' : worst === 'over' ? 'bad' : 'warn'
  return { ...row, state, value: worst, words: found?.source ?? '', until: found?.nextUpdate ?? null }
}

function clockRow({ skew }: HealthFacts): HealthRow {
  const off = Math.abs(skew ?? 0)
  const state = skew === null ? 'unknown' : off > skewed.bad ? 'bad' : off > skewed.warn ? 'warn' : 'good'
  return { id: 'clock', state, value: skew, unit: 'ms', words: '', until: null }
}

function contactRow({ contact, at }: HealthFacts): HealthRow {
  const row = { id: 'contact', unit: 'ms', until: null } as const
  if (contact === null) return { ...row, state: 'unknown', value: null, words: '' }
  const { state, since, server } = contact
  const judged = state === 'live' ? 'good' : state === 'refused' ? 'bad' : 'warn'
  return { ...row, state: judged, value: Math.max(0, at - since), words: server ?? state }
}

function diskRow({ disk }: HealthFacts): HealthRow {
  const row = { id: 'disk', unit: 'bytes', until: null } as const
  if (disk === null) return { ...row, state: 'unknown', value: null, words: '' }
  const part = disk.size === 0 ? 0 : disk.free / disk.size
  const state = part < room.bad ? 'bad' : part < room.warn ? 'warn' : 'good'
  return { ...row, state, value: disk.free, words: `${Math.round(part * 100)} %` }
}

function outboxRow({ outbox }: HealthFacts): HealthRow {
  const row = { id: 'outbox', unit: 'count', words: '', until: null } as const
  if (outbox === null) return { ...row, state: 'unknown', value: null }
  const state = outbox.full ? 'bad' : outbox.refused > 0 ? 'warn' : 'good'
  return { ...row, state, value: outbox.count }
}

/** Every row there is, always in this order. */
export function healthOf(facts: HealthFacts): HealthRow[] {
  const { slots, cache, versions } = facts
  const rest = { words: '', until: null }
  return [
    ...certificateRows(facts),
    revocationRow(facts),
    clockRow(facts),
    contactRow(facts),
    slots === null
      ? { id: 'slots', state: 'unknown', value: null, unit: 'count', ...rest }
      : { id: 'slots', state: 'good', value: slots.length, unit: 'count', ...rest, words: slots.join(', ') },
    diskRow(facts),
    { id: 'cache', state: cache === null ? 'unknown' : 'good', value: cache, unit: 'bytes', ...rest },
    outboxRow(facts),
    {
      ...{ id: 'versions', state: 'good', value: versions.vigie, unit: 'text' },
      ...{ words: versions.runtime, until: null },
    },
  ]
}

/** Nothing is bad. What nobody could say is no failure: a node that was just set up has no platform yet. */
export const isHealthy = (rows: readonly HealthRow[]): boolean => rows.every(({ state }) => state !== 'bad')
