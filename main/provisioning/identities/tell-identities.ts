/** What is told of a node's identities: the store, who opens the vault, and what the kept lists say. Nothing secret. */
import { X509Certificate } from 'node:crypto'
import { resolve } from 'node:path'
import type { IdentitiesState, IdentityRow, Pinned } from '../../../preload/contract/identities.ts'
import { printable } from '../../../preload/contract/text.ts'
import { readAuthority } from '../../identity/authority.ts'
import { fingerprintOfKey, lineOf } from '../../identity/certificate-facts.ts'
import {
  identityFile,
  listIdentities,
  readIdentityNamed,
  type IdentityFile,
  type ListedIdentity,
} from '../../identity/identities.ts'
import { readRequest } from '../../identity/read-request.ts'
import { kindOfKey } from '../../identity/request.ts'
import { dueOf } from '../../identity/renewal.ts'
import { readCertificates } from '../../identity/trust/certificate.ts'
import type { Policy } from '../../policy/policy.ts'
import type { Entrance } from './entrance.ts'
import { readKeptLists, revocationOf, type KeptLists } from './kept-lists.ts'
import { keysOf, opensAlone, slotsInFile, type SlotsInFile } from './vault-slots.ts'

const timeOf = (text: string | null): number | null => (text === null ? null : Date.parse(text))
const oneLine = (name: string | undefined): string => lineOf(printable(name ?? '', 300))

/** SHA-256 of each certificate, as `openssl x509 -fingerprint -sha256` says it. */
export const pinnedIn = (pem: string): Pinned[] =>
  readCertificates(pem).map(({ x509 }) => ({
    subject: oneLine(x509.subject),
    fingerprint: x509.fingerprint256.replaceAll(':', '').toLowerCase(),
    notAfter: Date.parse(x509.validTo),
  }))

/** What an identity of the store is to the rest of the node. */
interface Around {
  vault: SlotsInFile
  lists: KeptLists
  entrance: Entrance | null
  enrol: Policy['enrol']
}

const bare = {
  ...{ subject: null, issuer: null, key: null, notBefore: null, notAfter: null, serves: [] },
  ...{ renewal: null, requested: null, replaced: null, list: null, problem: null },
  ...{ revocation: 'unasked', inUse: false, opensAlone: false },
} satisfies Partial<IdentityRow>

const publicKeyOf = (file: IdentityFile | null): string | null =>
  file === null ? null : ((file.current ?? file.outstanding)?.key.publicKey ?? null)

function rowOf(listed: ListedIdentity, file: IdentityFile | null, around: Around): IdentityRow {
  const { vault, lists, entrance, enrol } = around
  const publicKey = publicKeyOf(file)
  const slots = vault.slots ?? []
  const opens = slots.find((slot) => slot.publicKey === publicKey)
  const inUse = isFileOf(entrance, listed.file)
  const asked =
    file?.current === null && file.outstanding !== null ? readRequest(file.outstanding.request) : null
  const current = listed.state === 'ready' ? (file?.current ?? null) : null
  const renews = current !== null && inUse && enrol !== null
  return {
    ...bare,
    ...{ id: listed.name, name: listed.name, state: listed.state, problem: listed.problem },
    place: listed.state === 'requested' ? 'request' : 'sealed',
    subject: oneLine(listed.subject ?? asked?.subject ?? '') || null,
    issuer: listed.issuer === null ? null : oneLine(listed.issuer),
    key: listed.key ?? asked?.key ?? null,
    ...{ notBefore: timeOf(listed.notBefore), notAfter: timeOf(listed.notAfter) },
    ...{ requested: timeOf(listed.requested), replaced: timeOf(listed.replaced) },
    serves: [...listed.serves, ...(opens === undefined ? [] : (['vault'] as const))],
    renewal: renews
      ? dueOf(new X509Certificate(current.certificate), enrol.before, Date.parse(current.since))
      : null,
    ...(current === null ? {} : revocationOf(current.certificate, lists)),
    inUse,
    opensAlone: file !== null && opensAlone(slots, keysOf(file)),
  }
}

/** What the running wall's certificate says, whose key is in no file of the store. */
const factsOf = (own: X509Certificate, lists: KeptLists): Partial<IdentityRow> => ({
  ...{ subject: oneLine(own.subject), issuer: oneLine(own.issuer), key: kindOfKey(own.publicKey) },
  ...{ notBefore: Date.parse(own.validFrom), notAfter: Date.parse(own.validTo) },
  ...revocationOf(own.toString(), lists),
  ...{ serves: ['platform', 'vault'], inUse: true },
})

/** Who opens the vault and is not in the store: on a card, in a file beside it, or somebody else's. */
const rowOfSlot = (
  { id, kind, name, state, publicKey }: NonNullable<SlotsInFile['slots']>[number],
  alone: boolean,
  own: X509Certificate | null,
  lists: KeptLists,
): IdentityRow => ({
  ...bare,
  ...{ id: `slot:${id}`, name: null, state: 'elsewhere', subject: oneLine(name) || null },
  place: kind === 'card' ? 'card' : kind === 'recovery' ? 'certificate' : 'file',
  serves: state === 'refused' ? [] : [kind === 'recovery' ? 'recovery' : 'vault'],
  opensAlone: alone && state !== 'refused',
  ...(own !== null && fingerprintOfKey(own.publicKey) === publicKey ? factsOf(own, lists) : {}),
})

export async function tellIdentities(
  profile: string,
  policy: Policy,
  entrance: Entrance | null,
  /** the certificate with which somebody is signed in now, PEM; null: nobody is */
  signedIn: string | null,
  now: () => number,
): Promise<Omit<IdentitiesState, 'enrolment' | 'trial'>> {
  const [listed, vault, authority] = await Promise.all([
    listIdentities(profile, now()),
    slotsInFile(profile, policy.keystore),
    entrance === null ? null : readAuthority(entrance.authority),
  ])
  const all = listed.ok ? listed.value : []
  const files = new Map<string, IdentityFile>()
  for (const { name } of all) {
    const read = await readIdentityNamed(profile, name)
    if (read.ok) files.set(name, read.value)
  }
  const pinned = authority?.ok === true ? authority.value : ''
  const chains = [...files.values()].flatMap(({ current }) => current?.chain ?? [])
  const issuers = readCertificates([pinned, ...chains].join('\n'))
  const lists = await readKeptLists(profile, policy.trust, issuers, now)
  const own = signedIn === null ? null : new X509Certificate(signedIn)
  const around = { vault, lists, entrance, enrol: policy.enrol }
  const rows = all.map((one) => rowOf(one, files.get(one.name) ?? null, around))
  const known = new Map(
    [...files].map(([name, file]) => [publicKeyOf(file), { name, since: file.current?.since }]),
  )
  const foreign = (vault.slots ?? []).filter(
    ({ publicKey, kind }) => kind !== 'keystore' && !known.has(publicKey),
  )
  return {
    rows: [...rows, ...foreign.map((slot) => rowOfSlot(slot, vault.slots?.length === 1, own, lists))],
    problem: listed.ok ? null : listed.error,
    vault: {
      ...vault,
      slots:
        vault.slots?.map(({ publicKey, ...slot }) => ({
          ...slot,
          since: timeOf(known.get(publicKey)?.since ?? null),
        })) ?? null,
    },
    platform: {
      servers: [...(entrance?.platform ?? policy.platform ?? [])],
      authorities: pinnedIn(pinned),
    },
    est: policy.enrol?.est ?? null,
  }
}

/** Whether an identity of the store is the one that this node signs in with. */
export const isInUse = (
  profile: string,
  name: string,
  entrance: Pick<Entrance, 'identity'> | null,
): boolean => isFileOf(entrance, identityFile(profile, name))

const isFileOf = (entrance: Pick<Entrance, 'identity'> | null, file: string): boolean =>
  typeof entrance?.identity === 'string' && resolve(entrance.identity) === resolve(file)
