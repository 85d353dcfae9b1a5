/** A certificate for this node without a key that travels: made here, asked for at an EST server (RFC 7030). */
import { setTimeout as sleep } from 'node:timers/promises'
import { fail, ok, type Result } from '../../preload/contract/result.ts'
import { readAuthority } from '../identity/authority.ts'
import { enrolIdentity, type Wishes } from '../identity/est/enrol-identity.ts'
import { endpointOf } from '../identity/est/exchange.ts'
import { readPassphrase } from '../identity/passphrase.ts'
import { command } from './command.ts'
import { newPassphrase } from './new-passphrase.ts'
import {
  keyKindOf,
  passphraseOptions,
  passphraseOptionsOf,
  profileOf,
  profileOptions,
  wishOptions,
} from './node.ts'

interface Typed {
  est?: string | undefined
  ca?: string | undefined
  'secret-file'?: string | undefined
  subject?: string | undefined
  name?: string[] | undefined
  key?: string | undefined
}

interface Asked {
  est: string
  ca: string
  secretFile: string
  wishes: Wishes
}

function askedOf({ est, ca, 'secret-file': secretFile, subject, name, key }: Typed): Result<Asked> {
  const missing = (option: string, what: string) =>
    fail<Asked>('command.invalid', `--${option} is missing: ${what}`, `--${option}`)
  if (est === undefined) return missing('est', 'where the certificate is asked for')
  if (endpointOf(est, 'cacerts') === null)
    return fail('command.invalid', `--est ${est}: https://host[:port], of an EST server`, '--est')
  if (ca === undefined) return missing('ca', 'the authority that the server’s own certificate must come from')
  if (secretFile === undefined) return missing('secret-file', 'the one-time secret that allows it')
  if (subject === undefined) return missing('subject', 'for whom the certificate is')
  const kind = keyKindOf(key)
  if (!kind.ok) return kind
  return ok({ ...{ est, ca, secretFile }, wishes: { subject, names: name ?? [], key: kind.value } })
}

const enrol = command({
  name: 'provision enrol',
  recorded: true,
  operands: ['NAME'],
  options: {
    ...profileOptions,
    ...passphraseOptions,
    est: { type: 'string' },
    ca: { type: 'string' },
    'secret-file': { type: 'string' },
    ...wishOptions,
  },
  synopsis:
    '--est URL --ca FILE --secret-file FILE --subject CN=…,OU=… [--name HOST]… [--key KIND] [--profile DIR]',
  help: [
    'makes a key, seals it, and has an EST server (RFC 7030) sign its certificate, allowed by a',
    'one-time secret. Without --key of the kind that the server wants, else ec-p384. Where a person',
    'has to allow it first it waits; ended, the same command goes on with the same request.',
  ],
  async run({ values, operands: [name = ''], tell }) {
    const asked = askedOf(values)
    if (!asked.ok) return asked
    const options = passphraseOptionsOf(values)
    if (!options.ok) return options
    const authority = await readAuthority(asked.value.ca)
    if (!authority.ok) return authority
    const secret = await readPassphrase({ from: 'file', file: asked.value.secretFile })
    if (!secret.ok) return secret
    const enrolled = await enrolIdentity({
      ...{ profile: profileOf(values), name, wishes: asked.value.wishes, secret: secret.value, tell },
      server: { url: asked.value.est, authority: authority.value },
      async passphrase() {
        const made = await newPassphrase(options.value, name)
        return made.ok ? ok(made.value.passphrase) : made
      },
      now: () => Date.now(),
      pause: sleep,
    })
    secret.value.erase()
    if (!enrolled.ok) return enrolled
    tell(`the secret in ${asked.value.secretFile} is used up: erase it`)
    return ok(enrolled.value.file)
  },
})

export const enrolCommands = [enrol]
