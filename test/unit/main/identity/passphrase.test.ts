import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findPassphrase, isCredentialName, readPassphrase } from '../../../../main/identity/passphrase.ts'

let folder: string
let credentials: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vigie-passphrase-'))
  credentials = join(folder, 'credentials')
  await mkdir(credentials)
  await put('file', ' two words \n', 0o600)
  await put('credentials/vigie-passphrase', 'the usual', 0o400)
  await put('credentials/another', 'another', 0o440)
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const put = async (name: string, content: string, mode: number): Promise<string> => {
  await writeFile(join(folder, name), content)
  await chmod(join(folder, name), mode)
  return join(folder, name)
}
const none = { passphraseFile: null, passphraseCredential: null }
const given = () => ({ CREDENTIALS_DIRECTORY: credentials })

/** what the command line and the environment lead to */
const readAs = async (options: Partial<typeof none | Record<string, string>>, environment = {}) => {
  const source = await findPassphrase({ ...none, ...options }, environment)
  if (source.from === 'prompt') return 'a person is asked'
  const read = await readPassphrase(source)
  return read.ok ? read.value.reveal() : read.error.code
}

describe('the passphrase', () => {
  it('comes from a file that only its owner may read, without its last newline', async () => {
    expect(await readAs({ passphraseFile: join(folder, 'file') })).toBe(' two words ')
  })

  it('is refused where others may read or change its file, with the line that closes it', async () => {
    const file = await put('open', 'open', 0o644)
    const read = await readPassphrase({ from: 'file', file })
    expect(read).toMatchObject({ ok: false, error: { code: 'file.readable-by-others', subject: file } })
    expect(!read.ok && read.error.message).toContain(`chmod 600 ${file}`)
    expect(await readAs({ passphraseFile: await put('changed', 'x', 0o622) })).toBe('file.writable-by-others')
  })

  it('comes from systemd: the credential that is named, else the usual one', async () => {
    expect(await readAs({ passphraseCredential: 'another' }, given())).toBe('another')
    expect(await readAs({}, given())).toBe('the usual')
  })

  it('is missing where systemd handed over nothing of that name', async () => {
    expect(await readAs({ passphraseCredential: 'none' }, given())).toBe('identity.passphrase-missing')
    expect(await readAs({ passphraseCredential: 'another' })).toBe('identity.passphrase-missing')
  })

  it('is asked for where there is no other source', async () => {
    expect(await readAs({})).toBe('a person is asked')
    expect(await readAs({}, { CREDENTIALS_DIRECTORY: join(folder, 'elsewhere') })).toBe('a person is asked')
  })

  it('comes from the file that the command line names, whatever systemd handed over', async () => {
    expect(await readAs({ passphraseFile: join(folder, 'file') }, given())).toBe(' two words ')
  })

  it('is no essay', async () => {
    expect(await readAs({ passphraseFile: await put('long', 'x'.repeat(4097), 0o600) })).toBe(
      'identity.file-unreadable',
    )
  })

  it('has a credential’s name, which is no path', () => {
    for (const name of ['..', '.', 'a/b', '', 'a b']) expect(isCredentialName(name), name).toBe(false)
    expect(isCredentialName('vigie-passphrase')).toBe(true)
  })
})
