/** What a request of this node's own (PKCS#10, RFC 2986) asks for, for whoever is shown what waits. */
import { createPublicKey } from 'node:crypto'
import { Utf8String, PrintableString, IA5String } from 'asn1js'
import { CertificationRequest } from 'pkijs'
import { kindOfKey, nameTypes } from './request.ts'

const typeOf = new Map<string, string>(Object.entries(nameTypes).map(([type, { id }]) => [id, type]))

const textOf = (value: unknown): string =>
  value instanceof Utf8String || value instanceof PrintableString || value instanceof IA5String
    ? value.valueBlock.value
    : '…'

/** @returns its subject in the certificate's order, and its key as `EC P-384`; null where it can't be read */
export function readRequest(pem: string): { subject: string; key: string | null } | null {
  try {
    const der = Uint8Array.from(Buffer.from(pem.replace(/-----[^-]+-----/g, ''), 'base64'))
    const { subject, subjectPublicKeyInfo } = CertificationRequest.fromBER(der)
    const spki = Buffer.from(subjectPublicKeyInfo.toSchema().toBER(false))
    return {
      subject: subject.typesAndValues
        .map(({ type, value }) => `${typeOf.get(type) ?? type}=${textOf(value)}`)
        .join(', '),
      key: kindOfKey(createPublicKey({ key: spki, type: 'spki', format: 'der' })),
    }
  } catch {
    return null
  }
}
