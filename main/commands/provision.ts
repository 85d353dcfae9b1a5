/** The life of this node's certificates: asked for, imported, replaced, listed, handed out, removed. */
import { fail, ok, type Result } from '../../preload/contract/result.ts'
import { printable } from '../../preload/contract/text.ts'
import { askFirst, askNext, type Asked } from '../identity/ask.ts'
import { looksPkcs12 } from '../identity/certificates-in.ts'
import { addIdentity, listIdentities, readIdentityNamed, replaceIdentity } from '../identity/identities.ts'
import { importAnswer, readPkcs12, type Imported } from '../identity/import.ts'
import { readIdentity } from '../identity/open-identity.ts'
import type { Secret } from '../identity/secret.ts'
import { giveSlot } from '../identity/vault/slot-for-next.ts'
import { keyKinds, type KeyKind, type RequestWishes } from '../identity/request.ts'
import { readNodeFile } from '../identity/node-file.ts'
import { publicText } from '../provisioning/identities/public-text.ts'
import { removeUnused } from '../provisioning/identities/remove-identity.ts'
import { command } from './command.ts'
import { provisionTest } from './provision-test.ts'
import {
  jsonOption,
  keyKindOf,
  passphraseOptions,
  passphraseOptionsOf,
  profileOf,
  profileOptions,
  wishOptions,
  type Typed,
} from './node.ts'
import { newPassphrase, oldPassphrase } from './new-passphrase.ts'
import { asTable } from './table.ts'

const p12Options = { 'p12-passphrase-file': { type: 'string' } } as const

interface TypedWishes {
  subject?: string | undefined
  name?: string[] | undefined
  key?: string | undefined
}

function wishesOf({ subject, name, key }: TypedWishes): Result<Partial<RequestWishes>> {
  const kind: Result<KeyKind | undefined> = keyKindOf(key)
  if (!kind.ok) return kind
  return ok({
    ...(subject === undefined ? {} : { subject }),
    ...(name === undefined ? {} : { names: name }),
    ...(kind.value === undefined ? {} : { key: kind.value }),
  })
}

const handOver = ({ request, file }: Asked, tell: (line: string) => void): Result<string> => {
  tell(`the key is sealed in ${file}`)
  tell('give the authority this request, and import its answer: vigie provision import NAME FILE')
  return ok(request.trimEnd())
}

const create = command({
  name: 'provision create',
  recorded: true,
  operands: ['NAME'],
  options: { ...profileOptions, ...passphraseOptions, ...wishOptions },
  synopsis: '--subject CN=…,OU=… [--name HOST]… [--key KIND] [--profile DIR]',
  help: [
    `makes a key (${keyKinds.join(', ')}; by itself ec-p384), seals it with a`,
    'passphrase, and prints the request (PKCS#10) that the authority answers. The subject in the',
    'order of the certificate; further names: hosts, addresses, user@host.',
  ],
  async run({ values, operands: [name = ''], tell }) {
    const wishes = wishesOf(values)
    if (!wishes.ok) return wishes
    const { subject } = wishes.value
    if (subject === undefined)
      return fail('command.invalid', '--subject is missing: for whom the certificate is', '--subject')
    const options = passphraseOptionsOf(values)
    if (!options.ok) return options
    const profile = profileOf(values)
    const there = await readIdentityNamed(profile, name)
    if (there.ok)
      return fail('identity.exists', `there is an identity ${name} already: nothing was written`, name)
    const seal = await newPassphrase(options.value, name)
    if (!seal.ok) return seal
    const asked = await askFirst(
      profile,
      name,
      { ...wishes.value, subject },
      seal.value.passphrase,
      Date.now(),
    )
    seal.value.passphrase.erase()
    return asked.ok ? handOver(asked.value, tell) : asked
  },
})

const replace = command({
  name: 'provision replace',
  recorded: true,
  operands: ['NAME'],
  options: {
    ...profileOptions,
    ...passphraseOptions,
    ...wishOptions,
    ...p12Options,
    with: { type: 'string' },
  },
  synopsis: '[--with FILE.p12] [--subject …] [--name HOST]… [--key KIND] [--profile DIR]',
  help: [
    'makes the next key of an identity and prints its request; what it has stays in use until the',
    'answer is imported. With --with it is replaced by a PKCS#12 at once. The former one is kept.',
  ],
  async run({ values, operands: [name = ''], tell }) {
    const wishes = wishesOf(values)
    if (!wishes.ok) return wishes
    const options = passphraseOptionsOf(values)
    if (!options.ok) return options
    const profile = profileOf(values)
    const there = await readIdentityNamed(profile, name)
    if (!there.ok) return there
    if (values.with !== undefined) {
      if (Object.keys(wishes.value).length > 0)
        return fail('command.invalid', '--with brings a key and its certificate: nothing is asked for')
      return sealIn(profile, name, values.with, values, tell, async ({ current }, seals) => {
        const slot = await giveSlot(profile, name, there.value.current, current, seals)
        if (!slot.ok) return slot
        const next = { ...there.value, current, outstanding: null }
        const replaced = await replaceIdentity(profile, name, next, Date.now())
        if (replaced.ok && replaced.value.kept !== null)
          tell(`the former one is kept in ${replaced.value.kept}`)
        return replaced.ok ? ok(replaced.value.file) : replaced
      })
    }
    const passphrase = await oldPassphrase(options.value, name)
    if (!passphrase.ok) return passphrase
    const asked = await askNext(profile, name, wishes.value, passphrase.value, Date.now())
    passphrase.value.erase()
    if (!asked.ok) return asked
    if (asked.value.kept !== null) tell(`the former request is kept in ${asked.value.kept}`)
    return handOver(asked.value, tell)
  },
})

type TypedPassphrases = Typed<typeof passphraseOptions & typeof p12Options>

/** What came with a certificate, and what did not. */
export const tellImported = (
  { facts, missing, leftOut, current }: Imported,
  tell: (line: string) => void,
): void => {
  tell(`${printable(facts.subject)}, issued by ${printable(facts.issuer)}, until ${day(facts.notAfter)}`)
  for (const subject of leftOut) tell(`left out, as it has nothing to do with it: ${printable(subject)}`)
  if (missing !== null)
    tell(
      `its chain has ${current.chain.length + 1} of its certificates: the platform must know ${printable(missing)}`,
    )
}

const day = (time: number): string => new Date(time).toISOString().slice(0, 10)

/** Opens a PKCS#12, seals what is in it with this node's passphrase, and puts it away. */
async function sealIn(
  profile: string,
  name: string,
  file: string,
  values: TypedPassphrases,
  tell: (line: string) => void,
  put: (imported: Imported, seals: Secret) => Promise<Result<string>>,
): Promise<Result<string>> {
  const options = passphraseOptionsOf(values)
  if (!options.ok) return options
  const bytes = await readIdentity(file)
  if (!bytes.ok) return bytes
  const own = values['p12-passphrase-file']
  const opens = await oldPassphrase(
    own === undefined ? options.value : { passphraseFile: own, passphraseCredential: null },
    file,
  )
  if (!opens.ok) return opens
  const seals = await newPassphrase(options.value, name)
  if (!seals.ok) return seals
  const imported = readPkcs12(bytes.value, opens.value, seals.value.passphrase, file, Date.now())
  opens.value.erase()
  const put_ = imported.ok ? await put(imported.value, seals.value.passphrase) : imported
  seals.value.passphrase.erase()
  if (!imported.ok) return imported
  if (!put_.ok) return put_
  tellImported(imported.value, tell)
  tell(`${file} still holds the key: erase it where nobody needs it any more`)
  return put_
}

const bring = command({
  name: 'provision import',
  recorded: true,
  operands: ['NAME', 'FILE'],
  options: { ...profileOptions, ...passphraseOptions, ...p12Options },
  synopsis: '[--profile DIR]',
  help: [
    'the authority’s answer to a request (PEM, DER, PKCS#7, its chain too), or a PKCS#12, whose own',
    'passphrase may lie in --p12-passphrase-file; by itself it is the one that seals it here.',
  ],
  async run({ values, operands: [name = '', file = ''], tell }) {
    const profile = profileOf(values)
    const bytes = await readIdentity(file)
    if (!bytes.ok) return bytes
    if (looksPkcs12(bytes.value)) {
      const there = await readIdentityNamed(profile, name)
      if (there.ok)
        return fail('identity.exists', `there is an identity ${name} already: nothing was written`, name)
      return sealIn(profile, name, file, values, tell, ({ current }) =>
        addIdentity(profile, name, {
          vigie: 'identity',
          version: 1,
          current,
          outstanding: null,
          replaced: null,
        }),
      )
    }
    const imported = await importAnswer(profile, name, bytes.value, file, Date.now())
    if (!imported.ok) return imported
    tellImported(imported.value, tell)
    if (imported.value.kept !== null) tell(`the former one is kept in ${imported.value.kept}`)
    return ok(imported.value.file)
  },
})

const columns = ['name', 'state', 'key', 'subject', 'issuer', 'until', 'days', 'serves', 'requested'] as const

const list = command({
  name: 'provision list',
  options: { ...jsonOption, ...profileOptions },
  synopsis: '[--json] [--profile DIR]',
  help: ['this node’s identities, what they serve for and until when; those that were replaced, too.'],
  async run({ values }) {
    const all = await listIdentities(profileOf(values), Date.now())
    if (!all.ok) return all
    if (values.json === true) return ok(JSON.stringify(all.value, null, 2))
    if (all.value.length === 0) return ok('no identity yet: vigie provision create or import')
    const lines = all.value.map((one) => ({
      ...{ name: one.name, state: one.state, key: one.key, days: one.daysLeft },
      subject: one.subject === null ? (one.problem?.message ?? null) : printable(one.subject, 80),
      issuer: one.issuer === null ? null : printable(one.issuer, 80),
      until: one.notAfter?.slice(0, 10) ?? null,
      serves: one.serves.join(', ') || null,
      requested: one.requested?.slice(0, 10) ?? null,
    }))
    return ok(asTable(columns, lines, (column) => column !== 'days'))
  },
})

const hand = command({
  name: 'provision export',
  operands: ['NAME'],
  options: { ...profileOptions, request: { type: 'boolean' } },
  synopsis: '[--request] [--profile DIR]',
  help: [
    'prints an identity’s certificate and those above it (PEM), never its key; with --request the',
    'request that is out.',
  ],
  async run({ values, operands: [name = ''] }) {
    const read = await readIdentityNamed(profileOf(values), name)
    if (!read.ok) return read
    const text = publicText(read.value, values.request === true ? 'request' : 'certificate', name)
    return text.ok ? ok(text.value.trimEnd()) : text
  },
})

const remove = command({
  name: 'provision remove',
  recorded: true,
  operands: ['NAME'],
  options: { ...profileOptions, force: { type: 'boolean' } },
  synopsis: '[--force] [--profile DIR]',
  help: [
    'removes an identity, key and all; the one that this node signs in with, or that alone opens its',
    'vault, only with --force: what only it opens is lost.',
  ],
  async run({ values, operands: [name = ''] }) {
    const profile = profileOf(values)
    const node = await readNodeFile(profile)
    const removed = await removeUnused(profile, name, node, {
      evenInUse: values.force === true,
      // no policy is judged here: that a keystore opens it, too, is not known
      keystore: false,
    })
    return removed.ok ? ok(`${removed.value} is gone`) : removed
  },
})

export const provisionCommands = [create, bring, replace, list, provisionTest, hand, remove]
