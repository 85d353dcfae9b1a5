/** What the provisioning window asks about identities, and what is under way for it. Keys stay here. */
import { basename } from 'node:path'
import type { IdentitiesState } from '../../../preload/contract/identities.ts'
import { fail, ok, type Problem, type Result } from '../../../preload/contract/result.ts'
import type { Handlers } from '../../../preload/contract/schema.ts'
import type { Language } from '../../../preload/contract/words.ts'
import { askFirst, askNext } from '../../identity/ask.ts'
import { readAuthority } from '../../identity/authority.ts'
import { reason } from '../../identity/guarded-file.ts'
import { addIdentity, identityFile, readIdentityNamed, replaceIdentity } from '../../identity/identities.ts'
import { importAnswer, readPkcs12 } from '../../identity/import.ts'
import { Secret } from '../../identity/secret.ts'
import { giveSlot } from '../../identity/vault/slot-for-next.ts'
import { writeWhole } from '../../identity/write-whole.ts'
import type { HeldPolicy } from '../../policy/hold-policy.ts'
import { readChosen, withoutFolder, type ChosenFile } from './chosen-file.ts'
import type { Choose } from '../choose.ts'
import { oneTry, type OneTry } from '../one-try.ts'
import { mayContact } from './contact.ts'
import type { Entrance } from './entrance.ts'
import { holdEnrolment } from './hold-enrolment.ts'
import { holdTrial } from './hold-trial.ts'
import { publicText } from './public-text.ts'
import { removeUnused } from './remove-identity.ts'
import { pinnedIn, tellIdentities } from './tell-identities.ts'

/** How names of files end that may be brought. */
const kinds = {
  import: ['pem', 'der', 'cer', 'crt', 'p7b', 'p7c', 'p12', 'pfx'],
  authority: ['pem', 'cer', 'crt'],
} as const

export interface HoldIdentitiesOptions {
  profile: string
  policy: Pick<HeldPolicy, 'now'>
  /** how this node signs in; null: nobody said yet */
  entrance(): Promise<Result<Entrance | null>>
  /** the certificate with which somebody is signed in now, PEM; null: nobody is */
  signedIn(): string | null
  choose: Choose
  /** a wall keeps this process when the window is closed */
  outlivesWindow: boolean
  /** ms since 1970 */
  now(): number
  changed(state: IdentitiesState): void
  language(): Language
  /** shared with whatever else the window may try a passphrase at */
  trying?: OneTry
  /** what could not be told */
  problem(problem: Problem): void
}

export interface HeldIdentities {
  handlers: Handlers['identities']
  /** the store, the vault or the lists may be others */
  look(): void
  /** its window is closed: what was chosen in it is forgotten */
  close(): void
  dispose(): void
}

export function holdIdentities(options: HoldIdentitiesOptions): HeldIdentities {
  const { profile, policy, entrance, signedIn, choose, outlivesWindow, now, changed } = options
  const { language, problem, trying = oneTry() } = options
  let chosen: ChosenFile | null = null
  /** the authority that was chosen last: it stays, so that a second try needs no second choice */
  let authority: ChosenFile | null = null
  let ended = false

  const entranceNow = async (): Promise<Entrance | null> => {
    const read = await entrance()
    return read.ok ? read.value : null
  }
  let found: Awaited<ReturnType<typeof tellIdentities>> | null = null
  const stateOf = (rows: NonNullable<typeof found>): IdentitiesState => ({
    ...{ ...rows, enrolment: enrolment.now(), trial: trial.now() },
  })
  const state = async (): Promise<IdentitiesState> =>
    stateOf((found = await tellIdentities(profile, policy.now(), await entranceNow(), signedIn(), now)))
  /** what was found later is told later */
  let turn: Promise<unknown> = Promise.resolve()
  const look = (): void => {
    turn = turn
      .then(async () => {
        if (!ended) changed(await state())
      })
      .catch((error: unknown) => problem({ code: 'internal', message: String(error), subject: 'identities' }))
  }
  /** a step of a try changes nothing on the disk */
  const trial = holdTrial(now, () => {
    if (found !== null && !ended) changed(stateOf(found))
  })

  /** A secret of the page's, for as long as it is tried: no longer, whatever comes of it. */
  async function tried<T>(
    texts: readonly string[],
    act: (...secrets: Secret[]) => Promise<Result<T>>,
  ): Promise<Result<T>> {
    const secrets = texts.map((text) => new Secret(text))
    try {
      return await trying(() => act(...secrets))
    } finally {
      for (const secret of secrets) secret.erase()
    }
  }

  const forget = (): void => {
    chosen?.bytes.fill(0)
    chosen = null
  }

  /** Whom this node pinned, or whom a person chose here. */
  async function authorityPem(): Promise<Result<string>> {
    if (authority !== null) return ok(authority.authority)
    const way = await entranceNow()
    return way === null
      ? fail('authority.file-unreadable', 'nobody said yet whom this node trusts', 'authority.pem')
      : readAuthority(way.authority)
  }

  async function begin(name: string | null, platform: string | null, passphrase: Secret) {
    const way = await entranceNow()
    const addresses = platform?.split(',') ?? way?.platform ?? policy.now().platform
    const file = name === null ? (way?.identity ?? null) : identityFile(profile, name)
    const pem = await authorityPem()
    if (file === null || addresses === null || !pem.ok) {
      passphrase.erase()
      if (!pem.ok) return pem
      return fail('command.invalid', 'nobody said yet where this node signs in', 'tls://HOST:PORT')
    }
    return trial.begin({
      ...{ name, file, addresses, passphrase, authority: pem.value, tlsFirst: way?.tlsFirst ?? false },
    })
  }

  const enrolment = holdEnrolment({
    ...{ profile, now, outlivesWindow, changed: look },
    async attempt(name, passphrase) {
      const way = await entranceNow()
      if ((way?.platform ?? policy.now().platform) === null) return 'untried'
      const begun = await begin(name, null, new Secret(passphrase.copy()))
      return begun.ok ? begun.value.ended : begun.error
    },
  })

  const done = <T>(result: Result<T>): Result<undefined> => {
    look()
    return result.ok ? ok(undefined) : result
  }

  async function bringPkcs12(
    { bytes, told: { file } }: ChosenFile,
    { name, opens, seals, over }: { name: string; opens: Secret; seals: Secret; over: boolean },
  ): Promise<Result<unknown>> {
    const there = await readIdentityNamed(profile, name)
    if (there.ok && !over)
      return fail('identity.exists', `there is an identity ${name} already: nothing was written`, name)
    if (!there.ok && over) return there
    const read = readPkcs12(bytes, opens, seals, file, now())
    if (!read.ok) return read
    const { current } = read.value
    const bare = { vigie: 'identity', version: 1, outstanding: null, replaced: null } as const
    const slot = there.ok ? await giveSlot(profile, name, there.value.current, current, seals) : there
    if (there.ok && !slot.ok) return slot
    return there.ok
      ? replaceIdentity(profile, name, { ...there.value, current, outstanding: null }, now())
      : addIdentity(profile, name, { ...bare, current })
  }

  const handlers: Handlers['identities'] = {
    state: async () => ok(await state()),
    async choose({ what }) {
      const file = await choose.file(kinds[what])
      if (file === null) return ok(null)
      const read = await readChosen(profile, file, what)
      if (!read.ok) return read
      if (what === 'authority') authority = read.value
      else {
        forget()
        chosen = read.value
      }
      return ok(read.value.told)
    },
    create: async ({ name, key, subject, names, passphrase }) =>
      done(
        await tried([passphrase], (seals) => askFirst(profile, name, { key, subject, names }, seals, now())),
      ),
    askNext: async ({ name, key, passphrase }) =>
      done(await tried([passphrase], (opens) => askNext(profile, name, { key }, opens, now()))),
    async bring({ name, opens, seals, over }) {
      const file = chosen
      if (file === null) return fail('ipc.refused', 'no file was chosen', name)
      if (file.told.holds === 'answer') {
        const brought = await importAnswer(profile, name, file.bytes, file.told.file, now())
        if (brought.ok && chosen === file) forget()
        return done(brought)
      }
      if (opens === null || seals === null)
        return fail('identity.passphrase-missing', 'PKCS#12 opens with a passphrase', file.told.file)
      const brought = await tried([opens, seals], (one, other) =>
        bringPkcs12(file, { name, over, opens: one, seals: other }),
      )
      if (brought.ok && chosen === file) forget()
      return done(brought)
    },
    async save({ name, what }) {
      const read = await readIdentityNamed(profile, name)
      const text = read.ok ? publicText(read.value, what, name) : read
      if (!text.ok) return text
      const file = await choose.place(`${name}.${what === 'request' ? 'csr' : 'pem'}`)
      if (file === null) return ok(null)
      try {
        await writeWhole(file, text.value, { over: true })
        return ok(basename(file))
      } catch (error) {
        return withoutFolder(fail('identity.unwritable', `nothing was written: ${reason(error)}`, file), file)
      }
    },
    remove: async ({ name, evenInUse }) =>
      done(
        await removeUnused(profile, name, await entrance(), { evenInUse, keystore: policy.now().keystore }),
      ),
    async enrol({ secret, passphrase, authority: compared, ...asked }) {
      const pem = await authorityPem()
      if (!pem.ok) return pem
      const pinned = pinnedIn(pem.value).find(({ fingerprint }) => fingerprint === compared)
      if (pinned === undefined)
        return fail('enrol.authority-unknown', 'another authority was compared', asked.name)
      const { enrol: est } = policy.now()
      const may = await mayContact([asked.url], est === null ? [] : [est.est], choose, language())
      if (!may.ok) return may
      return enrolment.begin({
        ...{ ...asked, authority: { pem: pem.value, pinned } },
        ...{ secret: new Secret(secret), passphrase: new Secret(passphrase) },
      })
    },
    cancelEnrolment() {
      enrolment.cancel()
      return ok(undefined)
    },
    async tryConnection({ name, platform, passphrase }) {
      const way = await entranceNow()
      const known = [...(way?.platform ?? []), ...(policy.now().platform ?? [])]
      const may = await mayContact(platform?.split(',') ?? [], known, choose, language())
      if (!may.ok) return may
      const begun = await tried([passphrase], (opens) => begin(name, platform, new Secret(opens.copy())))
      return begun.ok ? ok(undefined) : begun
    },
    putAway({ what }) {
      if (what === 'trial') trial.putAway()
      else enrolment.putAway()
      return ok(undefined)
    },
  }
  return {
    ...{ handlers, look },
    close() {
      forget()
      authority = null
    },
    dispose() {
      ended = true
      forget()
      enrolment.dispose()
    },
  }
}
