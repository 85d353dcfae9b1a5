/**
 * What a node remembers of its policies, in `<profile>/policy`: the last good one, those before it, which were refused,
 * and the authority that they are from. A policy is kept with its signature, and judged again whenever it is read:
 * whoever may write here can take one away, but put none of their own in its place.
 */
import { mkdir, readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import * as v from 'valibot'
import { problemCodes, type Problem, type Result } from '../../preload/contract/result.ts'
import { readAuthority } from '../identity/authority.ts'
import { reason } from '../identity/guarded-file.ts'
import { writeWhole } from '../identity/write-whole.ts'
import { readSigned, signatureOf, type SignedText, type SoundPolicy } from './judge-policy.ts'

const most = { texts: 10, versions: 200, refused: 50, message: 2000, signer: 1000 }

const VersionSchema = v.object({
  version: v.pipe(v.number(), v.integer(), v.minValue(1)),
  digest: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
  node: v.pipe(v.string(), v.maxLength(100)),
  signer: v.pipe(v.string(), v.maxLength(most.signer)),
  fingerprint: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
  /** ms since 1970 */
  signedAt: v.number(),
  /** ms since 1970: in force here since */
  since: v.number(),
})
export type KeptVersion = v.InferOutput<typeof VersionSchema>

const RefusalSchema = v.object({
  /** ms since 1970 */
  at: v.number(),
  code: v.picklist(problemCodes),
  message: v.pipe(v.string(), v.maxLength(most.message)),
  version: v.nullable(v.number()),
  signer: v.nullable(v.pipe(v.string(), v.maxLength(most.signer))),
})
export type Refusal = v.InferOutput<typeof RefusalSchema>

const RecordSchema = v.object({
  versions: v.pipe(v.array(VersionSchema), v.maxLength(1000)),
  refused: v.pipe(v.array(RefusalSchema), v.maxLength(1000)),
})
/** Newest first, both. */
export type PolicyRecord = v.InferOutput<typeof RecordSchema>

export interface KeptPolicies {
  /** newest first */
  record(): PolicyRecord
  /** the highest version that was in force, whatever became of its text; 0: none */
  floor(): number
  /** the text of a version and its signature, unjudged */
  read(version: number): Promise<Result<SignedText>>
  file(version: number): string
  /** certificates that policies here come from, PEM; null: none was accepted yet */
  authority(): Promise<string | null>
  keep(sound: SoundPolicy, text: SignedText, authority: string, now: number): Promise<Problem | null>
  /** the same refusal again is told once */
  refuse(refusal: Refusal): Promise<Problem | null>
}

export const policyFolder = (profile: string): string => join(profile, 'policy')

export async function openKeptPolicies(profile: string): Promise<KeptPolicies> {
  const folder = policyFolder(profile)
  const recordFile = join(folder, 'record.json')
  const authorityFile = join(folder, 'authority.pem')
  const file = (version: number): string => join(folder, `v${version}.yaml`)
  const versionOf = (name: string): number => Number(/^v(\d{1,10})\.yaml$/.exec(name)?.[1] ?? 0)
  let record = await readRecord(recordFile)
  // a record that lost its lines is less than what lies beside it
  const lying = await readdir(folder).catch(() => [])
  let floor = Math.max(0, ...record.versions.map(({ version }) => version), ...lying.map(versionOf))

  const put = (path: string, content: string | Uint8Array): Promise<void> =>
    writeWhole(path, content, { over: true })
  const attempt = async (write: () => Promise<void>): Promise<Problem | null> => {
    try {
      await mkdir(folder, { recursive: true, mode: 0o700 })
      await write()
      return null
    } catch (error) {
      return { code: 'policy.store-unwritable', message: reason(error), subject: folder }
    }
  }
  const putRecord = (): Promise<void> => put(recordFile, `${JSON.stringify(record, null, 2)}\n`)

  return {
    record: () => record,
    floor: () => floor,
    file,
    read: (version) => readSigned(file(version)),
    async authority() {
      const read = await readAuthority(authorityFile)
      return read.ok ? read.value : null
    },
    keep({ version, digest, policy, signature: { signer, fingerprint, signedAt } }, signed, authority, now) {
      floor = Math.max(floor, version)
      const kept: KeptVersion = {
        version,
        digest,
        node: policy.node,
        signer: signer.slice(0, most.signer),
        fingerprint,
        signedAt,
        since: now,
      }
      const versions = [kept, ...record.versions.filter((each) => each.version !== version)]
      record = { ...record, versions: versions.slice(0, most.versions) }
      return attempt(async () => {
        await put(signatureOf(file(version)), signed.signature)
        await put(file(version), signed.text)
        await put(authorityFile, authority)
        await putRecord()
        const old = (await readdir(folder)).map(versionOf).filter((each) => each > 0 && each !== version)
        for (const each of old.sort((a, b) => b - a).slice(most.texts - 1))
          for (const path of [file(each), signatureOf(file(each))]) await rm(path, { force: true })
      })
    },
    async refuse(given) {
      // cut rather than written so that nobody reads it again
      const message = given.message.slice(0, most.message)
      const refusal = { ...given, message, signer: given.signer?.slice(0, most.signer) ?? null }
      const [last] = record.refused
      if (last?.code === refusal.code && last.message === refusal.message) return null
      record = { ...record, refused: [refusal, ...record.refused].slice(0, most.refused) }
      return attempt(putRecord)
    },
  }
}

async function readRecord(file: string): Promise<PolicyRecord> {
  try {
    return v.parse(RecordSchema, JSON.parse(await readFile(file, 'utf8')))
  } catch {
    return { versions: [], refused: [] }
  }
}

/** @returns whether a certificate of `authority` is among the pinned ones: so one authority follows another */
export function followsPinned(pinned: string | null, authority: string): boolean {
  const block = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g
  const plain = (pem: string): string[] => (pem.match(block) ?? []).map((each) => each.replaceAll(/\s/g, ''))
  return pinned === null || plain(authority).some((each) => plain(pinned).includes(each))
}
