/**
 * A PKCS#11 module (OASIS PKCS#11 2.40): the driver of a card or token. Its calls wait for the card and stop whatever
 * else its thread would do, so it is used where nothing else happens: in a process of its own, or in a command.
 */
import { createHash, X509Certificate } from 'node:crypto'
import pkcs11 from 'pkcs11js'
import { fail, ok, type Problem, type Result } from '../../../preload/contract/result.ts'
import { fingerprintOf, lineOf } from '../certificate-facts.ts'
import { folderExposure } from '../guarded-file.ts'
import type { CardCertificate, CardFacts, Cards, Tries } from './card.ts'
import { decodeOaep } from './oaep.ts'

type Handle = pkcs11.Handle

/** What it is let in to. */
interface Inside {
  serial: string
  session: Handle
}

const {
  CKR_PIN_INCORRECT,
  CKR_PIN_INVALID,
  CKR_PIN_LEN_RANGE,
  CKR_PIN_LOCKED,
  CKR_USER_PIN_NOT_INITIALIZED,
} = pkcs11
const gone = new Set([
  pkcs11.CKR_TOKEN_NOT_PRESENT,
  pkcs11.CKR_DEVICE_REMOVED,
  pkcs11.CKR_DEVICE_ERROR,
  pkcs11.CKR_SESSION_HANDLE_INVALID,
  pkcs11.CKR_SESSION_CLOSED,
  pkcs11.CKR_SLOT_ID_INVALID,
  pkcs11.CKR_USER_NOT_LOGGED_IN,
])

const codeOf = (error: unknown): number => (error instanceof pkcs11.Pkcs11Error ? error.code : 0)
const said = (error: unknown): string => (error instanceof Error ? error.message : String(error))

const triesOf = (flags: number): Tries => {
  if (flags & pkcs11.CKF_USER_PIN_LOCKED) return 'none'
  if (flags & pkcs11.CKF_USER_PIN_FINAL_TRY) return 'last'
  return flags & pkcs11.CKF_USER_PIN_COUNT_LOW ? 'few' : 'all'
}

const left: Record<Tries, string> = {
  all: 'further tries are left',
  few: 'few tries are left',
  last: 'the next try is the last',
  none: 'no try is left',
}

/** @returns null: what the card calls a certificate is none that can be read */
function certificateOf(
  der: Buffer,
  own: Pick<CardCertificate, 'card' | 'id' | 'label'>,
): CardCertificate | null {
  try {
    const certificate = new X509Certificate(der)
    const notBefore = Date.parse(certificate.validFrom)
    const notAfter = Date.parse(certificate.validTo)
    // an authority's, which many cards carry along, is nobody who signs in
    if (certificate.ca || Number.isNaN(notBefore) || Number.isNaN(notAfter)) return null
    return {
      ...own,
      fingerprint: fingerprintOf(certificate),
      certificate: certificate.toString(),
      subject: lineOf(certificate.subject),
      issuer: lineOf(certificate.issuer),
      notBefore,
      notAfter,
    }
  } catch {
    return null
  }
}

/** ECDSA as a card gives it, r and s of one length, to DER. */
function derOf(signature: Uint8Array): Buffer {
  const half = signature.length / 2
  const integer = (bytes: Uint8Array): Buffer => {
    const from = bytes.findIndex((byte) => byte !== 0)
    const least = Buffer.from(bytes.subarray(from < 0 ? bytes.length - 1 : from))
    const positive = (least[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.of(0), least]) : least
    return Buffer.concat([Buffer.of(2, positive.length), positive])
  }
  const both = Buffer.concat([integer(signature.subarray(0, half)), integer(signature.subarray(half))])
  return Buffer.concat([Buffer.of(0x30, both.length), both])
}

export interface CardModule extends Cards {
  /** whether the card that we are in to is still there; no card: false */
  present(): boolean
  close(): void
}

/** Loads the driver: code that runs in this process, so nobody else may have written it. */
export async function openModule(file: string): Promise<Result<CardModule>> {
  const exposed = await folderExposure(file)
  if (exposed !== null) return { ok: false, error: exposed }
  const module = new pkcs11.PKCS11()
  const begin = (): void => module.C_Initialize({ flags: pkcs11.CKF_OS_LOCKING_OK })
  try {
    module.load(file)
    begin()
  } catch (error) {
    return fail('card.module-unreadable', `the card's driver does not load: ${said(error)}`, file)
  }

  let inside: Inside | null = null

  function leave(): void {
    if (inside === null) return
    try {
      module.C_Logout(inside.session)
      module.C_CloseSession(inside.session)
    } catch {
      // with the card, its session went
    }
    inside = null
  }

  /** A driver that saw a card go may not see it come: where we hold nothing, it begins anew. */
  function refresh(): void {
    if (inside !== null) return
    try {
      module.C_Finalize()
    } catch {
      // it had none
    }
    begin()
  }

  const problemOf = (error: unknown, serial: string): Problem => {
    const removed = gone.has(codeOf(error))
    return {
      code: removed ? 'card.removed' : 'card.failed',
      message: removed ? `the card is not there any more: ${said(error)}` : `the card: ${said(error)}`,
      subject: serial,
    }
  }

  function find(session: Handle, template: pkcs11.Template): Handle[] {
    module.C_FindObjectsInit(session, template)
    try {
      return module.C_FindObjects(session, 100)
    } finally {
      module.C_FindObjectsFinal(session)
    }
  }
  const read = (session: Handle, object: Handle, type: number): Buffer => {
    const [attribute] = module.C_GetAttributeValue(session, object, [{ type }])
    return Buffer.isBuffer(attribute?.value) ? attribute.value : Buffer.alloc(0)
  }

  function certificatesOf(slot: Handle, card: string): CardCertificate[] {
    const session = module.C_OpenSession(slot, pkcs11.CKF_SERIAL_SESSION)
    try {
      return find(session, [
        { type: pkcs11.CKA_CLASS, value: pkcs11.CKO_CERTIFICATE },
        { type: pkcs11.CKA_CERTIFICATE_TYPE, value: pkcs11.CKC_X_509 },
      ]).flatMap((object) => {
        const id = read(session, object, pkcs11.CKA_ID).toString('hex')
        const label = read(session, object, pkcs11.CKA_LABEL).toString('utf8')
        const found = certificateOf(read(session, object, pkcs11.CKA_VALUE), { card, id, label })
        return found === null ? [] : [found]
      })
    } finally {
      // closing the last session of a token logs out (PKCS#11, C_CloseSession): we hold one of our own
      module.C_CloseSession(session)
    }
  }

  /** Every slot with a card that was set up; one that is just being pulled is none. */
  const slots = (): { slot: Handle; info: pkcs11.TokenInfo; serial: string }[] =>
    module.C_GetSlotList(true).flatMap((slot) => {
      try {
        const info = module.C_GetTokenInfo(slot)
        const serial = info.serialNumber.trim() || info.label.trim()
        return info.flags & pkcs11.CKF_TOKEN_INITIALIZED ? [{ slot, info, serial }] : []
      } catch {
        return []
      }
    })
  const slotOf = (serial: string) => slots().find((each) => each.serial === serial)

  /** Does something with the private key of a certificate. */
  function withKey(
    { card, id, label }: CardCertificate,
    act: (session: Handle, key: Handle) => Result<Uint8Array>,
  ): Promise<Result<Uint8Array>> {
    const done = (): Result<Uint8Array> => {
      if (inside?.serial !== card) return fail('card.removed', 'nobody is let in to this card', card)
      try {
        const [key] = find(inside.session, [
          { type: pkcs11.CKA_CLASS, value: pkcs11.CKO_PRIVATE_KEY },
          { type: pkcs11.CKA_ID, value: Buffer.from(id, 'hex') },
        ])
        if (key === undefined)
          return fail('card.no-key', `the card has no key for its certificate ${label}`, card)
        return act(inside.session, key)
      } catch (error) {
        return { ok: false, error: problemOf(error, card) }
      }
    }
    return Promise.resolve(done())
  }

  const knows = (serial: string, mechanism: number): boolean => {
    const slot = slotOf(serial)?.slot
    return slot !== undefined && module.C_GetMechanismList(slot).includes(mechanism)
  }

  return ok({
    list() {
      const all = (): Result<CardFacts[]> => {
        try {
          refresh()
          return ok(
            slots().map(({ slot, info, serial }) => ({
              serial,
              label: info.label.trim(),
              manufacturer: info.manufacturerID.trim(),
              model: info.model.trim(),
              tries: triesOf(info.flags),
              certificates: certificatesOf(slot, serial),
            })),
          )
        } catch (error) {
          return fail('card.failed', `the card's driver: ${said(error)}`, file)
        }
      }
      return Promise.resolve(all())
    },
    logIn(serial, pin) {
      const enter = (): Result<undefined> => {
        leave()
        refresh()
        const found = slotOf(serial)
        if (found === undefined) return fail('card.removed', 'the card is not there any more', serial)
        // a locked card is not asked: some count that too, and nobody can be let in
        if (triesOf(found.info.flags) === 'none')
          return fail('card.locked', 'the card is locked: too many PINs were wrong', serial)
        let session: Handle | null = null
        try {
          session = module.C_OpenSession(found.slot, pkcs11.CKF_SERIAL_SESSION)
          module.C_Login(session, pkcs11.CKU_USER, new TextDecoder().decode(pin))
          inside = { serial, session }
          return ok(undefined)
        } catch (error) {
          const code = codeOf(error)
          if (session !== null) module.C_CloseSession(session)
          const after = triesOf(slotOf(serial)?.info.flags ?? found.info.flags)
          if (code === CKR_PIN_LOCKED || (code === CKR_PIN_INCORRECT && after === 'none'))
            return fail('card.locked', 'the card is locked: too many PINs were wrong', serial)
          if (code === CKR_USER_PIN_NOT_INITIALIZED)
            return fail('card.failed', 'the card has no PIN yet', serial)
          if ([CKR_PIN_INCORRECT, CKR_PIN_INVALID, CKR_PIN_LEN_RANGE].includes(code))
            return fail('card.pin-wrong', `the PIN is not that of the card; ${left[after]}`, serial)
          return { ok: false, error: problemOf(error, serial) }
        }
      }
      try {
        return Promise.resolve(enter())
      } finally {
        pin.fill(0)
      }
    },
    logOut: () => Promise.resolve(leave()),
    sign: (certificate, data) =>
      withKey(certificate, (session, key) => {
        const { publicKey } = new X509Certificate(certificate.certificate)
        if (publicKey.asymmetricKeyType === 'rsa') {
          const most = Buffer.alloc((publicKey.asymmetricKeyDetails?.modulusLength ?? 0) / 8)
          const parameter = {
            type: pkcs11.CK_PARAMS_RSA_PSS,
            hashAlg: pkcs11.CKM_SHA256,
            mgf: pkcs11.CKG_MGF1_SHA256,
            saltLen: 32,
          }
          const whole = knows(certificate.card, pkcs11.CKM_SHA256_RSA_PKCS_PSS)
          const mechanism = whole ? pkcs11.CKM_SHA256_RSA_PKCS_PSS : pkcs11.CKM_RSA_PKCS_PSS
          if (!whole && !knows(certificate.card, mechanism))
            return fail('card.failed', 'the card cannot sign with RSA-PSS', certificate.card)
          const input = whole ? Buffer.from(data) : createHash('sha256').update(data).digest()
          module.C_SignInit(session, { mechanism, parameter }, key)
          return ok(module.C_Sign(session, input, most))
        }
        const wide = publicKey.asymmetricKeyDetails?.namedCurve === 'secp384r1'
        const digest = createHash(wide ? 'sha384' : 'sha256')
          .update(data)
          .digest()
        module.C_SignInit(session, { mechanism: pkcs11.CKM_ECDSA }, key)
        return ok(derOf(module.C_Sign(session, digest, Buffer.alloc(wide ? 96 : 64))))
      }),
    decrypt: (certificate, data) =>
      withKey(certificate, (session, key) => {
        const input = Buffer.from(data)
        const room = Buffer.alloc(input.length)
        const parameter = {
          type: pkcs11.CK_PARAMS_RSA_OAEP,
          hashAlg: pkcs11.CKM_SHA256,
          mgf: pkcs11.CKG_MGF1_SHA256,
          // CKZ_DATA_SPECIFIED: no label
          source: 1,
        }
        try {
          module.C_DecryptInit(session, { mechanism: pkcs11.CKM_RSA_PKCS_OAEP, parameter }, key)
          return ok(module.C_Decrypt(session, input, room))
        } catch (error) {
          if (!knows(certificate.card, pkcs11.CKM_RSA_X_509)) throw error
        }
        module.C_DecryptInit(session, { mechanism: pkcs11.CKM_RSA_X_509 }, key)
        const deciphered = module.C_Decrypt(session, input, room)
        const whole = Buffer.concat([Buffer.alloc(input.length - deciphered.length), deciphered])
        const message = decodeOaep(whole)
        room.fill(0)
        deciphered.fill(0)
        whole.fill(0)
        return message === null
          ? fail('cache.key-refused', 'the key on the card does not open it', certificate.card)
          : ok(message)
      }),
    agree: (certificate, point) =>
      withKey(certificate, (session, key) => {
        const parameter: pkcs11.ECDH1 = {
          type: pkcs11.CK_PARAMS_EC_DH,
          kdf: pkcs11.CKD_NULL,
          publicData: Buffer.from(point),
        }
        const secret = module.C_DeriveKey(
          session,
          {
            mechanism: pkcs11.CKM_ECDH1_DERIVE,
            parameter,
          },
          key,
          [
            { type: pkcs11.CKA_CLASS, value: pkcs11.CKO_SECRET_KEY },
            { type: pkcs11.CKA_KEY_TYPE, value: pkcs11.CKK_GENERIC_SECRET },
            { type: pkcs11.CKA_TOKEN, value: false },
            { type: pkcs11.CKA_SENSITIVE, value: false },
            { type: pkcs11.CKA_EXTRACTABLE, value: true },
            // of the curve's field: a prefix and two coordinates are the point
            { type: pkcs11.CKA_VALUE_LEN, value: (point.length - 1) / 2 },
          ],
        )
        try {
          return ok(read(session, secret, pkcs11.CKA_VALUE))
        } finally {
          module.C_DestroyObject(session, secret)
        }
      }),
    present() {
      if (inside === null) return false
      const there = slotOf(inside.serial) !== undefined
      if (!there) leave()
      return there
    },
    close() {
      leave()
      try {
        module.C_Finalize()
      } catch {
        // it is gone, which is what is wanted
      }
      module.close()
    },
  })
}
