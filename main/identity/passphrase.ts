import { access } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { fail, ok, type Result } from '../../preload/contract/result.ts'
import { readGuarded } from './guarded-file.ts'
import { Secret } from './secret.ts'

/** Where this node's passphrase comes from. Beside the certificate, a file opens a stolen disk; the others need not. */
export type PassphraseSource =
  | { from: 'file'; file: string }
  /** systemd hands it to the service (systemd.exec(5), “Credentials”); `folder` null: it handed over none */
  | { from: 'credential'; name: string; folder: string | null }
  /** a person types it: at the desk, or at the terminal of a command */
  | { from: 'prompt' }

/** What the command line says of it; one of them at most. */
export interface PassphraseOptions {
  passphraseFile: string | null
  passphraseCredential: string | null
}

/** The credential that is used where nobody named one. */
const usualCredential = 'vigie-passphrase'
/** A name is a file's name, never a path (systemd.exec(5)). */
export const isCredentialName = (name: string): boolean => /^(?!\.{1,2}$)[A-Za-z0-9_.-]{1,255}$/.test(name)

/** Chosen once, at the start: what is typed by a person today is not looked for on a disk tomorrow. */
export async function findPassphrase(
  { passphraseFile, passphraseCredential }: PassphraseOptions,
  environment: NodeJS.ProcessEnv,
): Promise<PassphraseSource> {
  if (passphraseFile !== null) return { from: 'file', file: passphraseFile }
  const given = environment['CREDENTIALS_DIRECTORY']
  const folder = given === undefined || given === '' ? null : resolve(given)
  if (passphraseCredential !== null) return { from: 'credential', name: passphraseCredential, folder }
  if (folder === null) return { from: 'prompt' }
  const there = await access(join(folder, usualCredential)).then(
    () => true,
    () => false,
  )
  return there ? { from: 'credential', name: usualCredential, folder } : { from: 'prompt' }
}

const most = 4096

/** What a file or a credential holds, without the newline an editor puts there; blanks within and around it count. */
export async function readPassphrase(
  source: Exclude<PassphraseSource, { from: 'prompt' }>,
): Promise<Result<Secret>> {
  const handed = source.from === 'credential'
  if (handed && source.folder === null)
    return fail(
      'identity.passphrase-missing',
      `systemd handed no credentials to this process ($CREDENTIALS_DIRECTORY is not set): ${source.name} needs LoadCredentialEncrypted= in its unit`,
      source.name,
    )
  const file = handed ? join(source.folder ?? '', source.name) : source.file
  const read = await readGuarded(file, {
    guard: handed ? 'handed' : 'secret',
    most,
    unreadable: handed ? 'identity.passphrase-missing' : 'identity.file-unreadable',
    what: handed ? 'the credential' : 'the passphrase file',
  })
  if (!read.ok) return read
  const text = read.value.toString('utf8')
  read.value.fill(0)
  return ok(new Secret(text.replace(/^\uFEFF/, '').replace(/\r?\n$/, '')))
}
