/** A passphrase that seals: where nobody wrote it down for this node, it is typed twice. */
import { timingSafeEqual } from 'node:crypto'
import { fail, ok, type Result } from '../../preload/contract/result.ts'
import { askAtTerminal } from '../identity/ask-at-terminal.ts'
import {
  findPassphrase,
  readPassphrase,
  type PassphraseOptions,
  type PassphraseSource,
} from '../identity/passphrase.ts'
import type { Secret } from '../identity/secret.ts'

function isSame(one: Secret, other: Secret): boolean {
  const [a, b] = [one.copy(), other.copy()]
  try {
    return a.length === b.length && timingSafeEqual(a, b)
  } finally {
    a.fill(0)
    b.fill(0)
  }
}

async function typedTwice(what: string): Promise<Result<Secret>> {
  const first = await askAtTerminal(`A new passphrase for ${what}: `)
  if (!first.ok) return first
  const again = await askAtTerminal('The same once more: ')
  if (!again.ok) return again
  const same = isSame(first.value, again.value)
  again.value.erase()
  if (same) return first
  first.value.erase()
  return fail('identity.passphrase-wrong', 'the two that were typed are not the same', what)
}

function notEmpty(passphrase: Result<Secret>, what: string): Result<Secret> {
  if (!passphrase.ok) return passphrase
  const bytes = passphrase.value.copy()
  const { length } = bytes
  bytes.fill(0)
  return length > 0 ? passphrase : fail('identity.passphrase-missing', 'the passphrase is empty', what)
}

/** @param what is sealed, for the prompt @returns where it comes from, too: a node reads it there when it starts */
export async function newPassphrase(
  options: PassphraseOptions,
  what: string,
): Promise<Result<{ passphrase: Secret; source: PassphraseSource }>> {
  const source = await findPassphrase(options, process.env)
  const read = notEmpty(
    source.from === 'prompt' ? await typedTwice(what) : await readPassphrase(source),
    what,
  )
  return read.ok ? ok({ passphrase: read.value, source }) : read
}

/** One that there is already. */
export async function oldPassphrase(options: PassphraseOptions, what: string): Promise<Result<Secret>> {
  const source = await findPassphrase(options, process.env)
  return source.from === 'prompt' ? askAtTerminal(`The passphrase of ${what}: `) : readPassphrase(source)
}
