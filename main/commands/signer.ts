/** Who a command acts as: whoever has the key in a file, or the card that it is on. */
import { fail, ok, type Result } from '../../preload/contract/result.ts'
import { printable } from '../../preload/contract/text.ts'
import { askAtTerminal } from '../identity/ask-at-terminal.ts'
import type { CardCertificate, CardFacts } from '../identity/card/card.ts'
import { cardSigner } from '../identity/card/signer.ts'
import { isFingerprintPart, readNodeFile, type NodeFile } from '../identity/node-file.ts'
import { isCredentialName, readPassphrase } from '../identity/passphrase.ts'
import type { Secret } from '../identity/secret.ts'
import { signerOf, type Signer } from '../identity/signer.ts'
import { readPolicyText } from '../policy/policy.ts'
import { readWritten } from '../policy/written.ts'
import { askedIdentity, identityOptions, profileOf, profileOptions } from './node.ts'

export const signerOptions = {
  ...profileOptions,
  ...identityOptions,
  card: { type: 'boolean' },
  'card-module': { type: 'string' },
  'card-certificate': { type: 'string' },
  'pin-file': { type: 'string' },
  'pin-credential': { type: 'string' },
} as const

type Typed = {
  [K in keyof typeof signerOptions]?: (K extends 'card' ? boolean : string) | undefined
}

/**
 * @param why a certificate is needed, as in “the vault opens with its certificate”
 * @param act is given who signs, and what came with their certificate, PEM
 */
export async function withSigner<T>(
  values: Typed,
  why: string,
  act: (signer: Signer, chain: readonly string[]) => Promise<Result<T>>,
): Promise<Result<T>> {
  const card = cardOf(values)
  if (!card.ok) return card
  if (card.value !== null) return withCard(values, card.value, act)
  const identity = await askedIdentity(values, why)
  if (!identity.ok) return identity
  try {
    return await act(signerOf(identity.value), identity.value.chain)
  } finally {
    identity.value.key.erase()
  }
}

interface AskedCard {
  module: string | null
  certificate: string | null
}

const cardOptions = ['card-module', 'card-certificate', 'pin-file', 'pin-credential'] as const
const fileOptions = ['identity', 'passphrase-file', 'passphrase-credential'] as const

function cardOf(values: Typed): Result<AskedCard | null> {
  const wrong = (option: string, why: string) =>
    fail<AskedCard | null>('command.invalid', `--${option}: ${why}`, `--${option}`)
  const given = (names: readonly (keyof Typed)[]) => names.find((name) => values[name] !== undefined)
  if (values.card !== true) {
    const without = given(cardOptions)
    return without === undefined
      ? ok(null)
      : wrong(without, 'it says how, but not that it is a card (--card)')
  }
  const beside = given(fileOptions)
  if (beside !== undefined) return wrong(beside, 'it and --card are two ways')
  const { 'card-certificate': certificate = null, 'card-module': module = null } = values
  if (certificate !== null && !isFingerprintPart(certificate))
    return wrong('card-certificate', 'a fingerprint (SHA-256), or its first 8 digits at least')
  const { 'pin-file': file, 'pin-credential': credential } = values
  if (file !== undefined && credential !== undefined)
    return wrong('pin-credential', 'it and --pin-file are two sources of one PIN')
  if (credential !== undefined && !isCredentialName(credential))
    return wrong('pin-credential', 'a credential is named in A-Z a-z 0-9 . _ -')
  return ok({ module, certificate })
}

async function withCard<T>(
  values: Typed,
  typed: AskedCard,
  act: (signer: Signer, chain: readonly string[]) => Promise<Result<T>>,
): Promise<Result<T>> {
  const node = await readNodeFile(profileOf(values))
  if (!node.ok) return node
  const driver = typed.module ?? (await driverOf(node.value))
  if (driver === null)
    return fail('command.invalid', '--card-module is missing: which driver reads the card?', '--card-module')
  // a driver is loaded by who asks for a card, and by nobody else
  const { openModule } = await import('../identity/card/module.ts')
  const module = await openModule(driver)
  if (!module.ok) return module
  try {
    const listed = await module.value.list()
    if (!listed.ok) return listed
    const found = theOne(listed.value, typed.certificate ?? node.value?.card?.certificate ?? null)
    if (!found.ok) return found
    const { card, on } = found.value
    if (card.tries === 'none') return fail('card.locked', 'no tries are left', card.serial)
    const pin = await pinOf(values, card)
    if (!pin.ok) return pin
    const inside = await module.value.logIn(card.serial, pin.value.copy())
    pin.value.erase()
    return inside.ok ? await act(cardSigner(module.value, on), []) : inside
  } finally {
    await module.value.logOut()
    module.value.close()
  }
}

/** As the node was provisioned, or as its policy says. */
async function driverOf(node: NodeFile | null): Promise<string | null> {
  if (node === null) return null
  const own = node.card?.module ?? null
  if (own !== null || node.policy === null) return own
  const text = await readWritten(node.policy, 'option', 'policy.invalid', 'the policy')
  const policy = text.ok ? readPolicyText(text.value, node.policy) : text
  return policy.ok ? (policy.value.card?.module ?? null) : null
}

/** A try of a PIN is spent on none but the card that is meant. */
function theOne(
  cards: readonly CardFacts[],
  certificate: string | null,
): Result<{ card: CardFacts; on: CardCertificate }> {
  const asked = certificate?.toLowerCase().replaceAll(':', '') ?? ''
  const fitting = cards.flatMap((card) =>
    card.certificates.flatMap((on) => (on.fingerprint.startsWith(asked) ? [{ card, on }] : [])),
  )
  const [only, ...others] = fitting
  if (only !== undefined && others.length === 0) return ok(only)
  if (only !== undefined) {
    const all = fitting.map(({ on }) => `${on.fingerprint.slice(0, 16)} (${printable(on.subject, 100)})`)
    return fail('command.invalid', `--card-certificate is missing: ${all.join(', ')}`, '--card-certificate')
  }
  if (cards.length === 0 || asked === '')
    return fail('card.wanted', 'no card with a certificate is in a reader')
  return fail('card.certificate-unknown', 'no card has the certificate', asked)
}

/** What is not said is typed: a credential that happens to be there could be another's, and cost a try. */
function pinOf(values: Typed, { label }: CardFacts): Promise<Result<Secret>> {
  const { 'pin-file': file, 'pin-credential': name } = values
  if (file !== undefined) return readPassphrase({ from: 'file', file })
  if (name === undefined) return askAtTerminal(`The PIN of the card ${printable(label, 64)}: `)
  return readPassphrase({ from: 'credential', name, folder: process.env['CREDENTIALS_DIRECTORY'] ?? null })
}
