/** Identities in their table, and an enrolment in its steps: what is said, and in what order. */
import { describe, expect, it } from 'vitest'
import { enrolmentSteps, type Enrolment, type IdentityRow } from '../../../../preload/contract/identities.ts'
import { opensBy } from '../../../../renderer/provisioning/identities/keys.ts'
import {
  countsOf,
  lastNameOf,
  lifeBar,
  lostWith,
  nameFor,
  namesIn,
  saidIdentity,
  sortedRows,
  spanInWords,
  toneOf,
} from '../../../../renderer/provisioning/identities/rows.ts'
import {
  saidSteps,
  shortFingerprint,
  stateOfStep,
} from '../../../../renderer/provisioning/identities/steps.ts'
import { createSpeech } from '../../../../renderer/speech/speech.ts'

const day = 86_400_000
const now = Date.UTC(2026, 6, 26, 12)
const speechIn = (language: 'fr' | 'en') => createSpeech(() => ({ language, timeZone: 'UTC' }))
const french = speechIn('fr')

const rowOf = (id: string, left: number | null, more: Partial<IdentityRow> = {}): IdentityRow => ({
  ...{ id, name: id, place: 'sealed', state: 'ready', subject: `CN=${id}, OU=Vigie` },
  ...{ issuer: 'O=CNCS, CN=AC Postes CNCS', key: 'RSA 3072', serves: ['platform'] },
  notBefore: left === null ? null : now + (left - 365) * day,
  notAfter: left === null ? null : now + left * day,
  ...{ renewal: null, requested: null, replaced: null, revocation: 'good' },
  list: { number: '412', thisUpdate: now - 14 * 60_000, state: 'fresh' },
  ...{ inUse: false, opensAlone: false, problem: null },
  ...more,
})
const revoked = rowOf('revoked', 200, { revocation: 'revoked' })
const kept = rowOf('kept.1', -195, { state: 'replaced', replaced: now - 195 * day, revocation: 'unasked' })
const asked = rowOf('asked', null, { state: 'requested', place: 'request', requested: now - day, serves: [] })
const all = [
  kept,
  rowOf('fine', 170),
  asked,
  rowOf('month', 26),
  rowOf('gone', -2),
  rowOf('week', 5),
  revoked,
]

describe('the table', () => {
  it.each([
    [31, 'good'],
    [30, 'watch'],
    [7, 'soon'],
    [1, 'now'],
    [-1, 'over'],
  ] as const)('with %i days left it is %s', (left, tone) => {
    expect(toneOf(rowOf('x', left), now)).toBe(tone)
  })

  it('has first what needs somebody most, and what is only kept last', () => {
    expect(sortedRows(all, now).map(({ id }) => id)).toEqual([
      ...['revoked', 'gone', 'week', 'month', 'asked', 'fine', 'kept.1'],
    ])
    expect(countsOf(all, now)).toEqual({ count: 7, soon: 3, bad: 1 })
  })

  it('says each in words, never by colour alone', () => {
    expect(saidIdentity(rowOf('month', 26), now, french)).toMatchObject({
      ...{ title: 'CN=month, OU=Vigie', where: 'fichier scellé, RSA 3072', serves: 'plateforme' },
      ...{ issuer: 'AC Postes CNCS', left: 'reste 26 j', until: '21 août 2026', revocation: 'non révoquée' },
    })
    expect(saidIdentity(revoked, now, french)).toMatchObject({
      ...{ left: 'inutilisable', serves: 'rien, à retirer', revocation: 'révoquée' },
    })
    expect(saidIdentity(rowOf('gone', -2), now, speechIn('en')).left).toBe('expired, 2 days')
    expect(saidIdentity(asked, now, french)).toMatchObject({ where: 'demande en attente, RSA 3072' })
  })

  it('an expired one still opens the vault, and says so', () => {
    const expired = rowOf('gone', -2, { serves: ['platform', 'vault'] })
    expect(saidIdentity(expired, now, french).serves).toBe('coffre')
  })

  it('a life is a bar from its beginning to its end, with now and the renewal on it', () => {
    expect(lifeBar(rowOf('x', 73, { renewal: now + 36.5 * day }), now)).toEqual({ now: 0.8, renewal: 0.9 })
    expect(lifeBar(rowOf('x', -10), now)).toEqual({ now: 1, renewal: null })
    expect(lifeBar(asked, now)).toBeNull()
  })

  it('a long time is said as somebody plans by it', () => {
    expect(spanInWords(1433 * day, french.say)).toBe('3 ans 11 mois')
    expect(spanInWords(5 * 3_600_000, french.say)).toBe('5 h')
  })
})

describe('what somebody types', () => {
  it('a name in the store follows from the subject, and is none that is taken', () => {
    expect(nameFor('CN=Poste 07 été, OU=Vigie', [])).toBe('poste-07-ete')
    expect(nameFor('CN=poste-07', ['poste-07'])).toBe('poste-07-2')
    expect(lastNameOf('O=CNCS, CN=AC Postes')).toBe('AC Postes')
    expect(namesIn('a.fr, b.fr;10.0.0.1')).toEqual(['a.fr', 'b.fr', '10.0.0.1'])
  })

  it('what goes with an identity is said before it goes', () => {
    expect(lostWith(rowOf('x', 3))).toEqual(['key'])
    expect(lostWith(rowOf('x', 3, { inUse: true, opensAlone: true, serves: ['vault'] }))).toEqual([
      ...['key', 'inUse', 'alone'],
    ])
    expect(lostWith(rowOf('x', 3, { serves: ['vault'], requested: now }))).toEqual([
      'key',
      'opens',
      'request',
    ])
  })

  it('a letter opens what its button says, and no other does', () => {
    expect(['E', 'D', 'I', 'T', 'X', null].map(opensBy)).toEqual([
      ...['enrol', 'create', 'import', 'try', null, null],
    ])
  })
})

describe('an enrolment', () => {
  const enrolment = (more: Partial<Enrolment>): Enrolment => ({
    ...{
      name: 'wall-07',
      subject: 'CN=wall-07',
      names: [],
      server: 'est.cncs.fr',
      begun: now,
      key: 'EC P-384',
    },
    authority: { subject: 'CN=AC', fingerprint: `3fa917c2${'0'.repeat(52)}8e04`, notAfter: now },
    ...{ step: 'request', resumed: false, waiting: null, notAfter: null, outlivesWindow: false },
    ...{ ended: null, problem: null },
    ...more,
  })
  const states = (more: Partial<Enrolment>) =>
    enrolmentSteps.map((step) => stateOfStep(enrolment(more), step))

  it('each step is done, under way, waited for, failed or to come', () => {
    expect(states({})).toEqual(['done', 'done', 'done', 'now', 'later', 'later'])
    expect(states({ waiting: { since: now, next: now } })[3]).toBe('waiting')
    expect(states({ ended: 'failed' })[3]).toBe('failed')
    expect(states({ step: 'trial', ended: 'done' })).toEqual(Array(6).fill('done'))
    expect(states({ step: 'trial', ended: 'untried' })[5]).toBe('later')
  })

  it('one that waits says when it is asked again, and the fingerprint that was compared', () => {
    const steps = saidSteps(enrolment({ waiting: { since: now, next: now + 20_000 } }), now, french)
    expect(steps[3]?.lines).toEqual(['l’autorité doit approuver', `nouvel essai dans 20\u00a0s`])
    expect(steps[0]?.lines[1]).toBe('3FA9 17C2 … 8E04')
    expect(shortFingerprint('ab'.repeat(32))).toBe('ABAB ABAB … ABAB')
  })
})
