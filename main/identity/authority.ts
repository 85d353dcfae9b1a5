import { X509Certificate } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { fail, ok, type Result } from '../../preload/contract/result.ts'
import { reason } from './passphrase.ts'

const block = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g

/** The authorities a platform's certificate must come from, PEM. Nothing else is trusted, not the system's own. */
export async function readAuthority(file: string): Promise<Result<string>> {
  let text: string
  try {
    text = await readFile(file, 'utf8')
  } catch (error) {
    return fail('authority.file-unreadable', `the authority's file could not be read: ${reason(error)}`, file)
  }
  const found = text.match(block) ?? []
  const readable = found.length > 0 && found.every(parses)
  if (!readable)
    return fail('authority.file-unreadable', 'the file holds no certificate that can be read (PEM)', file)
  return ok(found.join('\n'))
}

const parses = (pem: string): boolean => {
  try {
    return new X509Certificate(pem).raw.length > 0
  } catch {
    return false
  }
}
