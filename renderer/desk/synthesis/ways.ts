import { always, type DeskWay } from '../way.ts'
import type { ReportDoing, ReportSituation } from './doings.ts'

const reportWay = (
  does: ReportDoing,
  key: string | null,
  where: (at: ReportSituation) => boolean,
  typing = true,
): DeskWay => ({
  group: 'report',
  key,
  help: key === null ? null : `desk.key.report.${does}`,
  ...(typing ? { typing: true } : {}),
  offers: ({ report = null }) =>
    report !== null && where(report)
      ? [{ input: { act: 'report', does }, words: { key: `desk.key.report.${does}` } }]
      : [],
})
/** What a synthesis is worked on with, where the desk shows one; before the desk’s own of the same key. */
export const ofReports: readonly DeskWay[] = [
  {
    group: 'report',
    key: 'Ctrl N',
    help: 'desk.key.report.new',
    typing: true,
    offers: always({ act: 'report', does: 'new' }, { key: 'desk.key.report.new' }),
  },
  reportWay('review', 'F8', ({ draft }) => draft),
  reportWay('preview', 'F9', ({ draft }) => draft),
  reportWay('release', 'Ctrl Enter', ({ draft }) => draft),
  reportWay('refresh', 'F5', ({ draft }) => draft),
  reportWay('undo', 'Ctrl Z', ({ mayUndo }) => mayUndo, false),
  reportWay('redo', 'Ctrl Shift Z', ({ mayRedo }) => mayRedo, false),
  reportWay('discard', null, ({ draft }) => draft),
  {
    group: 'report',
    key: null,
    help: null,
    offers: always({ act: 'report', does: 'verify' }, { key: 'desk.key.report.verify' }),
  },
]
