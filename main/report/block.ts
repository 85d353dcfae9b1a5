/** The block that says who signed, and by which anybody can verify it. */
import { encode } from 'uqr'
import { synthesisName } from '../../preload/contract/report.ts'
import { oneLine } from '../../preload/contract/text.ts'
import type { Setting } from './sections.ts'

/** Who signs, as it is printed; what is known only once it is signed stands in the signature. */
export interface SignedBy {
  /** as people call them */
  name: string
  subject: string
  issuer: string
  /** hexadecimal */
  serial: string
  /** ms since 1970 */
  until: number
  at: number
  /** who stamps it; null: nobody */
  stamp: string | null
}

/** Rows of modules, dark ones as 1. */
const qrOf = (text: string): string[] =>
  encode(text, { ecc: 'M', border: 0 }).data.map((row) => row.map((dark) => (dark ? '1' : '0')).join(''))

export function signatureOf({ it, words }: Setting, digest: string, signed: SignedBy | null) {
  const name = synthesisName(it.number)
  const halves = [0, 32].map((at) => (digest.slice(at, at + 32).match(/.{8}/g) ?? []).join(' '))
  const facts: [string, string][] =
    signed === null
      ? []
      : [
          [
            words.say('report.signature'),
            words.say('report.signature.at', {
              ...{ date: words.date(signed.at), time: words.seconds(signed.at) },
              universal: words.universal(signed.at),
            }),
          ],
          [words.say('report.certificate'), oneLine(signed.subject, 200)],
          [words.say('report.serial'), (signed.serial.match(/.{1,2}/g) ?? []).join(' ').toUpperCase()],
          [
            words.say('report.issuedBy'),
            words.say('report.validUntil', {
              name: oneLine(signed.issuer, 200),
              date: words.date(signed.until),
            }),
          ],
          ...(signed.stamp === null
            ? []
            : [
                [
                  words.say('report.stamp'),
                  words.say('report.stamp.by', { url: oneLine(signed.stamp, 200) }),
                ] satisfies [string, string],
              ]),
        ]
  return {
    title:
      signed === null
        ? words.say('report.unsigned')
        : words.say('report.signed', { name: oneLine(signed.name, 200) }),
    facts,
    digestWord: words.say('report.digest'),
    digest: halves,
    qr: qrOf(`${name} v${it.version} SHA-256 ${digest}`),
    qrText: words.say('report.qr', { name }),
    verify: words.say('report.verify'),
    verifyHow: words.say('report.verify.how'),
    command: `vigie report verify ${name}.pdf --ca FILE`,
    verifyWhat: words.say('report.verify.what'),
  }
}
