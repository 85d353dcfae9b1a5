import { describe, expect, it } from 'vitest'
import { bannersOf } from '../../../../renderer/desk/banners/banners.ts'
import { createSpeech } from '../../../../renderer/speech/speech.ts'
import { refInWords } from '../../../../renderer/board/log/lines.ts'
import { linesOf, notesAbout, notesOf, numbersOf } from '../../../../renderer/desk/log/log.ts'
import { changeOf, factsOf } from '../../../../renderer/desk/selection/facts.ts'
import { historyOf } from '../../../../renderer/desk/selection/history.ts'
import { incidentRecord, minutesAgo, noteRecord, now } from '../../../doubles/picture.ts'
import { screenOf, speechIn, stateOf } from '../../../doubles/desk.ts'

describe('banners', () => {
  it('stand only where something is not in order', () => {
    const fine = stateOf({
      scenes: [],
      identity: { subject: 's', issuer: 'i', notAfter: now + 90 * 86_400_000 },
    })
    expect(bannersOf(fine, { state: 'live', since: now, server: 's', known: 1 }, now, null)).toEqual([])
  })
  it('tell a cut first, then the certificate, then screens and scenes', () => {
    const problem = { code: 'platform.unreachable', message: '', subject: 'localhost' } as const
    const broken = { code: 'scene.invalid', message: 'a.yaml:1:1', subject: 'a.yaml' } as const
    const { node } = stateOf()
    const state = stateOf({
      node: { ...node, exercise: false },
      screens: [screenOf(1, 'situation', { problem: broken })],
      identity: { subject: 's', issuer: 'i', notAfter: now + 5 * 86_400_000 },
    })
    const banners = bannersOf(state, { state: 'waiting', since: now, retryAt: now, problem }, now, null)
    expect(banners.map(({ id }) => id)).toEqual(['connection', 'identity', 'screen 1', 'scene broken'])
    expect(banners[1]?.about).toEqual({ key: 'desk.identity.expires', values: { days: 5 } })
  })
  it('say how far this machine’s clock is off, and that somebody is to set it', () => {
    const state = stateOf({ scenes: [] })
    const said = (skew: number | null, language: 'fr' | 'en') => {
      const speech = createSpeech(() => ({ language, timeZone: 'Europe/Paris' }))
      return bannersOf(state, { state: 'live', since: now, server: 's', known: 1 }, now, skew).map(
        ({ about }) => about && speech.say(about.key, about.values),
      )
    }
    expect(said(null, 'en')).toEqual([])
    expect(said(-4900, 'en')).toEqual([])
    expect(said(9000, 'en')[0]).toMatch(/^This machine’s clock is 9 s slow: .*NTP/)
    expect(said(600_000, 'fr')[0]).toMatch(/^L’horloge de cette machine retarde de 10 min\u202f: .*NTP/)
    expect(said(-3_600_000, 'fr')[0]).toMatch(/^L’horloge de cette machine avance de 60 min\u202f: /)
    expect(said(-3650 * 86_400_000, 'en')[0]).toMatch(/^This machine’s clock is 3650 days fast: /)
  })
  it('ask nobody to renew the certificate of an exercise', () => {
    const state = stateOf({ scenes: [], identity: { subject: 's', issuer: 'i', notAfter: now + 86_400_000 } })
    expect(bannersOf(state, { state: 'live', since: now, server: 's', known: 1 }, now, null)).toEqual([])
  })
  it('tell the same cause once', () => {
    const problem = { code: 'identity.expired', message: '' } as const
    const { node } = stateOf()
    const state = stateOf({ scenes: [], node: { ...node, problem } })
    expect(
      bannersOf(state, { state: 'refused', since: now, problem }, now, null).map(({ id }) => id),
    ).toEqual(['node'])
  })
})

describe('the log', () => {
  const held = [
    [
      noteRecord('security.log', 'n1', minutesAgo(5), { text: 'first', refs: ['INC-042'] }),
      noteRecord('security.log', 'n2', minutesAgo(1), { text: 'third' }),
      noteRecord('security.log', 's1', minutesAgo(1), { text: 'why', category: 'situation' }),
      noteRecord('security.log', 'd1', minutesAgo(1), {
        text: 'decided',
        category: 'decision',
        refs: ['INC-042'],
      }),
    ],
    [noteRecord('health.log', 'n1', minutesAgo(3), { text: 'second', refs: ['id of INC-042'] })],
  ]

  it('is one, newest first, without decisions and without why a domain is as it is', () => {
    expect(linesOf(notesOf(held)).map(({ note }) => note.text)).toEqual(['third', 'second', 'first'])
  })
  it('calls what it names by its own number, the newest where there are several, as the wall does', () => {
    const decided = (number: string, minutes: number) =>
      noteRecord('ops.decisions', 'dec-008', minutesAgo(minutes), {
        text: 'decided',
        category: 'decision',
        number,
      })
    const numbers = numbersOf(notesOf([[decided('DÉC-008', 1), decided('DÉC-007', 3)]]))
    expect(['dec-008', 'inc-042'].map((ref) => refInWords(ref, numbers))).toEqual(['DÉC-008', 'INC-042'])
  })
  it('knows which lines are about an entity, by its name or its event', () => {
    const about = notesAbout(notesOf(held), 'INC-042', 'id of INC-042')
    expect(about.map(({ note }) => note.text)).toEqual(['decided', 'second', 'first'])
  })
})

describe('the selected entity', () => {
  const speech = speechIn('fr')
  const record = (properties: { [name: string]: unknown }) =>
    incidentRecord('security.incidents', 'INC-042', now, properties)

  it('says what it says of itself, and nothing of what is no text or number', () => {
    const facts = factsOf(record({ status: 'confirmé', units: 3, nested: { a: 1 }, flag: true }), speech)
    expect(facts.map(({ name, value }) => [name, value])).toEqual([
      ['', 'confirmé'],
      ['units', '3'],
    ])
  })
  it('says a status and a time that it knows in the reader’s language', () => {
    const facts = factsOf(record({ status: 'under-control', opened: '2026-07-26T17:38:00Z' }), speech)
    expect(facts.map(({ value }) => value)).toEqual(['maîtrisé', '26 juil. 19:38'])
  })
  it('keeps its owner’s flood of properties within bounds', () => {
    const many = Object.fromEntries(Array.from({ length: 500 }, (_, i) => [`p${i}`, 'x']))
    expect(factsOf(record(many), speech).length).toBeLessThanOrEqual(16)
  })
  it('tells once what was said again and again, and since when', () => {
    const versions = [1, 2, 3, 9].map((minutes) =>
      incidentRecord('security.units', 'POL-1', minutesAgo(minutes), { status: 'en route' }),
    )
    expect(historyOf(versions, speech).map(({ text, from, to, times }) => [text, from, to, times])).toEqual([
      ['sans changement', minutesAgo(3), minutesAgo(1), 3],
      ['en route', minutesAgo(9), minutesAgo(9), 1],
    ])
  })
  it('tells what each version changed', () => {
    const before = record({ status: 'signalé', severity: 'Moderate' })
    expect(changeOf(record({ status: 'confirmé', severity: 'Extreme' }), before, speech)).toBe(
      'confirmé · gravité extrême',
    )
    expect(changeOf(before, before, speech)).toBe('sans changement')
  })
})
