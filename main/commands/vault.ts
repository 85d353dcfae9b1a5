/** Who opens the vault of a profile, and another key for it. */
import { X509Certificate } from 'node:crypto'
import { fail, ok, type Result } from '../../preload/contract/result.ts'
import { databaseFile } from '../engine/cache/database-file.ts'
import { openAlone } from '../engine/cache/rekey.ts'
import { readGuarded } from '../identity/guarded-file.ts'
import type { Signer } from '../identity/signer.ts'
import { addSlot, removeSlot, slotsOf } from '../identity/vault/change-slots.ts'
import { rotate, type Encrypted } from '../identity/vault/rotate.ts'
import { deriveKey } from '../identity/vault/vault.ts'
import { keptFolder, keptPurpose, openKeptAlone } from '../report/desk/kept.ts'
import { trailFile, trailPurpose } from '../trail/ledger.ts'
import { command } from './command.ts'
import { jsonOption, profileOf } from './node.ts'
import { signerOptions, withSigner } from './signer.ts'
import { asTable } from './table.ts'

const synopsis = '[--profile DIR] --identity FILE.p12'

type Values = Parameters<typeof withSigner>[0]

/** What one identity does to the vault of one profile. */
const asSigner = <T>(
  values: Values,
  act: (profile: string, signer: Signer) => Promise<Result<T>>,
): Promise<Result<T>> =>
  withSigner(values, 'the vault opens with its certificate', (signer) => act(profileOf(values), signer))

const columns = ['slot', 'kind', 'name', 'algorithm', 'proven', 'used'] as const

const slots = command({
  name: 'vault slots',
  options: { ...jsonOption, ...signerOptions },
  synopsis: `[--json] ${synopsis}`,
  help: [
    'who opens the vault of this profile: the slots, by what is their number, and of which kind;',
    'proven: has opened it before; used: the one that opened it now.',
  ],
  async run({ values }) {
    const read = await asSigner(values, slotsOf)
    if (!read.ok) return read
    if (values.json === true) return ok(JSON.stringify(read.value, null, 2))
    const lines = read.value.slots.map((slot) => ({
      ...slot,
      proven: slot.proven ? 'yes' : 'no',
      used: slot.used ? 'yes' : 'no',
    }))
    const table = asTable(columns, lines, () => true)
    return ok(
      read.value.rotating ? `${table}\na rotation was interrupted: “vigie vault rotate” goes on` : table,
    )
  },
})

/** PEM or DER. */
async function certificateIn(file: string): Promise<Result<string>> {
  const unreadable = 'identity.answer-unreadable'
  const read = await readGuarded(file, {
    guard: 'public',
    most: 100_000,
    unreadable,
    what: 'the certificate',
  })
  if (!read.ok) return read
  try {
    return ok(new X509Certificate(read.value).toString())
  } catch {
    return fail(unreadable, 'the file holds no certificate that can be read (PEM or DER)', file)
  }
}

const kinds = ['certificate', 'card', 'recovery'] as const

const add = command({
  name: 'vault add',
  recorded: true,
  options: { ...signerOptions, certificate: { type: 'string' }, kind: { type: 'string' } },
  synopsis: `--certificate FILE --kind certificate|card|recovery ${synopsis}`,
  help: [
    'a slot for who has the key of this certificate, which is not needed for it: recovery for the',
    'administrator’s. Before it opens anything its owner says once that the vault is theirs: “cache',
    'sign” with their identity. Only the app adds the operating system’s keystore.',
  ],
  async run({ values }) {
    const { certificate: file, kind: typed } = values
    if (file === undefined) return fail('command.invalid', '--certificate is missing', '--certificate')
    const kind = kinds.find((one) => one === typed)
    if (kind === undefined)
      return fail(
        'command.invalid',
        typed === 'keystore'
          ? '--kind keystore: only the app can add it, where the policy says “keystore: true”'
          : `--kind is one of ${kinds.join(', ')}`,
        '--kind',
      )
    const certificate = await certificateIn(file)
    if (!certificate.ok) return certificate
    const added = await asSigner(values, (profile, signer) =>
      addSlot(profile, signer, certificate.value, kind),
    )
    return added.ok ? ok(`slot ${added.value} is added`) : added
  },
})

const remove = command({
  name: 'vault remove',
  recorded: true,
  operands: ['SLOT'],
  options: signerOptions,
  synopsis,
  help: [
    'takes a slot out, at once: never the last one that opens, and the one that is used only where',
    'another has opened the vault before. Who knows the key already still does: “vault rotate”.',
  ],
  async run({ values, operands: [slot = ''] }) {
    const removed = await asSigner(values, (profile, signer) => removeSlot(profile, signer, slot))
    if (!removed.ok) return removed
    const { slot: id, name, kind } = removed.value
    return ok(
      [
        `slot ${id} (${kind}, ${name}) is removed: it opens nothing any more`,
        'whoever opened the vault with it may have kept the key: “vigie vault rotate” makes another',
      ].join('\n'),
    )
  },
})

/** Everything that a key of the vault encrypts. */
export const encryptedIn = (profile: string): Encrypted[] => [
  {
    name: 'the cache',
    keyFrom: (secret) => Buffer.alloc(secret.length, secret),
    openAlone: (keys) => openAlone(databaseFile(profile), keys),
  },
  {
    name: 'the trail',
    keyFrom: (secret) => deriveKey(secret, trailPurpose),
    openAlone: (keys) => openAlone(trailFile(profile), keys),
  },
  {
    name: 'what was released',
    keyFrom: (secret) => deriveKey(secret, keptPurpose),
    openAlone: (keys) => openKeptAlone(keptFolder(profile), keys),
  },
]

const rotateKey = command({
  name: 'vault rotate',
  recorded: true,
  options: signerOptions,
  synopsis,
  help: [
    'another key for the cache and the trail, which are encrypted anew, and in every slot. Vigie must not',
    'run on the profile meanwhile. Interrupted, nothing is lost: asked for again, it goes on.',
  ],
  async run({ values, tell }) {
    const rotated = await asSigner(values, (profile, signer) =>
      rotate(profile, signer, { all: encryptedIn(profile), tell }),
    )
    return rotated.ok
      ? ok('the vault has another key; copies that were made before still open with the old one')
      : rotated
  },
})

export const vaultCommands = [slots, add, remove, rotateKey]
