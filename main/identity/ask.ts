/** A key is made for this node and its certificate asked for: the first under a name, or the next one. */
import { X509Certificate } from 'node:crypto'
import { fail, ok, type Result } from '../../preload/contract/result.ts'
import { lineOf } from './certificate-facts.ts'
import {
  addIdentity,
  identityFile,
  readIdentityNamed,
  replaceIdentity,
  type IdentityFile,
} from './identities.ts'
import { makeKey, makeRequest, requestPem, type RequestWishes } from './request.ts'
import { openSealedKey, sealKey } from './sealed.ts'
import type { Secret } from './secret.ts'
import { giveSlot, letSlotGo } from './vault/slot-for-next.ts'

export interface Asked {
  /** PKCS#10, PEM: what the authority is given */
  request: string
  /** where the key lies, sealed */
  file: string
}

async function makeOutstanding(
  wishes: RequestWishes,
  passphrase: Secret,
  now: number,
): Promise<Result<NonNullable<IdentityFile['outstanding']>>> {
  const key = await makeKey(wishes.key ?? 'ec-p384')
  const request = makeRequest(key, wishes)
  if (!request.ok) return request
  const since = new Date(now).toISOString()
  return ok({ key: sealKey(key.privateKey, passphrase), request: requestPem(request.value), since })
}

/** @param passphrase what the key is sealed with @param now ms since 1970 */
export async function askFirst(
  profile: string,
  name: string,
  wishes: RequestWishes,
  passphrase: Secret,
  now: number,
): Promise<Result<Asked>> {
  const there = await readIdentityNamed(profile, name)
  if (there.ok)
    return fail('identity.exists', `there is an identity ${name} already: nothing was written`, name)
  if (there.error.code !== 'identity.unknown') return there
  const outstanding = await makeOutstanding(wishes, passphrase, now)
  if (!outstanding.ok) return outstanding
  const bare = { vigie: 'identity', version: 1, current: null, replaced: null } as const
  const added = await addIdentity(profile, name, { ...bare, outstanding: outstanding.value })
  return added.ok ? ok({ request: outstanding.value.request, file: added.value }) : added
}

/** What a certificate says, as it would be asked for again. */
function wishesOf(pem: string): Pick<RequestWishes, 'subject' | 'names'> {
  const { subject, subjectAltName = '' } = new X509Certificate(pem)
  const names = subjectAltName.split(', ').flatMap((one) => {
    const [, name] = /^(?:DNS|IP Address|email):(.+)$/.exec(one) ?? []
    return name === undefined ? [] : [name]
  })
  return { subject: lineOf(subject), names }
}

/**
 * The next key of an identity: the one that it has stays in use until the answer is imported. Where that one opens the
 * vault the next one does, from now on: here is the passphrase that opens both, and none is asked for at the import.
 *
 * @param wishes what is to be other than in the certificate that it has
 * @param passphrase of the identity; the next key is sealed with the same
 */
export async function askNext(
  profile: string,
  name: string,
  wishes: Partial<RequestWishes>,
  passphrase: Secret,
  now: number,
): Promise<Result<Asked & { kept: string | null }>> {
  const there = await readIdentityNamed(profile, name)
  if (!there.ok) return there
  const { current, outstanding: former, replaced } = there.value
  if (replaced !== null) return fail('identity.unknown', `${name} is only kept: it was replaced`, name)
  const sealed = current?.key ?? former?.key
  if (sealed !== undefined) {
    // one passphrase opens the node: the next key must not have another by a slip of the hand
    const opened = openSealedKey(sealed, passphrase, identityFile(profile, name))
    if (!opened.ok) return opened
    opened.value.erase()
  }
  const before = current === null ? null : wishesOf(current.certificate)
  const { subject = before?.subject, names = before?.names ?? [] } = wishes
  if (subject === undefined)
    return fail(
      'command.invalid',
      `${name} has no certificate yet: --subject says for whom it is`,
      '--subject',
    )
  const outstanding = await makeOutstanding({ ...wishes, subject, names }, passphrase, now)
  if (!outstanding.ok) return outstanding
  const { key } = outstanding.value
  const slot = await giveSlot(profile, name, current, { key, certificate: null }, passphrase)
  if (!slot.ok) return slot
  const next = { ...there.value, outstanding: outstanding.value }
  const written = await replaceIdentity(profile, name, next, now)
  if (!written.ok) return written
  // of one that was asked for before, and is not imported any more; where it stays, it is one slot too many
  if (current !== null && former !== null) await letSlotGo(profile, current, former.key.publicKey, passphrase)
  return ok({ request: outstanding.value.request, ...written.value })
}
