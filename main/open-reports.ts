/** Syntheses at the desk: what their room stands on, put together, and what its window is told. */
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import type { BrowserWindow } from 'electron'
import type { ActInput } from '../preload/contract/act.ts'
import { ok, type Problem, type Result } from '../preload/contract/result.ts'
import type { Handlers } from '../preload/contract/schema.ts'
import type { Words } from '../preload/contract/words.ts'
import { deliveryOf } from './deliver-report.ts'
import { forkPart } from './fork-part.ts'
import { Secret } from './identity/secret.ts'
import { writeWhole } from './identity/write-whole.ts'
import { log, type Begun } from './life.ts'
import type { OpenedNode } from './open-node.ts'
import { placeOf } from './policy/policy.ts'
import { oneTry } from './provisioning/one-try.ts'
import { keepReportProcess } from './report-process.ts'
import { answerReports } from './report/desk/reports.ts'
import { notifier } from './trust/ipc.ts'
import { authorOf } from './wall/author.ts'
import { mayRelease } from './wall/requirements.ts'
import type { State } from './wall/state.ts'
import { chooseFile, choosePlace, confirmed } from './windows/choose-file.ts'
import { printPage } from './windows/print-page.ts'
import { printedPages, printedPolicy } from './windows/printed-pages.ts'

const words = {
  fr: (title: string, level: string, who: string, subject: string) => ({
    words: `Diffuser « ${title} » (${level}) au nom de ${who} ?\n\nLe certificat de ce poste signe : ${subject}. Le document est numéroté, figé et inscrit à la piste.`,
    ...{ yes: 'Signer et diffuser', no: 'Annuler' },
  }),
  en: (title: string, level: string, who: string, subject: string) => ({
    words: `Release “${title}” (${level}) in the name of ${who}?\n\nThis node’s certificate signs: ${subject}. The document is numbered, frozen and recorded in the trail.`,
    ...{ yes: 'Sign and release', no: 'Cancel' },
  }),
}

export interface OpenedReports {
  handlers: Handlers['reports']
}

/** What of the wall’s state says something of syntheses. */
const looked = (state: State): readonly unknown[] => [
  ...[state.shared, state.others, state.unheard, state.person, state.functions],
  ...[state.approvals, state.identity, state.deliveries, state.problem],
]

export function openReports(
  { out, parts }: Begun,
  node: OpenedNode,
  desk: () => BrowserWindow | null,
): OpenedReports {
  const { about, state, acting, sharing, shared, deliveries, kept, trail } = node
  const policy = node.policy.now
  const author = (input: ActInput | null = null) => authorOf(state.now(), policy(), policy().node, input)
  const notify = notifier(({ code, message, subject }: Problem) => log(`${code} ${subject}: ${message}`))
  const tell = (say: (window: BrowserWindow) => void): void => {
    const window = desk()
    if (window !== null) say(window)
  }
  const inWords = (said: Words): string => (typeof said === 'string' ? said : said[state.now().language])
  // whatever a page tries a passphrase or a PIN at, it is one at a time
  const trying = oneTry()
  const drafting = parts.add(keepReportProcess({ fork: () => forkPart(out, 'report') }))
  const reports = answerReports({
    policy,
    exercise: about.exercise,
    signatory() {
      const { signatory } = node
      return signatory && { ...signatory, prove: (typed) => trying(() => signatory.prove(typed)) }
    },
    drafting,
    kept,
    shared: {
      things: () => shared.things,
      saves: () => shared.saves,
      put: (key, said, after) => sharing.put(key, said, after, author(), 'all'),
      withdraw: sharing.withdraw,
      isKnown: () => shared.access !== 'unknown',
    },
    approvals: () => state.now().approvals,
    elsewhere() {
      const { others, unheard } = state.now()
      return [...others].flatMap(([name, { person, reports: open = [] }]) =>
        open.length === 0 || unheard.includes(name) ? [] : [{ person, node: name, reports: open }],
      )
    },
    approve(report, digest) {
      const input: ActInput = { act: 'approve-report', report, digest }
      return acting.perform(input, author(input))
    },
    author,
    may: () => mayRelease(state.now(), policy(), author()),
    record: trail.record,
    reading: (names) => state.found({ reading: names }),
    folder: join(out, 'resources', 'report'),
    now: () => Date.now(),
    monotonic: () => performance.now(),
    newId: () => randomUUID(),
    file: (kinds) => chooseFile(desk(), kinds),
    async save(name, bytes) {
      const place = await choosePlace(desk(), name)
      if (place === null) return ok(false)
      // policy may be another since somebody began to look for a place
      if (!policy().export.files) return forbidden()
      try {
        await writeWhole(place, bytes, { over: true })
        return ok(true)
      } catch (error) {
        return { ok: false, error: { code: 'export.unwritable', message: String(error), subject: place } }
      }
    },
    print: (title, pages) => printPage(printedPages(title, pages), printedPolicy, { landscape: false }),
    confirm({ title, level }) {
      const { person, language } = state.now()
      const { levels } = policy().scheme
      const banner = levels.find(({ id }) => id === level)?.banner ?? level
      const subject = node.signatory?.subject ?? ''
      return confirmed(desk(), words[language](title, inWords(banner), person ?? policy().node, subject))
    },
    tell: {
      state: (told) => tell(({ webContents }) => notify(webContents, 'reports', 'stateChanged', told)),
      changed: (told) => tell(({ webContents }) => notify(webContents, 'reports', 'changed', told)),
      approved: (told) => tell(({ webContents }) => notify(webContents, 'reports', 'approved', told)),
      releasing: (told) => tell(({ webContents }) => notify(webContents, 'reports', 'releasing', told)),
    },
    deliver(released, id, pdf) {
      const type = 'vigie.report.v1'
      const { access } = deliveries.tell().find((each) => each.type === type) ?? { access: 'unknown' }
      // whether it may go there is known once the platform, or what is kept of it, has said so
      if (access === 'unknown') return Promise.resolve(notYet())
      const product = deliveries.productOf(type)
      const place = placeOf(policy())
      return deliveries.deliver(deliveryOf(released, { id, pdf, product, place, now: Date.now() }))
    },
    isDelivering: deliveries.has,
  })
  parts.add({
    dispose: state.listen((next, before) => {
      const [is, was] = [looked(next), looked(before)]
      if (is.some((each, at) => each !== was[at])) reports.look()
    }),
  })
  parts.add({ dispose: node.policy.listen(() => reports.look()) })
  parts.add({ dispose: kept.listen(() => reports.look()) })

  return {
    handlers: {
      ...reports.handlers,
      async release({ key, digest, secret: typed, publish }) {
        const secret = typed === null ? null : new Secret(typed)
        try {
          return await reports.release({ key, digest, secret, publish })
        } finally {
          secret?.erase()
        }
      },
    },
  }
}

const notYet = (): Result<never> => ({
  ok: false,
  error: { code: 'engine.stopped', message: 'it is not known yet whether it may go there' },
})
const forbidden = (): Result<never> => ({
  ok: false,
  error: { code: 'policy.export-forbidden', message: 'the policy lets nothing of it leave' },
})
