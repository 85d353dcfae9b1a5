/** Certificates as no honest authority makes them, and lists of revoked ones as OpenSSL makes them. */
import { execFile } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import forge from 'node-forge'
import type { Authority, Issued } from '../../main/exercise/authority.ts'

const day = 86_400_000

/** PEM; what comes behind the first certificate are those above it, as a server sends them. */
export interface Made {
  certificate: string
  key: string
  name: string
  /** hexadecimal digits */
  serial: string
}

export interface Wanted {
  name: string
  /** null: itself */
  by: Made | null
  key?: string
  serial?: string
  days?: [from: number, to: number]
  hash?: 'sha256' | 'sha1' | 'md5'
  /** an authority, with so many below it at most */
  authority?: boolean | number
  /** null: it says nothing of what it is for */
  purposes?: readonly ('serverAuth' | 'clientAuth' | 'OCSPSigning')[] | null
  /** null: it names no host */
  hosts?: readonly string[] | null
  /** an authority may sign lists of revoked certificates, unless this says otherwise */
  lists?: boolean
  /** further ones, as node-forge takes them */
  extensions?: readonly object[]
}

/** PEM. Keys cost time, and most tests don't care whose they are. */
export function makeKey(bits = 2048): string {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: bits })
  return privateKey.export({ type: 'pkcs1', format: 'pem' }).toString()
}

let serials = 0

export function make(wanted: Wanted): Made {
  const { name, by, hash = 'sha256', days = [-1, 30], authority = false } = wanted
  const { purposes = authority === false ? ['serverAuth'] : null, hosts = ['localhost', '127.0.0.1'] } =
    wanted
  const key = wanted.key ?? makeKey()
  const own = forge.pki.privateKeyFromPem(key)
  const certificate = forge.pki.createCertificate()
  certificate.publicKey = forge.pki.setRsaPublicKey(own.n, own.e)
  certificate.serialNumber = wanted.serial ?? `40${(++serials).toString(16).padStart(6, '0')}`
  certificate.validity.notBefore = new Date(Date.now() + days[0] * day)
  certificate.validity.notAfter = new Date(Date.now() + days[1] * day)
  certificate.setSubject([{ shortName: 'CN', value: name }])
  certificate.setIssuer([{ shortName: 'CN', value: by?.name ?? name }])
  const isAddress = (host: string): boolean => /^[\d.]+$/.test(host)
  const altNames = (hosts ?? []).map((host) =>
    isAddress(host) ? { type: 7, ip: host } : { type: 2, value: host },
  )
  const room = typeof authority === 'number' ? { pathLenConstraint: authority } : {}
  certificate.setExtensions([
    { name: 'basicConstraints', cA: authority !== false, critical: true, ...room },
    authority === false
      ? { name: 'keyUsage', digitalSignature: true, critical: true }
      : { name: 'keyUsage', keyCertSign: true, cRLSign: wanted.lists !== false, critical: true },
    { name: 'subjectKeyIdentifier' },
    ...(purposes === null
      ? []
      : [{ name: 'extKeyUsage', ...Object.fromEntries(purposes.map((purpose) => [oidOf[purpose], true])) }]),
    ...(authority !== false || altNames.length === 0 ? [] : [{ name: 'subjectAltName', altNames }]),
    ...(wanted.extensions ?? []),
  ])
  certificate.sign(forge.pki.privateKeyFromPem(by?.key ?? key), forge.md[hash].create())
  return { certificate: forge.pki.certificateToPem(certificate), key, name, serial: certificate.serialNumber }
}

const oidOf = { serverAuth: 'serverAuth', clientAuth: 'clientAuth', OCSPSigning: '1.3.6.1.5.5.7.3.9' }

/** As a server sends it: its own, and those above it but the root. */
export const withAbove = (one: Made, ...above: Made[]): Made => ({
  ...one,
  certificate: [one, ...above].map(({ certificate }) => certificate).join(''),
})

/** What OpenSSL keeps of an authority's certificates, in a folder of its own. */
export interface Register {
  folder: string
  /** `index.txt`, which `openssl ocsp` answers from, too */
  index: string
  /** @returns DER. @param days from now, since when it is and when the next is due */
  list(options?: { number?: number; days?: readonly [from: number, to: number] }): Promise<Buffer>
  /** of these; all that it knew before goes on */
  revoke(...certificates: Made[]): Promise<void>
  /** knows this one, and has not revoked it */
  know(certificate: Made): Promise<void>
  dispose(): Promise<void>
}

const openssl = promisify(execFile)
/** As OpenSSL takes times; its register has years of two digits. */
const stamp = (offset: number): string =>
  `${new Date(Date.now() + offset * day).toISOString().replace(/[-:T]/g, '').slice(0, 14)}Z`

export async function keepRegister(authority: Made): Promise<Register> {
  const folder = await mkdtemp(join(tmpdir(), 'vigie-register-'))
  const at = (name: string): string => join(folder, name)
  let lines = ''
  await writeFile(at('ca.pem'), authority.certificate)
  await writeFile(at('ca.key'), authority.key, { mode: 0o600 })
  await writeFile(
    at('ca.cnf'),
    `[ca]\ndefault_ca = own\n[own]\ndatabase = ${at('index.txt')}\ncrlnumber = ${at('number')}\ncertificate = ${at('ca.pem')}\nprivate_key = ${at('ca.key')}\ndefault_md = sha256\ncrl_extensions = of_list\n[of_list]\nauthorityKeyIdentifier = keyid:always\n`,
  )
  const write = (line: string): Promise<void> => writeFile(at('index.txt'), (lines += line))
  await write('')
  const lineOf = (state: string, when: string, { serial, name }: Made): string =>
    `${state}\t${stamp(30).slice(2)}\t${when}\t${serial.toUpperCase()}\tunknown\t/CN=${name}\n`
  return {
    folder,
    index: at('index.txt'),
    revoke: (...certificates) =>
      write(certificates.map((one) => lineOf('R', `${stamp(-0.01).slice(2)},keyCompromise`, one)).join('')),
    know: (one) => write(lineOf('V', '', one)),
    async list({ number = 1, days = [-0.01, 7] as const } = {}) {
      await writeFile(at('number'), `${number.toString(16).padStart(4, '0')}\n`)
      const times = ['-crl_lastupdate', stamp(days[0]), '-crl_nextupdate', stamp(days[1])]
      await openssl('openssl', ['ca', '-gencrl', '-config', at('ca.cnf'), ...times, '-out', at('list.pem')])
      await openssl('openssl', ['crl', '-in', at('list.pem'), '-outform', 'DER', '-out', at('list.der')])
      return readFile(at('list.der'))
    },
    dispose: () => rm(folder, { recursive: true, force: true }),
  }
}

/** A platform's authority that can revoke what it issued: its key is not forgotten. */
export function authorityOf(root: Made): Authority & { issued: readonly Made[] } {
  const issued: Made[] = []
  const issue = (wanted: Omit<Wanted, 'by'>): Promise<Issued> => {
    const made = make({ ...wanted, by: root })
    issued.push(made)
    return Promise.resolve({ certificate: made.certificate, key: made.key, user: `CN=${made.name}` })
  }
  const server = (hosts: readonly string[], purposes: Wanted['purposes'] & object) =>
    issue({ name: hosts[0] ?? 'localhost', hosts, purposes })
  return {
    issued,
    certificate: root.certificate,
    issueServer: (hosts) => server(hosts, ['serverAuth']),
    issueRoute: (hosts) => server(hosts, ['serverAuth', 'clientAuth']),
    issueClient: (subject) =>
      issue({
        name: subject.find(([type]) => type === 'CN')?.[1] ?? '–',
        hosts: null,
        purposes: ['clientAuth'],
      }),
  }
}
