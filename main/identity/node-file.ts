/** What a node starts with where its command line says nothing: `node.json` in its profile, left by its provisioning. */
import { readFileSync } from 'node:fs'
import { lstat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import * as v from 'valibot'
import { fail, ok, type Result } from '../../preload/contract/result.ts'
import { ServerAddressesSchema } from '../../preload/contract/server-address.ts'
import { readGuarded, reason } from './guarded-file.ts'
import { isCredentialName } from './passphrase.ts'
import { writeWhole } from './write-whole.ts'

/** A certificate is named by its fingerprint (SHA-256, hex), or by its first 8 digits at least. */
export const isFingerprintPart = (text: string): boolean => /^[0-9a-fA-F:]{8,95}$/.test(text)

/** In the profile, or absolute. */
const Path = v.pipe(v.string(), v.minLength(1), v.maxLength(4096), v.regex(/^[^\0]+$/))

const FingerprintPartSchema = v.pipe(v.string(), v.check(isFingerprintPart))

const CardSchema = v.strictObject({
  /** null: the policy names its driver */
  module: v.nullable(Path),
  /** the beginning of the fingerprint of the only certificate that may sign in; null: whichever the card has */
  certificate: v.nullable(FingerprintPartSchema),
})

const NodeSchema = v.strictObject({
  vigie: v.literal('node'),
  version: v.literal(1),
  /** null: the policy names its servers */
  platform: v.nullable(ServerAddressesSchema),
  tlsFirst: v.boolean(),
  /** null: a card signs in */
  identity: v.nullable(Path),
  card: v.optional(v.nullable(CardSchema), null),
  authority: Path,
  /** null: the one that comes with Vigie */
  policy: v.nullable(Path),
  /** whose signature counts under it */
  policyAuthority: v.nullable(Path),
  /** its name, where the policy is for several */
  node: v.nullable(v.pipe(v.string(), v.minLength(1), v.maxLength(100))),
  passphrase: v.variant('from', [
    v.strictObject({ from: v.literal('file'), file: Path }),
    v.strictObject({ from: v.literal('credential'), name: v.pipe(v.string(), v.check(isCredentialName)) }),
    /** somebody types it at the desk */
    v.strictObject({ from: v.literal('prompt') }),
  ]),
})
const NodeFileSchema = v.pipe(
  NodeSchema,
  v.check(({ identity, card }) => (identity === null) === (card !== null), 'who signs in, a file or a card,'),
)
export type NodeFile = v.InferOutput<typeof NodeFileSchema>

const fileIn = (profile: string): string => join(profile, 'node.json')

const absolute = (profile: string, node: NodeFile): NodeFile => {
  const at = (path: string) => resolve(profile, path)
  const { passphrase } = node
  return {
    ...node,
    identity: node.identity === null ? null : at(node.identity),
    card:
      node.card === null
        ? null
        : { ...node.card, module: node.card.module === null ? null : at(node.card.module) },
    authority: at(node.authority),
    policy: node.policy === null ? null : at(node.policy),
    policyAuthority: node.policyAuthority === null ? null : at(node.policyAuthority),
    passphrase: passphrase.from === 'file' ? { from: 'file', file: at(passphrase.file) } : passphrase,
  }
}

/**
 * @returns its paths absolute; null where the profile was never provisioned. One that is there but cannot be read, or
 * that others may change, is a problem: a wall must not start as another one than it was made.
 */
export async function readNodeFile(profile: string): Promise<Result<NodeFile | null>> {
  const file = fileIn(profile)
  try {
    await lstat(file)
  } catch (error) {
    if (reason(error) === 'ENOENT') return ok(null)
  }
  const bytes = await readGuarded(file, {
    guard: 'public',
    most: 100_000,
    unreadable: 'node.unprovisioned',
    what: 'what this node starts with',
  })
  return bytes.ok ? parsed(profile, bytes.value.toString('utf8')) : bytes
}

/**
 * As it stands there, whoever may have written it: for what is settled before it can be judged, and says nothing of who
 * signs in. @returns null where there is none
 */
export function glanceAtNodeFile(profile: string): NodeFile | null {
  try {
    const read = parsed(profile, readFileSync(fileIn(profile), 'utf8'))
    return read.ok ? read.value : null
  } catch {
    return null
  }
}

function parsed(profile: string, text: string): Result<NodeFile> {
  const file = fileIn(profile)
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return fail('node.unprovisioned', 'it is cut or was changed', file)
  }
  const read = v.safeParse(NodeFileSchema, value)
  if (read.success) return ok(absolute(profile, read.output))
  const [issue] = read.issues
  return fail('node.unprovisioned', `${v.getDotPath(issue) ?? 'the whole'} does not fit`, file)
}

/** @param node paths in the profile, or absolute */
export async function writeNodeFile(profile: string, node: NodeFile): Promise<Result<string>> {
  const file = fileIn(profile)
  try {
    await writeWhole(file, `${JSON.stringify(node, null, 2)}\n`, { over: true })
    return ok(file)
  } catch (error) {
    return fail('identity.unwritable', `nothing was written: ${reason(error)}`, profile)
  }
}
