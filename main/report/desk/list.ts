/** The syntheses as a desk lists them: drafts, what was released here and elsewhere, and what may be done with them. */
import { rankOf } from '../../../preload/contract/marking.ts'
import type { ListedReport, Reports } from '../../../preload/contract/reports.ts'
import type { Problem } from '../../../preload/contract/result.ts'
import { partsOf } from '../../../preload/contract/shared.ts'
import type { DeskParts } from './desk.ts'
import type { HeldDrafts } from './held.ts'
import type { Kept } from './kept.ts'
import { asksForTwo } from './second.ts'

/** What is longer is not listed: the newest are. */
const most = 500

/** What was released here and may be seen at this desk, the newest first. */
export const ownReleased = ({ kept, policy }: Pick<DeskParts, 'kept' | 'policy'>): Kept[] => {
  const { scheme, deskCeiling } = policy()
  return kept.all().filter(({ marking }) => rankOf(scheme, marking.level) <= deskCeiling)
}

/** Why nothing can be released here; null: it can. */
export function mayNotRelease({ signatory, kept, may }: DeskParts): Problem | null {
  const here = signatory()
  if (here === null || !kept.isOpen) return { code: 'report.signed-out', message: 'nobody is signed in here' }
  if (here.problem !== null) return here.problem
  const allowed = may()
  return allowed.ok ? null : allowed.error
}

export function listReports(parts: DeskParts, drafts: HeldDrafts): Reports {
  const signatory = parts.signatory()
  const policy = parts.policy()
  const othersOf = (key: string) =>
    parts
      .elsewhere()
      .filter(({ reports }) => reports.includes(partsOf(key).name))
      .map(({ person, node }) => ({ person, node }))
  const open = drafts.keys().flatMap((key): ListedReport[] => {
    const now = drafts.now(key)
    if (!now.ok) return []
    const { draft, by, at, waits } = now.value
    const { title, template, period, marking, version } = draft.synthesis
    return [
      {
        ...{ key, state: 'draft', number: null, version, title, template, period, marking },
        ...{ by, at, waits, others: othersOf(key), problem: null },
      },
    ]
  })
  const own = ownReleased(parts).map(({ name, synthesis, marking, by, delivery, settled }): ListedReport => {
    const { number, version, title, template, period } = synthesis
    return {
      ...{ key: name, state: 'released', number, version, title, template, period, marking, by },
      waits: delivery !== null && (!settled || parts.isDelivering(delivery)),
      ...{ at: synthesis.released ?? 0, others: [], problem: null },
    }
  })
  const names = new Set(own.map(({ key }) => key))
  const elsewhere = drafts.released().flatMap((over): ListedReport[] => {
    const { name, number, version, title, template, period, marking, at } = over
    if (names.has(name)) return []
    return [
      {
        ...{ key: name, state: 'released', number, version, title, template, marking, at, waits: false },
        ...{ period, by: { person: null, node: '' }, others: [] },
        problem: { code: 'report.elsewhere', message: 'it was released at another node', subject: name },
      },
    ]
  })
  return {
    mayNot: mayNotRelease(parts),
    signs:
      signatory === null
        ? null
        : {
            ...{ by: signatory.by, subject: signatory.subject, issuer: signatory.issuer },
            until: Math.round(signatory.until),
          },
    fourEyes: asksForTwo(policy),
    stamped: policy.timestamp !== null,
    ...{ mayExport: policy.export.files, mayPrint: policy.export.print },
    reports: [...open, ...own, ...elsewhere].sort((a, b) => b.at - a.at).slice(0, most),
  }
}
