/** A draft leaves this desk: held against its checks, claimed on the platform, signed, kept, told over, and delivered. */
import { canonicalForm, type Synthesis } from '../../../preload/contract/report.ts'
import type { ReportCheck, ReportPreview } from '../../../preload/contract/reports.ts'
import { fail, ok, type Problem, type Result } from '../../../preload/contract/result.ts'
import type { Secret } from '../../identity/secret.ts'
import type { Proven, Signatory } from '../../identity/signatory.ts'
import { digestOf } from '../paper.ts'
import { lastNumber, release, type Released } from '../release.ts'
import { checksOf } from './checks.ts'
import type { DeskParts } from './desk.ts'
import { digestOfDraft, documentOf, finalForm, lastHeard, type Over } from './drafts.ts'
import type { DraftNow, HeldDrafts } from './held.ts'
import type { Kept } from './kept.ts'
import { mayNotRelease } from './list.ts'
import { asksForTwo, secondOf } from './second.ts'

export interface ReleaseAsked {
  key: string
  /** of the text that was shown */
  digest: string
  /** erased by the caller; null where nothing is typed */
  secret: Secret | null
  publish: boolean
}
export interface ReleasedReport {
  key: string
  number: number
  version: number
}

/** What stands against it, and who has approved it. @param paper null: it was not set */
export async function check(
  parts: DeskParts,
  drafts: HeldDrafts,
  { key, now, digest }: { key: string; now: DraftNow; digest: string },
  paper: { pages: number; bytes: number } | null,
): Promise<{ checks: ReportCheck[]; approved: ReportPreview['approved'] }> {
  const signatory = parts.signatory()
  const here = signatory === null ? 0 : await lastNumber(signatory.cache)
  const second = secondOf(parts, { key, digest, saver: now.by.person })
  const checks = checksOf(now.draft, {
    ...{ scheme: parts.policy().scheme, ceiling: parts.policy().deskCeiling, now: parts.now(), paper },
    lastNumber: lastHeard(
      here,
      drafts.released().map(({ number }) => number),
    ),
    second: { asked: asksForTwo(parts.policy()), approved: second.counts },
  })
  return { checks, approved: second.approved }
}

/** @param isLeft whoever releases it has left it: until it is signed that ends it */
export async function releaseDraft(
  parts: DeskParts,
  drafts: HeldDrafts,
  { key, digest, secret, publish }: ReleaseAsked,
  isLeft: () => boolean,
): Promise<Result<ReleasedReport>> {
  const wrong = mayNotRelease(parts)
  if (wrong !== null) return { ok: false, error: wrong }
  const signatory = parts.signatory()
  if (signatory === null) return fail('report.signed-out', 'nobody is signed in here')
  const found = drafts.now(key)
  if (!found.ok) return found
  const now = found.value
  if (now.taken !== null) return fail('report.taken', `${now.taken} releases it`, key)
  if (digestOfDraft(now.draft) !== digest)
    return fail('report.changed', 'it is not the text that was shown', key)
  const { checks } = await check(parts, drafts, { key, now, digest }, null)
  const stop = checks.find((each) => each.state === 'stop')
  if (stop !== undefined) return fail('report.held', 'a check stands against it', stop.check)
  const { title, marking } = now.draft.synthesis
  if (signatory.by === 'node' && !(await parts.confirm({ title, level: marking.level })))
    return fail('report.cancelled', 'it was left', key)
  const { person } = parts.author()
  const proven = await signatory.prove(secret)
  if (!proven.ok) return proven
  try {
    // a person took their time: who sits here, what they may and what stands against it may be another
    const still = mayNotRelease(parts)
    if (still !== null) return { ok: false, error: still }
    if (parts.author().person !== person) return fail('report.cancelled', 'another person sits here', key)
    const again = await check(parts, drafts, { key, now, digest }, null)
    const stands = again.checks.find((each) => each.state === 'stop')
    if (stands !== undefined) return fail('report.held', 'a check stands against it', stands.check)
    return await leave(parts, drafts, { key, now, publish, signatory, proven: proven.value }, isLeft)
  } finally {
    proven.value.end()
  }
}

async function leave(
  parts: DeskParts,
  drafts: HeldDrafts,
  {
    key,
    now,
    publish,
    signatory,
    proven,
  }: { key: string; now: DraftNow; publish: boolean; signatory: Signatory; proven: Proven },
  isLeft: () => boolean,
): Promise<Result<ReleasedReport>> {
  const { kept, shared, drafting } = parts
  // the platform's word on who was first: another who releases the same is told that it is taken
  const claim = { ...now.draft, releasing: { node: parts.policy().node } }
  const claimed = await shared.put(key, documentOf(now.draft, claim), now.revision)
  if (!claimed.ok) return claimed
  const { outcome } = claimed.value
  if (outcome === 'overtaken' || outcome === 'refused') return fail('report.taken', 'somebody was first', key)
  const claimedAt = claimed.value.outcome === 'confirmed' ? claimed.value.revision : now.revision
  const { scheme, deskCeiling: ceiling, timestamp: stamp, node } = parts.policy()
  const { previous, recipients } = now.draft
  const { person } = parts.author()
  const delivery = publish ? parts.newId() : null
  const released: Result<Released> = await release(finalForm(now.draft), {
    ...{ profile: signatory.cache, signing: proven, scheme, ceiling, stamp },
    replaces: previous?.replaces === true ? previous.number : null,
    after: lastHeard(
      await lastNumber(signatory.cache),
      drafts.released().map(({ number }) => number),
    ),
    async set(synthesis, signed) {
      const paper = await drafting.set({ folder: parts.folder, synthesis, signed, room: signed.at })
      return paper.ok ? ok(paper.value.pdf) : paper
    },
    async place({ synthesis, name, pdf, by: signed }) {
      // a card and an authority of time take theirs: whoever left meanwhile has released nothing
      if (isLeft()) return fail('report.cancelled', 'it was left', key)
      return kept.keep(
        {
          ...{ format: 'vigie.kept.1', name, synthesis, marking: synthesis.marking, signed, delivery },
          ...{ digest: digestOf(canonicalForm(synthesis)), recipients },
          ...{ by: { person, node }, draft: key, settled: false },
        },
        pdf,
      )
    },
    record(recorded) {
      parts.record({ ...recorded, person })
      return ok(true)
    },
    detail: { draft: key, recipients: recipients.length, publish },
    step(step) {
      if (step !== 'record' && isLeft()) throw new Error('it was left')
      // another who was not told of the claim in time wrote, or released it
      if (step === 'sign' && (parts.shared.things().get(key)?.revision ?? 0) > claimedAt)
        throw new Error('it is another by now')
      parts.tell.releasing({ key, step })
    },
  })
  if (!released.ok) {
    // it is a draft again, for whoever has it open
    await shared.put(key, documentOf(now.draft, now.draft), claimedAt)
    await drafts.withdrawRefused(key)
    return isLeft() ? fail('report.cancelled', 'it was left', key) : released
  }
  const { synthesis, name } = released.value
  const one = kept.all().find((each) => each.name === name)
  if (one === undefined || synthesis.number === null) return fail('internal', 'it is not kept', name)
  if (publish) parts.tell.releasing({ key, step: 'publish' })
  await settle(parts, drafts, one)
  drafts.close(key)
  return ok({ key: name, number: synthesis.number, version: synthesis.version })
}

/** Who would have to change their mind: another try changes nothing. All else may pass, as a full outbox or disk does. */
const refusals: readonly Problem['code'][] = ['act.refused', 'delivery.above', 'delivery.invalid']
const isFinal = ({ code }: Problem): boolean => refusals.includes(code)

/**
 * What was released is told where its draft was, and handed over to go to the platform: once more at the next start where
 * this one ended between. It is released whatever comes of that, and its number stays.
 */
export async function settle(parts: DeskParts, drafts: HeldDrafts, one: Kept): Promise<void> {
  const { kept, shared } = parts
  const { name, draft, delivery, synthesis } = one
  if (draft !== null) {
    const now = drafts.now(draft)
    // it is not known yet whether it is over: it is tried again
    if (!now.ok && now.error.code !== 'report.taken' && !shared.isKnown()) return
    if (now.ok) {
      const over = documentOf(now.value.draft, toldOver(name, synthesis, one.digest))
      const put = await shared.put(draft, over, now.value.revision)
      if (!put.ok && !isFinal(put.error)) return
      if (put.ok && put.value.outcome === 'overtaken') return drafts.withdrawRefused(draft)
    }
  }
  const isSettled = async (): Promise<void> => {
    await kept.note({ ...one, settled: true })
  }
  if (delivery === null) return isSettled()
  const pdf = await kept.pdf(name)
  const delivered = pdf.ok ? await parts.deliver(one, delivery, pdf.value) : pdf
  if (delivered.ok) return isSettled()
  if (!isFinal(delivered.error)) return
  await kept.note({ ...one, settled: true, delivery: null })
  parts.record({
    ...{ kind: 'refused', subject: name, refused: delivered.error.code },
    detail: { message: delivered.error.message },
  })
}

const toldOver = (
  name: string,
  { number, version, title, template, period, marking, released }: Synthesis,
  digest: string,
): Over => ({
  format: 'vigie.draft.over.1',
  released:
    number === null
      ? null
      : { ...{ name, number, version, title, template, period, marking, digest }, at: released ?? 0 },
})
