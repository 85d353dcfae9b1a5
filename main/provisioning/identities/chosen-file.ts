/**
 * A file that a person chose in main's own dialog: read here, and kept until it is used. The page hears what it holds,
 * never where it lies.
 */
import { basename } from 'node:path'
import type { Chosen } from '../../../preload/contract/identities.ts'
import { fail, ok, type Result } from '../../../preload/contract/result.ts'
import { readAuthority } from '../../identity/authority.ts'
import { certificatesIn, looksPkcs12 } from '../../identity/certificates-in.ts'
import { listIdentities, readIdentityNamed } from '../../identity/identities.ts'
import { readIdentity } from '../../identity/open-identity.ts'
import { fingerprintOf } from '../../identity/wrapping.ts'
import { pinnedIn } from './tell-identities.ts'

export interface ChosenFile {
  told: Chosen
  /** empty for an authority */
  bytes: Uint8Array
  /** PEM, of an authority */
  authority: string
}

/** The page knows no folder of what a person chose: words say the file's name. */
export const withoutFolder = <T>(result: Result<T>, file: string): Result<T> => {
  if (result.ok) return result
  const shorten = (text: string) => text.replaceAll(file, basename(file))
  const { error } = result
  return fail(error.code, shorten(error.message), shorten(error.subject ?? file))
}

/** Of what in the store an answer is for. */
async function fitting(profile: string, bytes: Uint8Array, file: string): Promise<Result<string[]>> {
  const all = certificatesIn(bytes, basename(file))
  if (!all.ok) return all
  const keys = new Set(all.value.map(({ publicKey }) => fingerprintOf(publicKey)))
  const listed = await listIdentities(profile, Date.now())
  const fits: string[] = []
  for (const { name, state } of listed.ok ? listed.value : []) {
    const read = state === 'replaced' ? null : await readIdentityNamed(profile, name)
    if (read?.ok !== true) continue
    const asked = read.value.outstanding ?? read.value.current
    if (asked !== null && keys.has(asked.key.publicKey)) fits.push(name)
  }
  return ok(fits)
}

export async function readChosen(
  profile: string,
  file: string,
  what: 'import' | 'authority',
): Promise<Result<ChosenFile>> {
  const told = { file: basename(file), fits: [], authorities: [] }
  if (what === 'authority') {
    const authority = withoutFolder(await readAuthority(file), file)
    if (!authority.ok) return authority
    return ok({
      told: { ...told, holds: 'authority', authorities: pinnedIn(authority.value) },
      ...{ bytes: new Uint8Array(), authority: authority.value },
    })
  }
  const bytes = withoutFolder(await readIdentity(file), file)
  if (!bytes.ok) return bytes
  if (looksPkcs12(bytes.value))
    return ok({ told: { ...told, holds: 'pkcs12' }, bytes: bytes.value, authority: '' })
  const fits = await fitting(profile, bytes.value, file)
  return fits.ok
    ? ok({ told: { ...told, holds: 'answer', fits: fits.value }, bytes: bytes.value, authority: '' })
    : fits
}
