/** Client certificates as files: what somebody may put where a node looks for its own. */
import { generateKeyPairSync } from 'node:crypto'
import fc, { type Arbitrary } from 'fast-check'
import forge from 'node-forge'
import { hurt, words, type Marks } from './hostile.ts'

/** A PKCS#12 file and the passphrase that somebody types for it. */
export interface CertificateTried {
  file: Uint8Array
  passphrase: string
}

const passphrase = 'correct horse battery staple'

const days = [-100_000, -30_000, -1, 0, 1, 30, 30_000, 2_900_000]
/** Bytes as forge wants them: one character each. */
const inUtf8 = (text: string): string => Buffer.from(text, 'utf8').toString('latin1')
const asDer = (tree: forge.asn1.Asn1): Uint8Array => Buffer.from(forge.asn1.toDer(tree).getBytes(), 'latin1')

export const certificates = (marks: Marks): Arbitrary<CertificateTried> => {
  const makeKey = () =>
    forge.pki.privateKeyFromPem(
      generateKeyPairSync('rsa', { modulusLength: 2048 })
        .privateKey.export({ type: 'pkcs1', format: 'pem' })
        .toString(),
    )
  const key = makeKey()
  const another = makeKey()
  const publicKey = forge.pki.setRsaPublicKey(key.n, key.e)

  const certificate = fc
    .record({
      subject: fc.array(
        fc.record({
          shortName: fc.constantFrom('CN', 'CN', 'OU', 'O', 'C', 'E'),
          value: words(marks).map((all) => all.slice(0, 300) || marks.mark),
          valueTagClass: fc.constantFrom(
            forge.asn1.Type.UTF8,
            forge.asn1.Type.PRINTABLESTRING,
            forge.asn1.Type.BMPSTRING,
          ),
        }),
        { maxLength: 3 },
      ),
      from: fc.constantFrom(...days),
      to: fc.constantFrom(...days),
      serial: fc.constantFrom(
        '00',
        '01',
        '7fffffffffffffffffffffffffffffffffffffff',
        '8001',
        'ff'.repeat(40),
      ),
      markup: fc.option(words(marks), { nil: null }),
    })
    .map(({ subject, from, to, serial, markup }) => {
      const made = forge.pki.createCertificate()
      made.publicKey = publicKey
      made.serialNumber = serial
      made.validity.notBefore = new Date(Date.UTC(2026, 0, 1) + from * 86_400_000)
      made.validity.notAfter = new Date(Date.UTC(2026, 0, 1) + to * 86_400_000)
      const names = subject.map((name) => ({ ...name, value: inUtf8(name.value) }))
      made.setSubject(names as never)
      made.setIssuer(names as never)
      if (markup !== null)
        made.setExtensions([{ name: 'subjectAltName', altNames: [{ type: 2, value: inUtf8(markup) }] }])
      made.sign(key, forge.md.sha256.create())
      return made
    })

  const sealed = fc
    .record({
      own: certificate,
      algorithm: fc.constantFrom('aes256', '3des', null),
      useMac: fc.boolean(),
      named: words(marks),
      with: fc.constantFrom('its own', 'its own', 'its own', 'none', 'another'),
    })
    .map(({ own, algorithm, useMac, named, with: what }) =>
      asDer(
        forge.pkcs12.toPkcs12Asn1(
          what === 'none' ? null : what === 'another' ? another : key,
          [own],
          passphrase,
          {
            algorithm: algorithm as never,
            useMac,
            count: 8,
            friendlyName: inUtf8(named.slice(0, 100)),
          },
        ),
      ),
    )

  /** One that wants its passphrase stretched for a year before it says that it is wrong. */
  const endless = fc.constantFrom(true, false).map((useMac) => {
    const own = forge.pki.createCertificate()
    own.publicKey = publicKey
    own.sign(key, forge.md.sha256.create())
    const rounds = Buffer.from([2, 2, 0x12, 0x34])
    const many = Buffer.from([2, 4, 0x7f, 0xff, 0xff, 0xff])
    const tree = forge.pkcs12.toPkcs12Asn1(key, [own], passphrase, {
      algorithm: '3des',
      useMac,
      count: 0x1234,
    })
    return withLonger(asDer(tree), rounds, many)
  })

  const deep = fc.constantFrom(100, 5000, 60_000).map((depth) => {
    const head = Buffer.from([0x30, 0x80])
    return new Uint8Array(Buffer.concat(Array.from({ length: depth }, () => head)))
  })

  return fc.oneof(
    { weight: 6, arbitrary: sealed.map((file) => ({ file, passphrase })) },
    { weight: 8, arbitrary: hurt(sealed).map((file) => ({ file, passphrase })) },
    { weight: 2, arbitrary: fc.record({ file: sealed, passphrase: words(marks) }) },
    { weight: 1, arbitrary: endless.map((file) => ({ file, passphrase })) },
    { weight: 1, arbitrary: deep.map((file) => ({ file, passphrase })) },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 200 }).map((file) => ({ file, passphrase })) },
  )
}

/** Another, longer value in DER, and every length around it right again; what is in an octet string too. */
function withLonger(der: Uint8Array, from: Buffer, to: Buffer): Uint8Array {
  const read = (bytes: Buffer): Buffer => {
    const parts: Buffer[] = []
    for (let at = 0; at < bytes.length;) {
      const tag = bytes[at] ?? 0
      let length = bytes[at + 1] ?? 0
      let head = 2
      if (length > 0x80) {
        const count = length - 0x80
        length = bytes.readUIntBE(at + 2, count)
        head += count
      }
      const whole = bytes.subarray(at, at + head + length)
      const inner = whole.subarray(head)
      at += whole.length
      if (whole.equals(from)) parts.push(to)
      else if ((tag & 0x20) !== 0 || (tag === 4 && inner[0] === 0x30)) {
        const next = read(inner)
        const size = Buffer.from(next.length.toString(16).padStart(8, '0'), 'hex')
        parts.push(Buffer.concat([Buffer.from([tag, 0x84]), size, next]))
      } else parts.push(whole)
    }
    return Buffer.concat(parts)
  }
  return read(Buffer.from(der))
}
