import { X509Certificate } from 'node:crypto'
import { fail, ok, type Result } from '../../preload/contract/result.ts'
import { pemBlocks } from './certificate-facts.ts'
import { readGuarded } from './guarded-file.ts'
import { authorityProblem } from './trust/authorities.ts'

/** The authorities a platform's certificate must come from, PEM. Nothing else is trusted, not the system's own. */
export async function readAuthority(file: string): Promise<Result<string>> {
  const read = await readGuarded(file, {
    guard: 'public',
    most: 4_000_000,
    unreadable: 'authority.file-unreadable',
    what: "the authority's file",
  })
  if (!read.ok) return read
  const found = pemBlocks(read.value.toString('utf8'))
  const readable = found.length > 0 && found.every(parses)
  if (!readable)
    return fail('authority.file-unreadable', 'the file holds no certificate that can be read (PEM)', file)
  const pem = found.join('\n')
  const unfit = authorityProblem(pem, file)
  return unfit === null ? ok(pem) : { ok: false, error: unfit }
}

const parses = (pem: string): boolean => {
  try {
    return new X509Certificate(pem).raw.length > 0
  } catch {
    return false
  }
}
