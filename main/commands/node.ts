/** The node that a command is about: its profile, and the certificate that opens it. */
import { homedir } from 'node:os'
import { join } from 'node:path'
import { fail, ok, type Result } from '../../preload/contract/result.ts'
import { askAtTerminal } from '../identity/ask-at-terminal.ts'
import { openIdentity, readIdentity, type Identity } from '../identity/open-identity.ts'
import {
  findPassphrase,
  isCredentialName,
  readPassphrase,
  type PassphraseOptions,
} from '../identity/passphrase.ts'

export const identityOptions = {
  identity: { type: 'string' },
  'passphrase-file': { type: 'string' },
  'passphrase-credential': { type: 'string' },
} as const
export const profileOptions = { profile: { type: 'string' } } as const
export const jsonOption = { json: { type: 'boolean' } } as const

type Typed<O> = { [K in keyof O]?: string | undefined }

/** Where this person's node keeps its data. */
export const profileOf = ({ profile }: Typed<typeof profileOptions>): string =>
  profile ?? join(process.env['XDG_CONFIG_HOME'] ?? join(homedir(), '.config'), 'vigie')

/** Where a passphrase comes from, as it is typed. */
export function passphraseOptionsOf(values: Typed<typeof identityOptions>): Result<PassphraseOptions> {
  const wrong = (message: string) => fail<PassphraseOptions>('command.invalid', message)
  const { 'passphrase-file': file, 'passphrase-credential': credential } = values
  if (file !== undefined && credential !== undefined)
    return wrong('--passphrase-file and --passphrase-credential are two sources of one passphrase')
  if (credential !== undefined && !isCredentialName(credential))
    return wrong('--passphrase-credential: a credential is named in A-Z a-z 0-9 . _ -')
  return ok({ passphraseFile: file ?? null, passphraseCredential: credential ?? null })
}

/** @param why a certificate is needed, as in “the cache opens with its certificate” */
export async function askedIdentity(
  values: Typed<typeof identityOptions>,
  why: string,
): Promise<Result<Identity>> {
  const { identity: file } = values
  if (file === undefined) return fail('command.invalid', `--identity is missing: ${why}`, '--identity')
  const options = passphraseOptionsOf(values)
  if (!options.ok) return options
  const bytes = await readIdentity(file)
  if (!bytes.ok) return bytes
  const source = await findPassphrase(options.value, process.env)
  const passphrase =
    source.from === 'prompt'
      ? await askAtTerminal(`The passphrase of ${file}: `)
      : await readPassphrase(source)
  if (!passphrase.ok) return passphrase
  return openIdentity(bytes.value, passphrase.value, file)
}
