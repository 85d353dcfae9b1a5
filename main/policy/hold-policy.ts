/**
 * The policy in force: one value that everybody reads anew, and hears of when it changes. What is offered is judged when
 * it is there, and again whenever its files change; what is refused changes nothing. A policy whose time is over is none.
 */
import { watch, type FSWatcher } from 'node:fs'
import { stat } from 'node:fs/promises'
import { basename, dirname } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fail, ok, type Problem, type Result } from '../../preload/contract/result.ts'
import { readAuthority } from '../identity/authority.ts'
import { reason } from '../identity/guarded-file.ts'
import { writeWhole } from '../identity/write-whole.ts'
import {
  digestOf,
  judgePolicy,
  overSince,
  readSigned,
  signatureOf,
  type Demands,
  type Judged,
  type SignedText,
  type SoundPolicy,
} from './judge-policy.ts'
import {
  followsPinned,
  openKeptPolicies,
  policyFolder,
  type KeptPolicies,
  type PolicyRecord,
} from './kept-policies.ts'
import { closedFrom, closedPolicy, readPolicy, type Policy } from './policy.ts'
import { readWritten } from './written.ts'

/** What whoever starts this node says of its policy. */
export interface PolicyOrder {
  /** its file; null: the last good one, or the one that comes with Vigie */
  file: string | null
  /** the file of the authority whose signatures count; null: the one that this node remembers */
  authority: string | null
  /** this node's name; null: as it was called before, or as the policy calls it */
  node: string | null
}

export interface PolicyStanding {
  /** `vigie`: the one that comes with it; `unsigned`: in the exercise alone; `closed`: there is no good one */
  from: 'signed' | 'vigie' | 'unsigned' | 'closed'
  /** what is in force, if it is signed */
  sound: SoundPolicy | null
  record: PolicyRecord
}

export interface HeldPolicy {
  now(): Policy
  standing(): PolicyStanding
  /** each hears once of each change, at once */
  listen(heard: (next: Policy, before: Policy) => void): () => void
  /** … of what is refused, too */
  follow(heard: () => void): () => void
  /** where it reads its policy; null: nobody named a file */
  file: string | null
  /** what this node is called already; null: its first policy gives it a name */
  name(): string | null
  /** what is in force as it is written; null: nothing is, or it can't be read any more */
  text(): Promise<string | null>
  /** … or was, in that version; null: it is not kept, or not as it was */
  textOf(version: number): Promise<string | null>
  /** why nothing can be put in force here, whoever signs it; null: it can */
  barred(): Promise<Problem | null>
  /** puts it in force, where it is sound, and where this node reads it, so that it stays */
  offer(offered: SignedText): Promise<Result<SoundPolicy>>
  dispose(): void
}

export interface HoldingPolicy {
  order: PolicyOrder
  /** the file of the policy that comes with Vigie */
  builtIn: string
  profile: string
  /** nothing in the exercise is anybody's secret: there a policy need not be signed */
  exercise: boolean
  localTimeZone: string
  /** ms since 1970 */
  now(): number
  /** why what is offered is not in force, or nothing is; null: nothing is wrong */
  problem(problem: Problem | null): void
  /** false: what is offered is judged as ever and in force here alone: nothing of it is written into the profile */
  keep?: boolean
  /** ms between two looks at files and time, where the system does not tell of changes */
  every?: number
  /** ms for which two files may be written one after the other before they are taken for a pair that is wrong */
  patience?: number
  /** ms that a look may take: files on another machine may never answer */
  longest?: number
}

/** Of two files that are written one after the other, neither is wrong yet. @returns whether they are as they were */
type IsThat = () => Promise<boolean>

interface Taken {
  policy: Policy
  from: PolicyStanding['from']
  sound: SoundPolicy | null
}

/** Never fails: a wall must open. */
export async function holdPolicy(options: HoldingPolicy): Promise<HeldPolicy> {
  const { order, builtIn, profile, exercise, localTimeZone, now } = options
  const { every = 5_000, patience = 1_000, longest = 10_000 } = options
  const opened = await openKeptPolicies(profile)
  const kept = options.keep === false ? unwritten(opened) : opened
  const pinned = await kept.authority()
  const closed: Taken = { policy: closedPolicy(localTimeZone), from: 'closed', sound: null }
  // a signature counts where somebody says whose, and then nothing else does
  const isSigned = order.authority !== null || (!exercise && (order.file !== null || kept.floor() > 0))
  let taken = closed
  const heard = new Set<(next: Policy, before: Policy) => void>()
  const following = new Set<() => void>()

  const take = (next: Taken): void => {
    const before = taken.policy
    taken = next
    if (before === next.policy) return
    for (const each of heard) each(next.policy, before)
    for (const each of following) each()
  }

  /** What is offered unsigned: the one that comes with Vigie, or anybody's in the exercise. */
  async function lookUnsigned(isThat: IsThat): Promise<Problem | null> {
    const file = order.file ?? builtIn
    const isOwn = order.file === null
    const text = await readWritten(file, isOwn ? 'vigie' : 'option', 'policy.invalid', 'the policy')
    const read = text.ok ? readPolicy(text.value, file, order.node) : text
    if (!read.ok) return (await isThat()) ? read.error : problem
    take({ policy: read.value, from: isOwn ? 'vigie' : 'unsigned', sound: null })
    return null
  }

  async function lookSigned(isThat: IsThat): Promise<Problem | null> {
    const authority = await authorityOf(order, pinned)
    const last = await lastGood(authority.ok ? authority.value : pinned)
    if (last?.ok === true && last.value !== taken.sound)
      take({ policy: last.value.policy, from: 'signed', sound: last.value })
    /** Nothing new is in force; and nothing at all, where the last good one is none any more. */
    const without = (error: Problem): Problem => {
      if (last?.ok === true) return error
      const over = last?.over ?? null
      const stays = taken.from === 'closed' && (over === null || taken.policy.node === over.node)
      if (!stays) take({ ...closed, policy: over === null ? closed.policy : closedFrom(over) })
      return error
    }
    if (!authority.ok) return without(authority.error)
    if (order.file === null) return last?.ok === true ? null : without(last?.error ?? missing(order))
    const read = await readSigned(order.file)
    const judged = read.ok
      ? judgePolicy(read.value, order.file, demandsOf(authority.value, last))
      : { ...read, version: null, signer: null, over: null }
    if (!judged.ok || !read.ok) {
      if (judged.ok || !(await isThat())) return problem
      const { error, version, signer } = judged
      const { code, message } = error
      return without((await kept.refuse({ at: now(), code, message, version, signer })) ?? error)
    }
    if (last?.ok === true && last.value.digest === judged.value.digest) return null
    const unkept = await kept.keep(judged.value, read.value, authority.value, now())
    take({ policy: judged.value.policy, from: 'signed', sound: judged.value })
    return unkept
  }

  const demandsOf = (authority: string, last: Judged | null): Demands => ({
    authority,
    node: order.node ?? nameIn(kept, last),
    now: now(),
    inForce: inForceOf(kept, last),
  })

  async function authorityNow(): Promise<Result<string>> {
    const authority = await authorityOf(order, await kept.authority())
    return !authority.ok || isSigned
      ? authority
      : fail('policy.unsigned', 'in the exercise nobody’s signature counts', order.file ?? '')
  }

  async function offer(offered: SignedText): Promise<Result<SoundPolicy>> {
    const authority = await authorityNow()
    if (!authority.ok) return authority
    const demands = demandsOf(authority.value, await lastGood(authority.value))
    const judged = judgePolicy(offered, order.file ?? policyFolder(profile), demands)
    if (!judged.ok) return { ok: false, error: judged.error }
    if (order.file !== null) {
      try {
        await writeWhole(signatureOf(order.file), offered.signature, { over: true })
        await writeWhole(order.file, offered.text, { over: true })
      } catch (error) {
        return fail('policy.store-unwritable', reason(error), order.file)
      }
    }
    if (taken.sound?.digest !== judged.value.digest) {
      const unkept = await kept.keep(judged.value, offered, authority.value, now())
      take({ policy: judged.value.policy, from: 'signed', sound: judged.value })
      if (unkept !== null) tell(unkept)
      else if (order.file === null) tell(null)
    }
    return ok(judged.value)
  }

  /** The text of that version as it was in force, and no other that lies in its place. */
  async function textOf(version: number): Promise<string | null> {
    const digest =
      taken.sound?.version === version
        ? taken.sound.digest
        : kept.record().versions.find((each) => each.version === version)?.digest
    const read = await kept.read(version)
    return read.ok && digestOf(read.value.text) === digest ? read.value.text.toString('utf8') : null
  }
  async function textInForce(): Promise<string | null> {
    const { from, sound } = taken
    if (sound !== null) return textOf(sound.version)
    if (from === 'closed') return null
    const read = await readWritten(
      order.file ?? builtIn,
      order.file === null ? 'vigie' : 'option',
      'policy.invalid',
      'the policy',
    )
    return read.ok ? read.value : null
  }

  /** The one in force, else the newest that ever was, judged again; null: none was. An older one never takes its place. */
  async function lastGood(authority: string | null): Promise<Judged | null> {
    const { sound } = taken
    if (sound !== null && sound.until > now()) return { ok: true, value: sound }
    const version = kept.floor()
    if (version === 0 || authority === null) return null
    const read = await kept.read(version)
    if (!read.ok) return { ...read, version, signer: null, over: null }
    const demands = { authority, node: order.node, now: now(), inForce: null }
    return judgePolicy(read.value, kept.file(version), demands)
  }

  // one look after the other; two that are due are one
  let seen = ''
  let problem: Problem | null = null
  let ended = false
  let looking = false
  let again = false
  const files = order.file === null ? [] : [order.file, signatureOf(order.file)]
  const look = async (isFirst: boolean): Promise<void> => {
    const marks = await marksOf(files)
    const isOver = taken.sound !== null && taken.sound.until <= now()
    if (!isFirst && marks === seen && !isOver) return
    seen = marks
    const isThat = async (): Promise<boolean> => {
      if (isFirst || isOver) return true
      await sleep(patience)
      return (await marksOf(files)) === marks
    }
    tell(await (isSigned ? lookSigned : lookUnsigned)(isThat))
  }
  function tell(next: Problem | null): void {
    const isNews = problem?.code !== next?.code || problem?.message !== next?.message
    problem = next
    if (ended || !isNews) return
    options.problem(next)
    for (const each of following) each()
  }
  /** Ends with the look, or when that takes too long: then what is offered is refused until it is there after all. */
  const begin = (isFirst: boolean): Promise<void> =>
    new Promise((resolve) => {
      looking = true
      again = false
      const subject = order.file ?? builtIn
      const late = setTimeout(() => {
        const message = `it can’t be read: its files do not answer within ${longest} ms`
        tell({ code: 'policy.invalid', message, subject })
        seen = ''
        resolve()
      }, longest)
      void look(isFirst)
        .catch((error: unknown) => {
          // a look that could not be taken is taken again
          seen = ''
          if (isFirst) tell({ code: 'internal', message: String(error), subject })
        })
        .finally(() => {
          clearTimeout(late)
          looking = false
          resolve()
          if (again) lookSoon()
        })
    })
  function lookSoon(): void {
    again = true
    if (!looking && !ended) void begin(false)
  }
  /** Whatever a look is waiting for. */
  function closeWhenOver(): void {
    const { sound } = taken
    if (sound === null || sound.until > now()) return
    take({ ...closed, policy: closedFrom(sound.policy) })
    // what is offered is judged anew, and by now it may be another
    seen = ''
    tell(overSince(sound.until, order.file ?? kept.file(sound.version)))
  }
  await begin(true)
  const timer = setInterval(() => {
    closeWhenOver()
    lookSoon()
  }, every)
  const watched = order.file === null ? null : watchFolder(order.file, lookSoon)

  return {
    now: () => taken.policy,
    standing: () => ({ from: taken.from, sound: taken.sound, record: kept.record() }),
    listen(each) {
      heard.add(each)
      return () => void heard.delete(each)
    },
    follow(each) {
      following.add(each)
      return () => void following.delete(each)
    },
    ...{ file: order.file, text: textInForce, textOf, offer },
    name: () => order.node ?? nameIn(kept, taken.sound === null ? null : { ok: true, value: taken.sound }),
    async barred() {
      const authority = await authorityNow()
      return authority.ok ? null : authority.error
    },
    dispose() {
      ended = true
      clearInterval(timer)
      watched?.close()
    },
  }
}

/** As it is read, and as it stays. */
const unwritten = (kept: KeptPolicies): KeptPolicies => ({
  ...kept,
  keep: () => Promise.resolve(null),
  refuse: () => Promise.resolve(null),
})

/** Whose word counts: who is named now, if they follow on who was. */
async function authorityOf(
  { authority: file, file: policy }: PolicyOrder,
  pinned: string | null,
): Promise<Result<string>> {
  if (file === null)
    return pinned === null
      ? fail(
          'policy.unsigned',
          '--policy-authority is missing: nothing says whose signature counts',
          policy ?? '',
        )
      : ok(pinned)
  const named = await readAuthority(file)
  if (!named.ok || followsPinned(pinned, named.value)) return named
  return fail(
    'policy.authority-changed',
    'no certificate in it is one of the authority that was named before',
    file,
  )
}

const missing = ({ authority }: PolicyOrder): Problem => ({
  code: 'policy.unsigned',
  message: '--policy is missing, and no policy was in force here yet',
  subject: authority ?? '',
})

const nameIn = (kept: KeptPolicies, last: Judged | null): string | null =>
  last?.ok === true ? last.value.policy.node : (kept.record().versions[0]?.node ?? null)

function inForceOf(kept: KeptPolicies, last: Judged | null) {
  const version = kept.floor()
  if (version === 0) return null
  const known = kept.record().versions.find((each) => each.version === version)
  const sound = last?.ok === true ? last.value : null
  return {
    version,
    // it may be kept already and not yet be the one that was looked up
    digest: (sound?.version === version ? sound.digest : known?.digest) ?? null,
    signers: sound?.policy.signers ?? null,
  }
}

/** Another file, or another content of it, has other ones. */
const marksOf = async (files: readonly string[]): Promise<string> =>
  JSON.stringify(
    await Promise.all(
      files.map((file) =>
        stat(file).then(
          ({ ino, size, mtimeMs, ctimeMs, mode }) => [ino, size, mtimeMs, ctimeMs, mode],
          () => null,
        ),
      ),
    ),
  )

/** By the folder: a file that is replaced is another. @returns null where the system does not tell */
function watchFolder(file: string, changed: () => void): FSWatcher | null {
  try {
    const watcher = watch(dirname(file), { persistent: false }, (_event, name) => {
      if (name === null || name.startsWith(basename(file))) changed()
    })
    // the folder went: the looks that are taken now and then go on
    watcher.on('error', () => watcher.close())
    return watcher
  } catch {
    return null
  }
}
