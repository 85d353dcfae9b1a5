import { X509Certificate, type KeyObject } from 'node:crypto'
import { fail, ok } from '../../../preload/contract/result.ts'
import { verifySignature, type Signer } from '../signer.ts'
import { fingerprintOfKey } from '../certificate-facts.ts'
import { ephemeralOf, openAgreed } from '../wrapping.ts'
import type { CardCertificate, Cards } from './card.ts'

/** The point of a key on a curve, uncompressed (SEC 1, 2.3.3): what is at the end of its SPKI. */
function pointOf(key: KeyObject): Uint8Array {
  const bytes = key.asymmetricKeyDetails?.namedCurve === 'secp384r1' ? 97 : 65
  return key.export({ type: 'spki', format: 'der' }).subarray(-bytes)
}

/** What a card of ours is asked that somebody has been let in to: the key is used there, and is nowhere else. */
export function cardSigner(cards: Pick<Cards, 'sign' | 'decrypt' | 'agree'>, on: CardCertificate): Signer {
  const { publicKey } = new X509Certificate(on.certificate)
  return {
    certificate: on.certificate,
    publicKey,
    async sign(data) {
      const signed = await cards.sign(on, data)
      if (!signed.ok) return signed
      const signature = Buffer.from(signed.value)
      // a key that is not its certificate's signs what nobody could verify
      return verifySignature(publicKey, data, signature)
        ? ok(signature)
        : fail('identity.key-refused', 'the key on the card is not that of its certificate', on.card)
    },
    async unwrap(wrapped) {
      const refused = (why: string) => fail<Buffer>('cache.key-refused', why, on.card)
      if (wrapped.publicKey !== fingerprintOfKey(publicKey))
        return refused('it is wrapped to the key of another certificate')
      if (wrapped.algorithm === 'RSA-OAEP-SHA-256') {
        const opened = await cards.decrypt(on, Buffer.from(wrapped.wrapped, 'base64'))
        return opened.ok ? ok(Buffer.from(opened.value)) : opened
      }
      let agreed: Uint8Array | null = null
      try {
        const answer = await cards.agree(on, pointOf(ephemeralOf(wrapped)))
        if (!answer.ok) return answer
        agreed = answer.value
        return ok(openAgreed(agreed, wrapped))
      } catch {
        return refused('the key on the card does not open what is wrapped to its certificate')
      } finally {
        agreed?.fill(0)
      }
    },
  }
}
