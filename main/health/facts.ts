/** What can be found of this node's health without a platform: from parts that are passed in, and from the profile. */
import { X509Certificate } from 'node:crypto'
import { readFile, stat, statfs } from 'node:fs/promises'
import * as v from 'valibot'
import type { HealthFacts } from '../../preload/contract/health.ts'
import { lineOf, pemBlocks } from '../identity/certificate-facts.ts'

export interface HealthParts {
  /** ms since 1970 */
  now: () => number
  /** PEM; null: none was opened */
  identity: { certificate: string; chain: readonly string[] } | null
  /** PEM, one or several; null: none was read */
  authority: string | null
  throwAway: boolean
  trust: HealthFacts['trust']
  outbox: HealthFacts['outbox']
  versions: HealthFacts['versions']
  /** of the vault */
  vault: string
  /** of the cache's database */
  database: string
  /** what the disk is judged by */
  profile: string
  mayCopy: boolean
}

const SlotsSchema = v.object({ slots: v.array(v.object({ kind: v.pipe(v.string(), v.maxLength(40)) })) })

/** What can't be read is not known: health is asked when things are broken. */
const orNull = <T>(found: Promise<T>): Promise<T | null> => found.catch(() => null)

async function slotsIn(file: string): Promise<string[] | null> {
  const text = await orNull(readFile(file, 'utf8'))
  try {
    const read = v.safeParse(SlotsSchema, JSON.parse(text ?? 'null'))
    return read.success ? read.output.slots.map(({ kind }) => kind) : null
  } catch {
    return null
  }
}

async function sizeOf(file: string): Promise<number | null> {
  const [database, log] = await Promise.all([orNull(stat(file)), orNull(stat(`${file}-wal`))])
  return database === null ? null : database.size + (log?.size ?? 0)
}

type Role = HealthFacts['certificates'][number]['role']
function certificateOf(role: Role, pem: string): HealthFacts['certificates'] {
  try {
    const { subject, validTo } = new X509Certificate(pem)
    const notAfter = Date.parse(validTo)
    return Number.isNaN(notAfter) ? [] : [{ role, subject: lineOf(subject), notAfter }]
  } catch {
    return []
  }
}

/** `skew` and `contact` are the engine's: whoever follows it adds them. */
export async function gatherHealth(parts: HealthParts): Promise<HealthFacts> {
  const { now, identity, authority, vault, database, profile } = parts
  const { throwAway, trust, outbox, versions, mayCopy } = parts
  const [slots, cache, disk] = await Promise.all([
    slotsIn(vault),
    sizeOf(database),
    orNull(
      statfs(profile).then(({ bavail, blocks, bsize }) => ({ free: bavail * bsize, size: blocks * bsize })),
    ),
  ])
  return {
    at: now(),
    certificates: [
      ...(identity === null ? [] : certificateOf('identity', identity.certificate)),
      ...(identity?.chain ?? []).flatMap((pem) => certificateOf('chain', pem)),
      ...pemBlocks(authority ?? '').flatMap((pem) => certificateOf('authority', pem)),
    ],
    ...{ throwAway, trust, outbox, versions, mayCopy },
    ...{ skew: null, contact: null, slots, disk, cache },
  }
}
