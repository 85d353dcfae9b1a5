/** The second person: who has read a draft as it is, and may count as another than whoever wrote or releases it. */
import { releaseRight } from '../../../preload/contract/act.ts'
import { isSamePerson } from '../../../preload/contract/person.ts'
import type { ReportPreview } from '../../../preload/contract/reports.ts'
import { partsOf } from '../../../preload/contract/shared.ts'
import type { DeskParts } from './desk.ts'

export const asksForTwo = ({ fourEyes }: { fourEyes: readonly string[] }): boolean =>
  fourEyes.includes(releaseRight)

/** @param saver who saved it last. @returns who approved this digest; `counts`: as a second beside who sits here, 0 or 1 */
export function secondOf(
  { approvals, author }: Pick<DeskParts, 'approvals' | 'author'>,
  { key, digest, saver }: { key: string; digest: string; saver: string | null },
): { approved: ReportPreview['approved']; counts: number } {
  const one = approvals().get(partsOf(key).name)
  const second = one?.by.person ?? null
  // nobody is not another: whoever leaves the seat to write, or to release, is not told from who approved
  const isOther = (name: string | null): boolean =>
    second !== null && name !== null && !isSamePerson(second, name)
  if (one === undefined || one.digest !== digest || !isOther(saver)) return { approved: [], counts: 0 }
  const approved = [{ by: { person: one.by.person, node: one.by.node }, at: Math.round(one.at) }]
  return { approved, counts: isOther(author().person) ? 1 : 0 }
}
