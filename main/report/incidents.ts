/** What is told of incidents: what is open, what changed since the period began, and who is on it. */
import { domainOf } from '../../preload/contract/entity.ts'
import type { Feature } from '../../preload/contract/event.ts'
import { byUrgency, incidentOf, isIncidentsFeed, type Incident } from '../../preload/contract/incident.ts'
import { keyOf, mostInReport, type Statement } from '../../preload/contract/report.ts'
import { oneLine } from '../../preload/contract/text.ts'
import type { Language } from '../../preload/contract/words.ts'
import { inItsWords, numberInWords, severityInWords, type Drafting } from './drafting.ts'
import type { Gathered, Seen } from './gather.ts'

export interface Followed {
  seen: Seen
  incident: Incident
  /** what its owner says of it, a line */
  text: string
  /** null: it was not there, or not readable any more, when the period began */
  before: Incident | null
}

function read(seen: Seen, language: Language): { incident: Incident; text: string } | null {
  const { body, product, entity, sequence, time, published, expires, rank } = seen
  if (body === null || !('properties' in body) || !('geometry' in body)) return null
  const properties = inItsWords((body as Feature).properties, language)
  const incident = incidentOf({
    ...{ product, entity, sequence, id: '', source: '', type: 'vigie.feature.v1', time, published, expires },
    ...{ marking: rank, caveats: [] },
    body: { ...body, properties },
  })
  return incident === null ? null : { incident, text: oneLine(properties.text ?? '', 500) }
}

/** @returns all that are open as the period ends, or were as it began, the worst first */
export function followIncidents(products: readonly Gathered[], { words }: Drafting): Followed[] {
  const found: Followed[] = []
  for (const { product, descriptor, after, before } of products) {
    if (!isIncidentsFeed({ product, descriptor })) continue
    for (const [entity, seen] of after) {
      const now = read(seen, words.language)
      const was = before.get(entity)
      const then = was === undefined ? null : read(was, words.language)
      // its end has no body: what it was is told of the one before
      const last = now ?? (seen.ended ? then : null)
      if (last === null) continue
      const incident = now === null ? { ...last.incident, open: false } : last.incident
      if (!incident.open && (then === null || !then.incident.open) && seen.published <= wasBy(was)) continue
      found.push({
        seen: now === null && was !== undefined ? markedAs(seen, was) : seen,
        ...{ incident, text: last.text, before: then?.incident ?? null },
      })
    }
  }
  return found.sort((a, b) => byUrgency(a.incident, b.incident))
}
/** What is told at its end is what was said before it. */
const markedAs = (end: Seen, was: Seen): Seen => ({
  ...end,
  rank: Math.max(end.rank, was.rank),
  caveats: [...new Set([...end.caveats, ...was.caveats])],
})
const wasBy = (was: Seen | undefined): number => was?.published ?? Number.NEGATIVE_INFINITY

export const isOpenNow = ({ incident }: Followed): boolean => incident.open
export const closedIn = ({ incident, before }: Followed): boolean =>
  !incident.open && (before === null || before.open)

export const changeOf = ({ incident, before }: Followed): Statement['change'] => {
  if (before === null || !before.open) return 'new'
  const same =
    before.severity === incident.severity &&
    before.engaged === incident.engaged &&
    before.place === incident.place &&
    before.name === incident.name
  return same ? 'same' : 'changed'
}

export const titleOfIncident = ({ incident }: Followed): string =>
  `${numberInWords(incident.entity)} ${incident.name}`

export function tellIncident(drafting: Drafting, followed: Followed): Statement {
  const { words, period } = drafting
  const { incident, text } = followed
  const open = incident.open
  return drafting.state(
    {
      key: keyOf('incident', incident.product, incident.entity),
      text: words.say(open ? 'report.incident.open' : 'report.incident.closed', {
        name: incident.name,
        hasPlace: incident.place === '' ? 'no' : 'yes',
        place: incident.place,
        about: numberInWords(incident.entity),
        time: words.when(open ? incident.opened : followed.seen.time, period.to),
        hasText: text === '' ? 'no' : 'yes',
        text,
      }),
      severity: open ? incident.severity : 'Minor',
      change: open ? changeOf(followed) : 'changed',
    },
    [{ seen: followed.seen, title: titleOfIncident(followed) }],
  )
}

/** Who is on it, where its owner says so. */
export function tellEngaged(drafting: Drafting, followed: Followed): Statement | null {
  const { words } = drafting
  const { incident } = followed
  if (!incident.open || (incident.engaged === '' && incident.units === null)) return null
  const text =
    incident.engaged !== ''
      ? words.say('report.engaged', { about: numberInWords(incident.entity), engaged: incident.engaged })
      : words.say('report.engaged.units', {
          about: numberInWords(incident.entity),
          units: incident.units ?? 0,
        })
  return drafting.state(
    {
      key: keyOf('engaged', incident.product, incident.entity),
      text,
      severity: incident.severity,
      change: changeOf(followed),
    },
    [{ seen: followed.seen, title: titleOfIncident(followed) }],
  )
}

/** Its beginning, what its severity became, and its end, as they came in the period. */
export function eventsOfIncidents(
  drafting: Drafting,
  products: readonly Gathered[],
): { of: Seen; text: string; severity: Incident['severity']; about: string; weight: number }[] {
  const { words } = drafting
  const found: ReturnType<typeof eventsOfIncidents> = []
  for (const { product, descriptor, before, events } of products) {
    if (!isIncidentsFeed({ product, descriptor })) continue
    const last = new Map<string, { incident: Incident | null; of: Seen }>()
    for (const [entity, of] of before)
      last.set(entity, { incident: read(of, words.language)?.incident ?? null, of })
    for (const seen of events) {
      const { entity } = seen
      const known = last.get(entity)
      const was = known?.incident ?? null
      const now = read(seen, words.language)?.incident ?? null
      const about = numberInWords(entity)
      // beside what it is, what it was is told
      const of =
        known === undefined || was === null || was.severity === now?.severity
          ? seen
          : markedAs(seen, known.of)
      const tell = (text: string, severity: Incident['severity'], weight: number) =>
        found.push({ of, text: oneLine(text, mostInReport.text), severity, about, weight })
      if (now === null || !now.open) {
        const closed = now ?? was
        if (closed !== null && was?.open === true)
          tell(words.say('report.event.closed', { name: closed.name }), 'Minor', 4)
      } else if (was === null || !was.open)
        tell(
          words.say('report.event.opened', {
            name: now.name,
            hasPlace: now.place === '' ? 'no' : 'yes',
            place: now.place,
          }),
          now.severity,
          8,
        )
      else if (was.severity !== now.severity)
        tell(
          words.say('report.event.severity', {
            name: now.name,
            before: severityInWords(was.severity, words),
            after: severityInWords(now.severity, words),
          }),
          now.severity,
          7,
        )
      last.set(
        entity,
        now === null && was !== null
          ? { incident: { ...was, open: false }, of }
          : { incident: now, of: seen },
      )
    }
  }
  return found
}

export const isOfDomain =
  (domain: string) =>
  ({ incident }: Followed): boolean =>
    domainOf(incident.product) === domain
