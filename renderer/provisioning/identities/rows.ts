/** A node's identities as they stand in their table: what needs somebody first, and each in words. */
import { daysLeft, warningOf } from '../../../preload/contract/health.ts'
import type { IdentityRow } from '../../../preload/contract/identities.ts'
import type { Speech } from '../../speech/speech.ts'
import type { Key } from '../../speech/words.ts'

/**
 * How much it needs somebody: it is of no use any more; it has expired; a day, seven, thirty are left; it waits for its
 * certificate; all is well; its key is elsewhere; it is only kept.
 */
export const tones = ['bad', 'over', 'now', 'soon', 'watch', 'waits', 'good', 'elsewhere', 'kept'] as const
export type Tone = (typeof tones)[number]

const day = 86_400_000

/** @param now ms since 1970 */
export function toneOf(row: IdentityRow, now: number): Tone {
  if (row.state === 'unreadable' || row.revocation === 'revoked') return 'bad'
  if (row.state === 'replaced') return 'kept'
  if (row.state === 'elsewhere' && row.notAfter === null) return 'elsewhere'
  if (row.state === 'requested' || row.notAfter === null) return 'waits'
  if (row.notAfter <= now) return 'over'
  return (['good', 'watch', 'soon', 'now'] as const)[warningOf(row.notAfter, now)]
}

/** Those that end first stand first, among those that need somebody alike. */
export function sortedRows(rows: readonly IdentityRow[], now: number): IdentityRow[] {
  const rank = (row: IdentityRow) => tones.indexOf(toneOf(row, now))
  const end = ({ notAfter }: IdentityRow) => notAfter ?? Infinity
  return [...rows].sort(
    (a, b) => rank(a) - rank(b) || (end(a) === end(b) ? 0 : end(a) - end(b)) || (a.id < b.id ? -1 : 1),
  )
}

/** How many of them there are, how many end soon, and how many are of no use any more. */
export function countsOf(
  rows: readonly IdentityRow[],
  now: number,
): { count: number; soon: number; bad: number } {
  const all = rows.map((row) => toneOf(row, now))
  const of = (...wanted: Tone[]) => all.filter((tone) => wanted.includes(tone)).length
  return { count: rows.length, soon: of('over', 'now', 'soon', 'watch'), bad: of('bad') }
}

/** Where now, and the renewal, stand on the bar of a life: 0 its beginning, 1 its end. */
export interface LifeBar {
  now: number
  renewal: number | null
}

/** @returns null: it has no beginning and no end here */
export function lifeBar({ notBefore, notAfter, renewal }: IdentityRow, now: number): LifeBar | null {
  if (notBefore === null || notAfter === null || notAfter <= notBefore) return null
  const at = (time: number) => Math.min(1, Math.max(0, (time - notBefore) / (notAfter - notBefore)))
  return { now: at(now), renewal: renewal === null ? null : at(renewal) }
}

/** As somebody plans by it: hours, days, and from two years on years and months. */
export function spanInWords(ms: number, say: Speech['say']): string {
  // days are counted as health counts them
  const days = daysLeft(Math.abs(ms), 0)
  if (Math.abs(ms) < day) return say('identities.life.hours', { hours: Math.floor(Math.abs(ms) / 3_600_000) })
  if (days < 730) return say('identities.life.days', { days })
  const months = Math.floor((days % 365.25) / 30.44)
  return say('identities.life.years', { years: Math.floor(days / 365.25), months: Math.min(11, months) })
}

/** Whose it is, as people say it: the last name of who issued it. */
export const lastNameOf = (name: string): string => /(?:^|, )CN=([^,]+)/.exec(name)?.[1] ?? name

export interface SaidIdentity {
  title: string
  /** where its key lies */
  where: string
  serves: string
  issuer: string
  left: string
  until: string
  revocation: string
  list: string
}

function leftInWords(row: IdentityRow, now: number, { say, date }: Speech): string {
  if (row.state === 'unreadable' || row.revocation === 'revoked') return say('identities.life.revoked')
  if (row.state === 'requested')
    return say('identities.life.requested', { date: row.requested === null ? '–' : date(row.requested) })
  if (row.notAfter === null || row.notBefore === null) return say('identities.life.unknown')
  if (row.notAfter <= now)
    return say('identities.life.expired', { time: spanInWords(now - row.notAfter, say) })
  if (row.notBefore > now) return say('identities.life.notYet')
  return say('identities.life.left', { time: spanInWords(row.notAfter - now, say) })
}

function servesInWords(row: IdentityRow, now: number, { say }: Speech): string {
  if (row.state === 'replaced') return say('identities.serves.kept')
  if (row.state === 'requested') return say('identities.serves.wait')
  const tone = toneOf(row, now)
  if (tone === 'bad') return say('identities.serves.remove')
  if (tone === 'over' && !row.serves.includes('vault')) return say('identities.serves.nothing')
  // expired, its key still opens what it opened before
  const serves = tone === 'over' ? (['vault'] as const) : row.serves
  return serves.length === 0
    ? say('identities.serves.nothing')
    : serves.map((one) => say(`identities.serves.${one}`)).join(', ')
}

function whereInWords(row: IdentityRow, { say, date }: Speech): string {
  if (row.state === 'replaced' && row.replaced !== null)
    return say('identities.place.replaced', { date: date(row.replaced) })
  const place = say(
    row.state === 'unreadable' ? 'identities.place.unreadable' : `identities.place.${row.place}`,
  )
  return [place, row.key ?? ''].filter((part) => part !== '').join(', ')
}

function listInWords({ list, revocation }: IdentityRow, now: number, { say, age }: Speech): string {
  if (revocation === 'unasked') return ''
  if (list === null) return say('identities.revocation.noList')
  const number = list.number ?? ''
  return list.state === 'fresh' && list.thisUpdate !== null
    ? say('identities.revocation.list', { number, age: age(now - list.thisUpdate) })
    : say('identities.revocation.stale', { number })
}

export const saidIdentity = (row: IdentityRow, now: number, speech: Speech): SaidIdentity => ({
  title: row.subject ?? row.name ?? row.id,
  where: whereInWords(row, speech),
  serves: servesInWords(row, now, speech),
  issuer: row.issuer === null ? '–' : lastNameOf(row.issuer),
  left: leftInWords(row, now, speech),
  until: row.notAfter === null ? '' : speech.date(row.notAfter),
  revocation: speech.say(`identities.revocation.${row.revocation}` satisfies Key),
  list: listInWords(row, now, speech),
})

/** A name in the store that is not taken, as the subject's last name suggests it. */
export function nameFor(subject: string, taken: readonly (string | null)[]): string {
  const plain = lastNameOf(subject)
    .normalize('NFD')
    .replace(/\p{Mark}/gu, '')
    .replace(/[^A-Za-z0-9_-]+/g, '-')
    .replace(/^[-_]+|[-_]+$/g, '')
    .toLowerCase()
    .slice(0, 56)
  const first = plain === '' ? 'node' : plain
  if (!taken.includes(first)) return first
  for (let count = 2; ; count++) if (!taken.includes(`${first}-${count}`)) return `${first}-${count}`
}

/** Hosts, addresses and people as somebody writes them, one behind the other. */
export const namesIn = (text: string): string[] => text.split(/[\s,;]+/).filter((name) => name !== '')

/** What goes with it, if it goes: each is said before somebody takes it out. */
export function lostWith(row: IdentityRow): ('key' | 'inUse' | 'alone' | 'opens' | 'request')[] {
  const opens = row.serves.includes('vault') || row.serves.includes('recovery')
  return [
    ...(['key'] as const),
    ...(row.inUse ? (['inUse'] as const) : []),
    ...(row.opensAlone ? (['alone'] as const) : opens ? (['opens'] as const) : []),
    ...(row.requested === null ? [] : (['request'] as const)),
  ]
}
