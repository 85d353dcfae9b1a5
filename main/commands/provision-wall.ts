/** A wall from a folder, unattended: whom it trusts, what it may show, who it signs in as, and that it does. */
import { mkdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fail, ok, type Result } from '../../preload/contract/result.ts'
import { addressForm, readServerAddress, webAddressForm } from '../../preload/contract/server-address.ts'
import { printable } from '../../preload/contract/text.ts'
import { readAuthority } from '../identity/authority.ts'
import { enrolIdentity } from '../identity/est/enrol-identity.ts'
import { reason } from '../identity/guarded-file.ts'
import { addIdentity, identityFile, isIdentityName, readIdentityNamed } from '../identity/identities.ts'
import { readPkcs12 } from '../identity/import.ts'
import { isFingerprintPart, readNodeFile, writeNodeFile, type NodeFile } from '../identity/node-file.ts'
import { openIdentity, readIdentity, type Identity } from '../identity/open-identity.ts'
import { readPassphrase, type PassphraseSource } from '../identity/passphrase.ts'
import { Secret } from '../identity/secret.ts'
import { writeWhole } from '../identity/write-whole.ts'
import { judgePolicy, readSigned, signatureOf, type SignedText } from '../policy/judge-policy.ts'
import type { Policy } from '../policy/policy.ts'
import { listCards } from './card.ts'
import { command } from './command.ts'
import { newPassphrase } from './new-passphrase.ts'
import { passphraseOptionsOf, profileOptions } from './node.ts'
import { tellImported } from './provision.ts'
import { tryPlatform } from '../provisioning/try-platform.ts'

/** What the folder holds; of the last two pairs one. */
const names = {
  authority: 'authority.pem',
  policy: 'policy.yaml',
  /** whose signature under it counts; by itself the platform's authority */
  policyAuthority: 'policy-authority.pem',
  p12: 'identity.p12',
  p12Passphrase: 'identity.passphrase',
  secret: 'secret',
} as const

type Tell = (line: string) => void

interface Wanted {
  folder: string
  profile: string
  /** for a certificate that is asked for */
  subject: string | null
  /** where the policy is for several */
  node: string | null
  tell: Tell
}

interface Read {
  authority: string
  policyAuthority: string
  signed: SignedText
  policy: Policy
}

/** All of it is judged before anything is written. */
async function readFolder(folder: string, node: string | null): Promise<Result<Read>> {
  const authority = await readAuthority(join(folder, names.authority))
  if (!authority.ok) return authority
  const another = await readAuthority(join(folder, names.policyAuthority))
  if (!another.ok && !isMissing(another)) return another
  const policyAuthority = another.ok ? another.value : authority.value
  const file = join(folder, names.policy)
  const signed = await readSigned(file)
  if (!signed.ok) return signed
  const judged = judgePolicy(signed.value, file, {
    ...{ authority: policyAuthority, node, now: Date.now(), inForce: null },
  })
  if (!judged.ok) return { ok: false, error: judged.error }
  return ok({
    authority: authority.value,
    policyAuthority,
    signed: signed.value,
    policy: judged.value.policy,
  })
}

const isMissing = (result: Result<unknown>): boolean => !result.ok && result.error.message.endsWith('ENOENT')

/** What somebody began and did not end goes on. @returns null where there is none yet */
async function alreadyThere(profile: string, name: string, seal: Secret): Promise<Result<Identity | null>> {
  const there = await readIdentityNamed(profile, name)
  if (!there.ok) return there.error.code === 'identity.unknown' ? ok(null) : there
  return there.value.current === null ? ok(null) : openStored(profile, name, seal)
}

async function openStored(profile: string, name: string, seal: Secret): Promise<Result<Identity>> {
  const file = identityFile(profile, name)
  const bytes = await readIdentity(file)
  return bytes.ok ? openIdentity(bytes.value, seal, file) : bytes
}

/** @returns null where the folder brings none */
async function fromPkcs12(
  { folder, profile, tell }: Wanted,
  name: string,
  seal: Secret,
): Promise<Result<boolean>> {
  const file = join(folder, names.p12)
  const bytes = await readIdentity(file)
  if (!bytes.ok) return isMissing(bytes) ? ok(false) : bytes
  const opens = await readPassphrase({ from: 'file', file: join(folder, names.p12Passphrase) })
  if (!opens.ok) return opens
  const imported = readPkcs12(bytes.value, opens.value, seal, file, Date.now())
  opens.value.erase()
  if (!imported.ok) return imported
  const { current } = imported.value
  const bare = { vigie: 'identity', version: 1, outstanding: null, replaced: null } as const
  const added = await addIdentity(profile, name, { ...bare, current })
  if (!added.ok) return added
  tellImported(imported.value, tell)
  tell(`its key is sealed in ${added.value}; ${file} still holds it: erase it`)
  return ok(true)
}

async function fromEst(
  { folder, profile, subject, tell }: Wanted,
  name: string,
  { authority, policy }: Read,
  seal: Secret,
): Promise<Result<boolean>> {
  const file = join(folder, names.secret)
  const secret = await readPassphrase({ from: 'file', file })
  if (!secret.ok) {
    const nothing = `${folder} holds neither ${names.p12} nor ${names.secret}: nobody would sign in`
    return isMissing(secret) ? fail('identity.file-unreadable', nothing, folder) : secret
  }
  if (policy.enrol === null)
    return fail(
      'policy.invalid',
      'it names no EST server (enrol: { est: https://… }) to use the secret at',
      names.policy,
    )
  const enrolled = await enrolIdentity({
    ...{ profile, name, secret: secret.value, tell },
    wishes: {
      subject: subject ?? `CN=${policy.node.replace(/[,\\]/g, '\\$&')}`,
      key: policy.enrol.key ?? undefined,
    },
    server: { url: policy.enrol.est, authority },
    passphrase: () => Promise.resolve(ok(copyOf(seal))),
    now: () => Date.now(),
    pause: sleep,
  })
  secret.value.erase()
  if (!enrolled.ok) return enrolled
  tell(`${file} is used up: erase it`)
  return ok(true)
}

/** Whoever is given it clears it. */
const copyOf = (secret: Secret): Secret => new Secret(secret.copy())

const inNodeFile = (source: PassphraseSource): NodeFile['passphrase'] => {
  switch (source.from) {
    case 'file':
      return { from: 'file', file: resolve(source.file) }
    case 'credential':
      return { from: 'credential', name: source.name }
    case 'prompt':
      return { from: 'prompt' }
  }
}

/** What a node stands on, whoever signs in there: judged, and then written. */
async function layOut(
  wanted: Wanted,
  platform: readonly string[] | null,
  web: boolean,
): Promise<Result<Read & { addresses: readonly string[] }>> {
  const { folder, profile, tell } = wanted
  const read = await readFolder(folder, wanted.node)
  if (!read.ok) return read
  const { policy, policyAuthority, signed, authority } = read.value
  const found = addressesIn(platform, policy, web)
  if (!found.ok) return found
  const addresses = found.value
  tell(`${policy.node}, of ${policy.organisation}, at ${addresses.join(', ')}`)
  try {
    await mkdir(profile, { recursive: true, mode: 0o700 })
    await writeWhole(join(profile, names.authority), `${authority.trimEnd()}\n`, { over: true })
    await writeWhole(join(profile, names.policyAuthority), `${policyAuthority.trimEnd()}\n`, { over: true })
    await writeWhole(signatureOf(join(profile, names.policy)), signed.signature, { over: true })
    await writeWhole(join(profile, names.policy), signed.text, { over: true })
  } catch (error) {
    return fail('identity.unwritable', `nothing more was written: ${reason(error)}`, profile)
  }
  tell(`its authority and its policy are in ${profile}`)
  return ok({ ...read.value, addresses })
}

/** A card's TLS needs other servers' addresses than a file's. */
function addressesIn(
  platform: readonly string[] | null,
  policy: Policy,
  web: boolean,
): Result<readonly string[]> {
  const named = (platform ?? policy.platform ?? []).filter((one) => readServerAddress(one)?.web === web)
  if (platform !== null && named.length < platform.length)
    return fail(
      'command.invalid',
      `--platform ${platform.join()}: addresses as ${web ? webAddressForm : addressForm}`,
      '--platform',
    )
  if (named.length > 0) return ok(named)
  const form = web ? `, as ${webAddressForm}` : ''
  return fail(
    'command.invalid',
    `--platform is missing: the policy names no platform either${form}`,
    '--platform',
  )
}

/** The key is on a card: which, is seen where there is one in a reader. Whether its PIN lets in is tried at the desk. */
async function withCard(
  wanted: Wanted,
  platform: readonly string[] | null,
  card: NonNullable<NodeFile['card']>,
): Promise<Result<undefined>> {
  const { profile, tell } = wanted
  const laid = await layOut(wanted, platform, true)
  if (!laid.ok) return laid
  const driver = card.module ?? laid.value.policy.card?.module ?? null
  if (driver === null)
    return fail('card.module-unreadable', 'neither the policy nor --card-module names a driver', names.policy)
  const listed = await listCards(driver)
  if (!listed.ok) return listed
  const asked = card.certificate?.toLowerCase().replaceAll(':', '') ?? ''
  const fitting = listed.value
    .flatMap(({ certificates }) => certificates)
    .filter(({ fingerprint }) => fingerprint.startsWith(asked))
  if (listed.value.length > 0 && fitting.length === 0 && asked !== '')
    return fail('card.certificate-unknown', 'no card in a reader has this certificate', asked)
  for (const { subject, notAfter } of fitting)
    tell(`on a card: ${printable(subject, 200)}, until ${new Date(notAfter).toISOString().slice(0, 10)}`)
  if (listed.value.length === 0) tell('no card is in a reader: none was looked at')
  const written = await writeNodeFile(profile, {
    ...{ vigie: 'node', version: 1, platform: platform === null ? null : [...platform], tlsFirst: true },
    ...{ identity: null, card, authority: names.authority, policy: names.policy },
    ...{ policyAuthority: names.policyAuthority, node: wanted.node, passphrase: { from: 'prompt' } },
  })
  if (!written.ok) return written
  tell(`${written.value} says what it starts with: its card, whose PIN the desk asks for`)
  return ok(undefined)
}

async function provision(
  wanted: Wanted,
  platform: readonly string[] | null,
  tlsFirst: boolean,
  seal: { passphrase: Secret; source: PassphraseSource },
): Promise<Result<{ identity: Identity; authority: string; addresses: readonly string[] }>> {
  const { profile, tell } = wanted
  const laid = await layOut(wanted, platform, false)
  if (!laid.ok) return laid
  const { policy, authority, addresses } = laid.value
  const name = isIdentityName(policy.node) ? policy.node : 'node'
  const there = await alreadyThere(profile, name, seal.passphrase)
  if (!there.ok) return there
  if (there.value === null) {
    const brought = await fromPkcs12(wanted, name, seal.passphrase)
    if (!brought.ok) return brought
    if (!brought.value) {
      const enrolled = await fromEst(wanted, name, laid.value, seal.passphrase)
      if (!enrolled.ok) return enrolled
    }
  } else tell(`its identity ${name} is there already`)
  const identity = there.value === null ? await openStored(profile, name, seal.passphrase) : ok(there.value)
  if (!identity.ok) return identity
  const written = await writeNodeFile(profile, {
    ...{ vigie: 'node', version: 1, platform: platform === null ? null : [...platform], tlsFirst },
    ...{ identity: join('identities', `${name}.json`), card: null },
    ...{ authority: names.authority, policy: names.policy },
    ...{ policyAuthority: names.policyAuthority, node: wanted.node },
    passphrase: inNodeFile(seal.source),
  })
  if (!written.ok) return written
  tell(`${written.value} says what it starts with`)
  return ok({ identity: identity.value, authority, addresses })
}

interface TypedCard {
  card?: boolean | undefined
  'card-module'?: string | undefined
  'card-certificate'?: string | undefined
  'passphrase-file'?: string | undefined
  'passphrase-credential'?: string | undefined
  subject?: string | undefined
  'tls-first'?: boolean | undefined
}

/** @returns null: a file signs in */
function cardOf(typed: TypedCard): Result<NodeFile['card']> {
  const wrong = (option: string, why: string): Result<NodeFile['card']> =>
    fail('command.invalid', `--${option}: ${why}`, `--${option}`)
  const given = (names: readonly (keyof TypedCard)[]) => names.find((name) => typed[name] !== undefined)
  if (typed.card !== true) {
    const without = given(['card-module', 'card-certificate'])
    return without === undefined ? ok(null) : wrong(without, 'it says how, but not that a card signs in')
  }
  const beside = given(['passphrase-file', 'passphrase-credential', 'subject', 'tls-first'])
  if (beside !== undefined) return wrong(beside, 'a card’s key is not made here, nor sealed')
  const { 'card-module': module = null, 'card-certificate': certificate = null } = typed
  if (certificate !== null && !isFingerprintPart(certificate))
    return wrong('card-certificate', 'a fingerprint (SHA-256), or its first 8 digits at least')
  return ok({ module: module === null ? null : resolve(module), certificate })
}

export const provisionWall = command({
  name: 'provision wall',
  options: {
    ...profileOptions,
    'passphrase-file': { type: 'string' },
    'passphrase-credential': { type: 'string' },
    from: { type: 'string' },
    platform: { type: 'string' },
    subject: { type: 'string' },
    node: { type: 'string' },
    'tls-first': { type: 'boolean' },
    'no-test': { type: 'boolean' },
    card: { type: 'boolean' },
    'card-module': { type: 'string' },
    'card-certificate': { type: 'string' },
  },
  synopsis:
    '--from FOLDER --profile DIR [--platform tls://HOST:PORT[,…]] [--node NAME] [--subject …] [--tls-first] [--no-test] [--card [--card-module FILE] [--card-certificate DIGITS]]',
  help: [
    `a node from a folder, unattended: ${names.authority}, ${names.policy} with its signature (.p7s),`,
    `${names.p12} with its passphrase in ${names.p12Passphrase}, or a one-time ${names.secret} for the EST`,
    'server that the policy names. Its key is sealed; then it signs in once (not with --no-test).',
    'With --card who signs in is on a smart card, and the folder holds neither of the three.',
  ],
  async run({ values, tell }) {
    const { from, profile: typed } = values
    if (from === undefined)
      return fail('command.invalid', '--from is missing: the folder of what it is made from')
    if (typed === undefined) return fail('command.invalid', '--profile is missing: where the node is to be')
    const profile = resolve(typed)
    const platform = values.platform?.split(',').map((one) => one.trim()) ?? null
    const wrong = platform?.find((one) => readServerAddress(one) === null)
    if (wrong !== undefined)
      return fail('command.invalid', `--platform ${wrong}: an address as tls://HOST:PORT`)
    const options = passphraseOptionsOf(values)
    if (!options.ok) return options
    const node = await readNodeFile(profile)
    if (!node.ok) return node
    if (node.value !== null) return fail('node.provisioned', 'nothing was written', profile)
    const wanted = { folder: from, profile, subject: values.subject ?? null, node: values.node ?? null, tell }
    const started = `${profile}: npm start -- --profile ${profile}`
    const card = cardOf(values)
    if (!card.ok) return card
    if (card.value !== null) {
      const carded = await withCard(wanted, platform, card.value)
      return carded.ok ? ok(started) : carded
    }
    const seal = await newPassphrase(options.value, profile)
    if (!seal.ok) return seal
    const tlsFirst = values['tls-first'] ?? false
    const made = await provision(wanted, platform, tlsFirst, seal.value)
    seal.value.passphrase.erase()
    if (!made.ok) return made
    const { identity, authority, addresses } = made.value
    try {
      if (values['no-test'] !== true)
        for (const address of addresses.map(readServerAddress).filter((one) => one !== null)) {
          const told = (step: { step: string; said: string; passed: boolean }) =>
            tell(`${step.passed ? '✓' : '✗'} ${step.step}: ${step.said}`)
          const trial = await tryPlatform({ address, tlsFirst, identity, authority, now: Date.now(), told })
          if (trial.problem !== null) return { ok: false, error: trial.problem }
        }
    } finally {
      identity.key.erase()
    }
    return ok(started)
  },
})
