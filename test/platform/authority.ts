/**
 * An authority as an organisation runs it, by openssl: it answers requests, of RSA and EC keys, as PEM, DER, PKCS#7 or
 * PKCS#12, soundly or not. Below it may stand another, and below that a third.
 */
import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface Answer {
  /** in the certificate's order, as `/CN=wall-01/OU=Vigie`; left out: the request's own */
  subject?: string
  /** lines of an openssl extension section */
  extensions?: string[]
  days?: number
  /** hexadecimal */
  serial?: string
  hash?: 'sha256' | 'sha1'
}

export interface TestAuthority {
  /** its own certificate, PEM */
  certificate: string
  /** its own and those above it, PEM */
  chain: string[]
  /** @param request PKCS#10, PEM @returns the certificate, PEM */
  answer(request: string, options?: Answer): Promise<string>
  /** another that stands below it */
  below(name: string): Promise<TestAuthority>
  dispose(): Promise<void>
}

export const openssl = (args: readonly string[], input: string | Uint8Array = ''): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    const child = execFile('openssl', args, { encoding: 'buffer' }, (error, stdout, stderr) => {
      if (error) reject(new Error(`openssl ${args.join(' ')}: ${stderr.toString()}`))
      else resolve(stdout)
    })
    child.stdin?.end(input)
  })

const forClients = [
  'basicConstraints=critical,CA:FALSE',
  'keyUsage=critical,digitalSignature',
  'extendedKeyUsage=clientAuth',
]
const forAuthorities = ['basicConstraints=critical,CA:TRUE', 'keyUsage=critical,keyCertSign,cRLSign']

export async function startAuthority(name: string): Promise<TestAuthority> {
  const directory = await mkdtemp(join(tmpdir(), 'vigie-authority-'))
  const at = (file: string) => join(directory, file)
  let count = 0

  const makeRequest = async (key: string, subject: string): Promise<string> => {
    await openssl(['genpkey', '-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256', '-out', key])
    return (await openssl(['req', '-new', '-utf8', '-key', key, '-subj', subject])).toString()
  }
  const sign = async (
    request: string,
    options: Answer,
    by: { key: string; certificate: string } | { self: string },
  ) => {
    const extensions = at(`${++count}.ext`)
    await writeFile(extensions, [`[ext]`, ...(options.extensions ?? forClients)].join('\n'))
    const signer = 'self' in by ? ['-key', by.self] : ['-CA', by.certificate, '-CAkey', by.key]
    const subject = options.subject === undefined ? [] : ['-subj', options.subject]
    return openssl(
      [
        ...['x509', '-req', ...signer, '-set_serial', `0x${options.serial ?? (0x1000 + count).toString(16)}`],
        ...['-days', String(options.days ?? 30), `-${options.hash ?? 'sha256'}`],
        ...['-extfile', extensions, '-extensions', 'ext', ...subject],
      ],
      request,
    ).then(String)
  }

  const authority = (key: string, file: string, certificate: string, above: string[]): TestAuthority => ({
    certificate,
    chain: [certificate, ...above],
    answer: (request, options = {}) => sign(request, options, { key, certificate: file }),
    async below(lower) {
      const ownKey = at(`${++count}.key`)
      const ownFile = at(`${count}.pem`)
      const request = await makeRequest(ownKey, `/O=Vigie/CN=${lower}`)
      const pem = await sign(request, { extensions: forAuthorities }, { key, certificate: file })
      await writeFile(ownFile, pem)
      return authority(ownKey, ownFile, pem, [certificate, ...above])
    },
    dispose: () => rm(directory, { recursive: true, force: true }),
  })

  const key = at('root.key')
  const file = at('root.pem')
  const request = await makeRequest(key, `/O=Vigie/CN=${name}`)
  await writeFile(file, await sign(request, { extensions: forAuthorities, days: 3650 }, { self: key }))
  return authority(key, file, await readFile(file, 'utf8'), [])
}

/** Certificates only (RFC 2315, RFC 5652), DER. */
export async function asPkcs7(certificates: readonly string[]): Promise<Buffer> {
  const directory = await mkdtemp(join(tmpdir(), 'vigie-pkcs7-'))
  try {
    const file = join(directory, 'all.pem')
    await writeFile(file, certificates.join('\n'))
    return await openssl(['crl2pkcs7', '-nocrl', '-certfile', file, '-outform', 'DER'])
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

/** @param how options of `openssl pkcs12 -export`, as `-legacy` */
export async function asPkcs12(
  key: string,
  certificates: readonly string[],
  passphrase: string,
  how: readonly string[] = [],
): Promise<Buffer> {
  const directory = await mkdtemp(join(tmpdir(), 'vigie-pkcs12-'))
  try {
    const files = { key: join(directory, 'key.pem'), all: join(directory, 'all.pem') }
    await writeFile(files.key, key)
    await writeFile(files.all, certificates.join('\n'))
    const of = ['-inkey', files.key, '-in', files.all, '-passout', `pass:${passphrase}`]
    return await openssl(['pkcs12', '-export', ...of, ...how])
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}
