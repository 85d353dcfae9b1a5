/** What an EST server wants a request to be like (RFC 7030 §4.5.2): of that, the key's kind is followed. */
import * as asn1 from 'asn1js'
import { fail, ok, type Result } from '../../../preload/contract/result.ts'
import type { KeyKind } from '../request.ts'

export interface Demands {
  /** null: the server does not mind */
  key: KeyKind | null
}

const rsa = '1.2.840.113549.1.1.1'
const ec = '1.2.840.10045.2.1'
const curves: Readonly<Record<string, KeyKind>> = {
  '1.2.840.10045.3.1.7': 'ec-p256',
  '1.3.132.0.34': 'ec-p384',
}
/** A server that only names the hash to sign with means the curve of its size. */
const hashes: Readonly<Record<string, KeyKind>> = {
  '1.2.840.10045.4.3.2': 'ec-p256',
  '1.2.840.10045.4.3.3': 'ec-p384',
}

const nameOf = (value: unknown): string | null =>
  value instanceof asn1.ObjectIdentifier ? value.valueBlock.toString() : null

/** No key is shorter than this node makes them: a demand for less is met by more. */
const rsaOf = (bits: number): KeyKind | null => (bits <= 3072 ? 'rsa-3072' : bits <= 4096 ? 'rsa-4096' : null)

/** @returns undefined where this says nothing of the key; null where it asks for one that is not made here */
function keyOf(demand: unknown): KeyKind | null | undefined {
  const alone = nameOf(demand)
  if (alone !== null) return hashes[alone]
  if (!(demand instanceof asn1.Sequence)) return undefined
  const [type, values] = demand.valueBlock.value
  const name = nameOf(type)
  const first = values instanceof asn1.Set ? values.valueBlock.value[0] : undefined
  if (name === rsa) return first instanceof asn1.Integer ? rsaOf(first.valueBlock.valueDec) : 'rsa-3072'
  if (name === ec) return first === undefined ? undefined : (curves[nameOf(first) ?? ''] ?? null)
  return undefined
}

/** @param der of a `csrattrs` answer */
export function readDemands(der: Buffer, server: string): Result<Demands> {
  const nonsense = () => fail<Demands>('enrol.answer-invalid', 'its csrattrs can’t be read', server)
  // it bounds by itself how deep values lie in values
  const { result, offset } = asn1.fromBER(Uint8Array.from(der).buffer)
  if (offset !== der.length || !(result instanceof asn1.Sequence)) return nonsense()
  for (const demand of result.valueBlock.value) {
    const key = keyOf(demand)
    if (key === null)
      return fail('enrol.answer-invalid', 'it asks for a kind of key that this node does not make', server)
    if (key !== undefined) return ok({ key })
  }
  return ok({ key: null })
}
