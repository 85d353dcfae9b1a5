/**
 * Every broken certificate of a server that there is, each made here, each shown by a real nats-server to the real
 * intake: refused, and said for what it is, in words of its own and with what to do.
 */
import forge from 'node-forge'
import { afterAll, describe, expect, it, vi } from 'vitest'
import en from '../../../../../resources/translations/en.json' with { type: 'json' }
import fr from '../../../../../resources/translations/fr.json' with { type: 'json' }
import { make, makeKey, withAbove, type Made } from '../../../../platform/certificates.ts'
import { gatherMeetings } from './meet.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

const key = makeKey()
const root = make({ name: 'Root', by: null, authority: true, days: [-30, 300] })
const meetings = await gatherMeetings()
afterAll(() => meetings.close())

const server = { name: 'localhost', by: root, key } as const
const { asn1 } = forge

/** RFC 5280 §4.2.1.10: names of hosts below this one only. */
const namesBelow = (host: string) => ({
  id: '2.5.29.30',
  critical: true,
  value: asn1.create(asn1.Class.UNIVERSAL, asn1.Type.SEQUENCE, true, [
    asn1.create(asn1.Class.CONTEXT_SPECIFIC, 0, true, [
      asn1.create(asn1.Class.UNIVERSAL, asn1.Type.SEQUENCE, true, [
        asn1.create(asn1.Class.CONTEXT_SPECIFIC, 2, false, host),
      ]),
    ]),
  ]),
})
const unknownCritical = {
  id: '1.3.6.1.4.1.99999.1',
  critical: true,
  value: asn1.create(asn1.Class.UNIVERSAL, asn1.Type.NULL, false, ''),
}

const below = (
  wanted: Partial<Parameters<typeof make>[0]>,
  leaf: Partial<Parameters<typeof make>[0]> = {},
): Made => {
  const between = make({ name: 'Between', by: root, authority: true, ...wanted })
  return withAbove(make({ ...server, by: between, ...leaf }), between)
}

/** Two authorities that signed each other, and nobody else did. */
function ring(): Made {
  const one = make({ name: 'One', by: null, authority: true })
  const other = make({ name: 'Other', by: one, authority: true })
  const oneByOther = make({ name: 'One', by: other, key: one.key, authority: true })
  return withAbove(make({ ...server, by: oneByOther }), oneByOther, other)
}

const another = make({ name: 'Root', by: null, authority: true })

const table: readonly [what: string, own: () => Made, code: string][] = [
  [
    'for clients only (no serverAuth)',
    () => make({ ...server, purposes: ['clientAuth'] }),
    'platform.certificate-usage',
  ],
  [
    'that does not say what it is for',
    () => make({ ...server, purposes: null }),
    'platform.certificate-usage',
  ],
  [
    'with an RSA key of 1024 bits',
    () => make({ ...server, key: makeKey(1024) }),
    'platform.certificate-weak-key',
  ],
  ['below an authority with 1024 bits', () => below({ key: makeKey(1024) }), 'platform.certificate-weak-key'],
  ['signed with SHA-1', () => make({ ...server, hash: 'sha1' }), 'platform.certificate-weak-signature'],
  ['signed with MD5', () => make({ ...server, hash: 'md5' }), 'platform.certificate-weak-signature'],
  [
    'below an authority signed with SHA-1',
    () => below({ hash: 'sha1' }),
    'platform.certificate-weak-signature',
  ],
  ['that names no host', () => make({ ...server, hosts: null }), 'platform.certificate-nameless'],
  [
    'for another host',
    () => make({ ...server, hosts: ['elsewhere.example'] }),
    'platform.host-name-mismatch',
  ],
  [
    'whose authority may name only others',
    () => below({ extensions: [namesBelow('example.org')] }),
    'platform.name-not-permitted',
  ],
  [
    'with one authority too many above it',
    () => {
      const first = make({ name: 'First', by: root, authority: 0 })
      const second = make({ name: 'Second', by: first, authority: true })
      return withAbove(make({ ...server, by: second }), second, first)
    },
    'platform.path-too-long',
  ],
  ['that has expired', () => make({ ...server, days: [-9, -1] }), 'platform.certificate-expired'],
  ['below an authority that has expired', () => below({ days: [-9, -1] }), 'platform.authority-expired'],
  ['that is not valid yet', () => make({ ...server, days: [1, 9] }), 'platform.certificate-not-yet-valid'],
  ['whose authorities vouch for each other', ring, 'platform.chain-loop'],
  [
    'with a critical extension that nobody knows',
    () => make({ ...server, extensions: [unknownCritical] }),
    'platform.certificate-not-understood',
  ],
  [
    'with a serial number of 40 octets',
    () => make({ ...server, serial: `40${'ab'.repeat(39)}` }),
    'platform.certificate-malformed',
  ],
  ['of an authority of the same name', () => make({ ...server, by: another }), 'platform.authority-unknown'],
  ['below one that is no authority', () => below({ authority: false }), 'platform.authority-unknown'],
  ['that it signed itself', () => make({ ...server, by: null }), 'platform.certificate-self-signed'],
]

describe('a server with a certificate', () => {
  it.each(table)('%s is refused and said for what it is', async (_what, own, code) => {
    const met = await meetings.meet({ own: own(), pinned: root.certificate })
    expect(await met.problem()).toBe(code)
    expect(met.connections.map(({ state }) => state)).not.toContain('live')
    for (const words of [en, fr] as Record<string, string>[])
      for (const part of ['cause', 'next']) expect(words[`problem.${code}.${part}`]).toBeTruthy()
  })

  it('that is as it should be is taken, below the root and below one that it appointed', async () => {
    for (const own of [make({ ...server }), below({})]) {
      const met = await meetings.meet({ own, pinned: root.certificate })
      await met.state('live')
      expect(met.facts.at(-1)).toMatchObject({ tls: 'TLSv1.3', subject: 'CN=localhost', ocsp: 'none' })
    }
  })

  it('of any of several pinned authorities is taken', async () => {
    const third = make({ name: 'Third', by: null, authority: true })
    const met = await meetings.meet({
      own: make({ ...server, by: third }),
      pinned: `${root.certificate}\n${third.certificate}`,
    })
    await met.state('live')
  })
})
