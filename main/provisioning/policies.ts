/** The policy as the provisioning window has it: what is in force, what is written, and putting the one in place of the other. */
import type { PoliciesState } from '../../preload/contract/policies.ts'
import { fail, ok, type Problem, type Result } from '../../preload/contract/result.ts'
import type { Handlers } from '../../preload/contract/schema.ts'
import { reason } from '../identity/guarded-file.ts'
import { looksSealed, parseIdentityFile } from '../identity/identity-file.ts'
import { openIdentity, readIdentity } from '../identity/open-identity.ts'
import { Secret } from '../identity/secret.ts'
import { signerOf } from '../identity/signer.ts'
import { writeWhole } from '../identity/write-whole.ts'
import { editWritten } from '../policy/edit-written.ts'
import { admits, digestOf } from '../policy/judge-policy.ts'
import { readPolicy, readPolicyText } from '../policy/policy.ts'
import { readDraft, type ReadDraft } from '../policy/read-draft.ts'
import { diffOf, type Difference } from '../policy/rules.ts'
import { signPolicy } from '../policy/sign-policy.ts'
import { certificateFacts } from '../policy/signature.ts'
import { readWritten } from '../policy/written.ts'
import type { Choose } from './choose.ts'
import type { OneTry } from './one-try.ts'
import { draftFile, openDraft } from './draft.ts'
import type { ProvisionedNode } from './told.ts'

export interface Policies {
  handlers: Handlers['policies']
  /** whose window it was has left: who signs is chosen anew */
  close(): void
  dispose(): void
}

type Asked = Pick<ProvisionedNode, 'policy' | 'profile'>
type Signing = PoliciesState['signing']
interface Chosen {
  file: string
  subject: string | null
  fingerprint: string | null
}

export interface PoliciesOptions {
  node: Asked
  choose: Choose
  /** hears of each change */
  told(state: PoliciesState): void
  /** hears of what could not be told */
  failed(problem: Problem): void
  /** ms since 1970 */
  now(): number
  trying: OneTry
}

export function answerPolicies({ node, choose, told, failed, now, trying }: PoliciesOptions): Policies {
  const { policy: held, profile } = node
  const opened = openDraft(profile, now)
  let chosen: Chosen | null = null
  let isSigning = false

  /** What is written; where nothing is, what is in force under the next number. */
  async function textNow(): Promise<string> {
    const written = (await opened).text()
    if (written !== null) return written
    const inForce = (await held.text()) ?? ''
    const read = readPolicyText(inForce, draftFile(profile))
    return read.ok ? editWritten(inForce, ['version'], nextVersion()) : inForce
  }
  const nextVersion = (): number =>
    Math.max(
      0,
      held.standing().sound?.version ?? 0,
      ...held.standing().record.versions.map((each) => each.version),
    ) + 1

  async function differencesOf({ written }: ReadDraft): Promise<Difference[] | null> {
    const text = await held.text()
    const before = text === null ? null : readPolicyText(text, profile)
    if (written === null || before?.ok !== true) return null
    return diffOf(before.value, written).filter(({ rule }) => rule !== 'version')
  }

  function checksOf(draft: ReadDraft | null, text: string): Signing['checks'] {
    const named = readPolicy(text, draftFile(profile), held.name())
    const { signers } = draft?.written ?? {}
    const version = draft?.says['version']
    const isWrong = draft === null || draft.written === null
    const { sound } = held.standing()
    const who =
      chosen === null || chosen.fingerprint === null
        ? null
        : { signer: chosen.subject ?? '', fingerprint: chosen.fingerprint }
    const isAdmitted =
      who !== null && admits(sound?.policy.signers ?? null, who) && admits(signers ?? null, who)
    const isSame = who !== null && who.fingerprint === sound?.signature.fingerprint
    return {
      schema: isWrong ? 'fails' : 'holds',
      newer: typeof version === 'number' && version >= nextVersion() ? 'holds' : 'fails',
      node: isWrong ? 'open' : named.ok ? 'holds' : 'fails',
      signer: who === null ? 'open' : !isAdmitted ? 'fails' : isSame ? 'holds' : 'open',
    }
  }

  function inForceNow(says: Record<string, unknown> | null): PoliciesState['inForce'] {
    const { from, sound, record } = held.standing()
    const kept = record.versions.find(({ version }) => version === sound?.version)
    const policy = held.now()
    const signature = sound?.signature
    return {
      ...{ from, says, version: sound?.version ?? policy.version, since: kept?.since ?? null },
      for: policy.for === null ? (from === 'closed' ? null : [policy.node]) : [...policy.for],
      signed:
        signature === undefined || sound === null
          ? null
          : {
              ...{ by: signature.signer, at: signature.signedAt },
              ...{ fingerprint: signature.fingerprint, until: sound.until },
            },
    }
  }

  async function state(): Promise<PoliciesState> {
    const draft = await opened
    const text = await textNow()
    const read = readDraft(text, draftFile(profile), held.name())
    const inForce = await held.text()
    const before = inForce === null ? null : readDraft(inForce, profile, held.name())
    const { record, sound } = held.standing()
    return {
      inForce: inForceNow(before?.ok === true ? before.value.says : null),
      before: record.versions
        .filter(({ version }) => version !== sound?.version)
        .map(({ version, signer, since }) => ({ version, signer, since })),
      refused: [...record.refused],
      draft: !read.ok
        ? null
        : {
            ...{ says: read.value.says, wrong: read.value.wrong, keptAt: draft.keptAt() },
            digest: digestOf(Buffer.from(text)),
            version: typeof read.value.says['version'] === 'number' ? read.value.says['version'] : null,
            ...{ undo: draft.canUndo(), redo: draft.canRedo(), differences: await differencesOf(read.value) },
          },
      signing: {
        checks: checksOf(read.ok ? read.value : null, text),
        identity: chosen,
        target: held.file,
        barred: await held.barred(),
      },
      problem: read.ok ? draft.problem() : read.error,
    }
  }

  /** What can't be told is told of, and the next is told all the same. */
  async function tell(): Promise<void> {
    try {
      told(await state())
    } catch (error) {
      failed({ code: 'internal', message: String(error), subject: profile })
    }
  }
  async function tellAfter<T>(doing: Promise<Result<T>>): Promise<Result<T>> {
    const done = await doing
    await tell()
    return done
  }
  const write = async (next: string) => tellAfter((await opened).write(next))

  async function change(path: (string | number)[], json: string | null): Promise<Result<undefined>> {
    let value: unknown
    try {
      value = json === null ? undefined : (JSON.parse(json) as unknown)
    } catch {
      return fail('ipc.input-invalid', 'the value is no JSON', path.join('.'))
    }
    if (path.length === 0 || path.some((key) => key === '__proto__'))
      return fail('ipc.input-invalid', 'no key is named so')
    return write(editWritten(await textNow(), path, value))
  }

  async function sign(
    passphrase: Secret,
    { reread: isReread, digest }: { reread: boolean; digest: string },
  ): Promise<Result<{ version: number; signer: string }>> {
    const file = draftFile(profile)
    const text = await textNow()
    if (digestOf(Buffer.from(text)) !== digest)
      return fail('policy.draft-changed', 'it is not the text that was shown', file)
    const draft = readDraft(text, file, held.name())
    if (!draft.ok) return draft
    const [wrong] = draft.value.wrong
    if (wrong !== undefined) return fail('policy.invalid', wrong.message, wrong.path.join('.') || file)
    const barred = await held.barred()
    if (barred !== null) return { ok: false, error: barred }
    const who = chosen
    if (who === null) return fail('policy.no-signer', 'nobody’s identity is chosen')
    const differences = await differencesOf(draft.value)
    // what can't be compared may be wider
    if (differences === null && !isReread)
      return fail('policy.not-compared', 'what is in force can’t be read', profile)
    const wider = (differences ?? []).filter(({ direction }) => direction === 'wider')
    if (wider.length > 0 && !isReread)
      return fail('policy.not-reread', `${wider.length} rules become wider`, String(wider.length))
    const bytes = await readIdentity(who.file)
    if (!bytes.ok) return bytes
    const identity = openIdentity(bytes.value, passphrase, who.file)
    if (!identity.ok) return identity
    const { certificate, chain, key } = identity.value
    // unless its window was closed meanwhile
    if (chosen === who) chosen = { file: who.file, ...certificateFacts(certificate) }
    const signed = await signPolicy(Buffer.from(text), file, signerOf(identity.value), {
      ...{ chain, authority: null, now: now() },
    }).finally(() => key.erase())
    if (!signed.ok) return signed
    const { signature } = signed.value
    const taken = await held.offer({ text: Buffer.from(text), signature })
    if (!taken.ok) return taken
    await (await opened).forget()
    return ok({ version: taken.value.version, signer: taken.value.signature.signer })
  }

  const handlers: Handlers['policies'] = {
    state: async () => ok(await state()),
    change: ({ path, json }) => change(path, json),
    undo: async () => tellAfter((await opened).undo()),
    redo: async () => tellAfter((await opened).redo()),
    async begin() {
      const inForce = await held.text()
      if (inForce === null) return fail('policy.text-gone', 'nothing is in force that could be read', profile)
      return write(editWritten(inForce, ['version'], nextVersion()))
    },
    async text({ version }) {
      const text = version === null ? await textNow() : await held.textOf(version)
      return text === null
        ? fail('policy.text-gone', 'it is not kept, or not as it was signed', `v${version}`)
        : ok(text)
    },
    async open() {
      const file = await choose.file(['yaml', 'yml'])
      if (file === null) return ok(false)
      const text = await readWritten(file, 'option', 'policy.invalid', 'the policy')
      if (!text.ok) return text
      const read = readDraft(text.value, file, held.name())
      if (!read.ok) return read
      const written = await write(text.value)
      return written.ok ? ok(true) : written
    },
    async save() {
      const text = await textNow()
      const { node, version } = draftName(text)
      const file = await choose.place(`policy-${node}-v${version}.yaml`)
      if (file === null) return ok(false)
      try {
        await writeWhole(file, text, { over: true })
        return ok(true)
      } catch (error) {
        return fail('policy.store-unwritable', reason(error), file)
      }
    },
    async choose() {
      const file = await choose.file(['p12', 'pfx', 'json'])
      if (file === null) return ok(false)
      const bytes = await readIdentity(file)
      if (!bytes.ok) return bytes
      const facts = clearFacts(bytes.value, file)
      if (!facts.ok) return facts
      chosen = { file, ...facts.value }
      await tell()
      return ok(true)
    },
    async sign({ passphrase, ...shown }) {
      const secret = new Secret(passphrase)
      try {
        if (isSigning) return fail('ipc.refused', 'somebody signs already')
        isSigning = true
        return await tellAfter(trying(() => sign(secret, shown)).finally(() => (isSigning = false)))
      } finally {
        secret.erase()
      }
    },
  }
  const draftName = (text: string): { node: string; version: number } => {
    const read = readPolicyText(text, profile)
    const node = (read.ok ? (read.value.node ?? read.value.for?.[0]) : null) ?? held.now().node
    return {
      node: node.toLowerCase().replaceAll(/[^a-z0-9-]+/g, '-'),
      version: (read.ok ? read.value.version : undefined) ?? nextVersion(),
    }
  }
  const stop = held.follow(() => void tell())
  return {
    handlers,
    close() {
      chosen = null
    },
    dispose: stop,
  }
}

/** What an identity says of itself before it is open: a sealed one its certificate, a PKCS#12 nothing. */
function clearFacts(bytes: Buffer, file: string): Result<Omit<Chosen, 'file'>> {
  if (!looksSealed(bytes)) return ok({ subject: null, fingerprint: null })
  const read = parseIdentityFile(bytes, file)
  if (!read.ok) return read
  const certificate = read.value.current?.certificate
  const awaited: Problem = {
    ...{ code: 'identity.no-certificate', message: 'its request is out: no answer is imported yet' },
    subject: file,
  }
  return certificate === undefined ? { ok: false, error: awaited } : ok(certificateFacts(certificate))
}
