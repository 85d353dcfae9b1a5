/** What one identity of a node is on the disk: everything in clear but its key. */
import * as v from 'valibot'
import { fail, ok, type Result } from '../../preload/contract/result.ts'
import { SealedKeySchema } from './sealed.ts'

const Pem = v.pipe(v.string(), v.maxLength(65_536), v.startsWith('-----BEGIN '))
const When = v.pipe(v.string(), v.isoTimestamp())

const CurrentSchema = v.strictObject({
  key: SealedKeySchema,
  certificate: Pem,
  /** from who issued it upward */
  chain: v.pipe(v.array(Pem), v.maxLength(8)),
  since: When,
})
const OutstandingSchema = v.strictObject({
  key: SealedKeySchema,
  /** PKCS#10, PEM */
  request: Pem,
  since: When,
})

const IdentityFileSchema = v.strictObject({
  vigie: v.literal('identity'),
  version: v.literal(1),
  /** what this node signs in with; null: it waits for its first certificate */
  current: v.nullable(CurrentSchema),
  /** a key whose certificate was asked for and has not come */
  outstanding: v.nullable(OutstandingSchema),
  /** since when it is only kept */
  replaced: v.nullable(When),
})
export type IdentityFile = v.InferOutput<typeof IdentityFileSchema>
export type CurrentIdentity = v.InferOutput<typeof CurrentSchema>
export type OutstandingRequest = v.InferOutput<typeof OutstandingSchema>

/** PKCS#12 begins with a SEQUENCE. */
export const looksSealed = (bytes: Uint8Array): boolean =>
  /^\uFEFF?\s*\{/.test(Buffer.from(bytes.subarray(0, 64)).toString('utf8'))

export function parseIdentityFile(bytes: Uint8Array, file: string): Result<IdentityFile> {
  let value: unknown
  try {
    value = JSON.parse(
      Buffer.from(bytes)
        .toString('utf8')
        .replace(/^\uFEFF/, ''),
    )
  } catch {
    return fail('identity.file-unreadable', 'the file is no sealed identity: it is cut or was changed', file)
  }
  const read = v.safeParse(IdentityFileSchema, value)
  if (read.success) return ok(read.output)
  const [issue] = read.issues
  const where = v.getDotPath(issue) ?? 'the whole'
  return fail('identity.file-unreadable', `the file is no sealed identity: ${where} does not fit`, file)
}

export const identityText = (identity: IdentityFile): string => `${JSON.stringify(identity, null, 2)}\n`
