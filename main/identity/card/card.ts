/** What a smart card or token is to the rest of Vigie: what it says of itself, and what its key does. */
import * as v from 'valibot'
import { tries } from '../../../preload/contract/card.ts'
import type { Result } from '../../../preload/contract/result.ts'

export type Tries = (typeof tries)[number]

export const CardCertificateSchema = v.object({
  /** SHA-256 of the certificate, hex: it is named by that everywhere */
  fingerprint: v.string(),
  /** the serial number of its card */
  card: v.string(),
  /** CKA_ID, hex: its key on the card has the same */
  id: v.string(),
  label: v.string(),
  /** PEM */
  certificate: v.string(),
  subject: v.string(),
  issuer: v.string(),
  /** ms since 1970 */
  notBefore: v.number(),
  notAfter: v.number(),
})
export type CardCertificate = v.InferOutput<typeof CardCertificateSchema>

export const CardFactsSchema = v.object({
  serial: v.string(),
  label: v.string(),
  manufacturer: v.string(),
  model: v.string(),
  tries: v.picklist(tries),
  /** those that can be read without a PIN; whether the card has their keys it says only to who is let in */
  certificates: v.array(CardCertificateSchema),
})
export type CardFacts = v.InferOutput<typeof CardFactsSchema>

/** The cards that are in their readers now, through one PKCS#11 module. */
export interface Cards {
  list(): Promise<Result<CardFacts[]>>
  /**
   * Lets us in to the card of this serial number until it is pulled; @param pin UTF-8, cleared afterwards
   *
   * @returns `card.pin-wrong`, `card.locked`, `card.removed`
   */
  logIn(serial: string, pin: Uint8Array): Promise<Result<undefined>>
  logOut(): Promise<unknown>
  /** with the key of this certificate: RSA-PSS-SHA-256, or ECDSA in DER */
  sign(certificate: CardCertificate, data: Uint8Array): Promise<Result<Uint8Array>>
  /** RSA-OAEP-SHA-256 */
  decrypt(certificate: CardCertificate, data: Uint8Array): Promise<Result<Uint8Array>>
  /** ECDH: @param point of the other key, uncompressed. @returns the x coordinate; the caller clears it */
  agree(certificate: CardCertificate, point: Uint8Array): Promise<Result<Uint8Array>>
}
