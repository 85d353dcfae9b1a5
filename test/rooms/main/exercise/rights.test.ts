import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { createAuthority, type Subject } from '../../../../main/exercise/authority.ts'
import {
  actsOf,
  addingFiles,
  deliversOf,
  entersOf,
  looksOf,
  nodeUser,
  savesOf,
  trailOf,
} from '../../../../main/exercise/rights.ts'
import { authorization } from '../../../../main/exercise/server.ts'
import { inboxOf } from '../../../../main/identity/inbox.ts'
import { actIds, rowOf } from '../../../../preload/contract/act.ts'
import { fittingActs } from '../../../doubles/acts.ts'

const printed = (command: string, input = '') =>
  execFileSync('sh', ['-c', command], { input, encoding: 'utf8' }).trim()

it('the README’s rights are the ones that the exercise’s own server has', () => {
  const [, block = ''] = /```conf\n([\s\S]*?)```/.exec(readFileSync('README.md', 'utf8')) ?? []
  const place = { organisation: 'CNCS', wall: 'salle de crise', node: 'poste-07' }
  const looks = looksOf(place)
  const node = nodeUser('OU=Vigie,CN=wall-01', {
    permitted: ['security.incidents', 'ops.acts', 'ops.log', 'ops.documents', 'command.reports'],
    refused: ['security.intelligence'],
    writes: [
      savesOf(place),
      ...actsOf('ops.acts', place),
      entersOf('ops.log', place),
      deliversOf('vigie.document.v1', 'ops.documents', place),
      deliversOf('vigie.report.v1', 'command.reports', place),
      deliversOf('vigie.feature.v1', 'ops.observations', place),
      ...addingFiles,
      ...looks.writes,
      ...trailOf(place),
    ],
    hears: looks.hears,
  })
  expect(block).toContain('verify_and_map: true')
  expect(block.slice(block.indexOf('authorization')).trim()).toBe(authorization([node]))
})

/** As the server reads it: `*` is one token, `>` all that follow. */
const allows = (subject: string, entity: string): boolean => {
  const [allowed, said] = [subject.split('.'), entity.split('.')]
  const many = allowed.at(-1) === '>'
  return (
    (many ? said.length >= allowed.length : said.length === allowed.length) &&
    allowed.every((token, at) => token === '*' || token === '>' || token === said[at])
  )
}

describe('a node may write', () => {
  const place = { organisation: 'CNCS', wall: 'salle de crise', node: 'poste-07' }
  const subjectsOf = (act: (typeof actIds)[number], at = place) =>
    `dp.ops.acts.${rowOf(act).about(fittingActs[act], at)}`
  const mayAt = (where: typeof place | null, subject: string, refused: string[] = []): boolean =>
    actsOf('ops.acts', where, refused).some((each) => allows(each, subject))

  it.each(actIds.filter((act) => rowOf(act).shared !== null))('what everybody hears of: %s', (act) => {
    const subject = subjectsOf(act)
    expect(mayAt(place, subject)).toBe(true)
    expect(mayAt(null, subject)).toBe(true)
    expect(mayAt(place, subject, [rowOf(act).about.token])).toBe(false)
    const elsewhere = subjectsOf(act, { ...place, wall: 'salle B' })
    expect(mayAt(place, elsewhere)).toBe(!rowOf(act).about.ofWall)
  })

  it('of itself, and of no other node', () => {
    expect(mayAt(place, subjectsOf('present', { ...place, node: 'poste-08' }))).toBe(false)
  })
})

describe('an inbox', () => {
  it.each(['/CN=wall-01/OU=Vigie', '/C=FR/O=Ministère/OU=Préfecture, Paris \\+ "Seine"/CN=#mur <7>; est '])(
    'is what the README’s line prints: %s',
    (subject) => {
      const certificate = printed(
        `openssl req -x509 -newkey rsa:2048 -nodes -keyout /dev/null -days 1 -utf8 -subj '${subject}' 2>/dev/null`,
      )
      const name = printed('openssl x509 -noout -subject -nameopt RFC2253,-esc_msb', certificate)
      const user = name.replace(/^subject=/, '')
      expect(inboxOf(certificate)).toBe(`_INBOX_${printed('sha256sum | cut -c1-16', user)}`)
    },
  )

  it('stays when the certificate is renewed, and is nobody else’s', async () => {
    const authority = await createAuthority('Ours', Date.now())
    const issued: Subject[] = [
      [['CN', 'wall-01']],
      [['CN', 'wall-01']],
      [['CN', 'WALL-01']],
      [
        ['CN', 'wall-01'],
        ['OU', 'Other'],
      ],
    ]
    const inboxes = await Promise.all(
      issued.map(async (subject) => inboxOf((await authority.issueClient(subject)).certificate)),
    )
    expect(inboxes[1]).toBe(inboxes[0])
    expect(new Set(inboxes).size).toBe(3)
  })
})
