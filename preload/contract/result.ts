import * as v from 'valibot'

/**
 * What crosses a boundary: a value, or an error that says what happened, to what, and what to do.
 * Nothing of ours throws across a room's or a process's border.
 */
export type Result<T> = { ok: true; value: T } | { ok: false; error: Problem }

/** Every cause that a person can meet. Each has its words (cause and next step) in both languages. */
export const problemCodes = [
  'identity.file-unreadable',
  'identity.passphrase-wrong',
  'identity.passphrase-wanted',
  'identity.passphrase-missing',
  'identity.no-certificate',
  'identity.expired',
  'identity.not-yet-valid',
  'identity.key-refused',
  'identity.unknown',
  'identity.exists',
  'identity.unwritable',
  'identity.not-asked',
  'identity.answer-unreadable',
  'identity.key-mismatch',
  'identity.unfit',
  'authority.file-unreadable',
  'file.readable-by-others',
  'file.writable-by-others',
  'file.belongs-to-another',
  'platform.authority-unknown',
  'platform.host-name-mismatch',
  'platform.certificate-expired',
  'platform.refused-us',
  'platform.unreachable',
  'platform.not-tls-first',
  'platform.closed',
  'platform.no-jetstream',
  'platform.no-leader',
  'platform.tls-too-old',
  'product.not-permitted',
  'product.too-many',
  'product.beyond-size',
  'product.made-anew',
  'product.clocks-apart',
  'product.picture-full',
  'product.listed-twice',
  'product.descriptor-invalid',
  'message.header-missing',
  'message.header-invalid',
  'message.type-unknown',
  'message.json-invalid',
  'message.body-invalid',
  'message.schema-mismatch',
  'message.time-implausible',
  'message.too-large',
  'act.refused',
  'act.overtaken',
  'act.invalid',
  'act.sent',
  'person.unknown',
  'person.wanted',
  'function.unknown',
  'function.wanted',
  'proposal.over',
  'proposal.same-person',
  'proposal.elsewhere',
  'proposal.alone-forbidden',
  'outbox.full',
  'wall.screen-claimed',
  'wall.unanswered',
  'wall.no-picture',
  'wall.may-not-look',
  'shared.invalid',
  'shared.too-large',
  'shared.overtaken',
  'cache.key-refused',
  'cache.damaged',
  'cache.unwritable',
  'cache.vault-forged',
  'cache.vault-unsigned',
  'cache.vault-signed',
  'scene.invalid',
  'scene.unknown',
  'scene.above-ceiling',
  'policy.invalid',
  'policy.pictures-forbidden',
  'policy.copy-forbidden',
  'settings.damaged',
  'settings.unwritable',
  'screen.unknown',
  'ipc.refused',
  'ipc.input-invalid',
  'node.swap-in-clear',
  'engine.stopped',
  'engine.stands-still',
  'entity.unknown',
  'command.invalid',
  'exercise.failed',
  'internal',
] as const
export type ProblemCode = (typeof problemCodes)[number]

/** `message` is for the log and the desk, in English; people read `code` through the translations. */
export const ProblemSchema = v.object({
  code: v.picklist(problemCodes),
  message: v.string(),
  /** what it happened to: a file, a host, a product, a screen */
  subject: v.exactOptional(v.string()),
})
export type Problem = v.InferOutput<typeof ProblemSchema>

/** A value that fits, or a problem. */
export const resultOf = <S extends v.GenericSchema>(value: S) =>
  v.variant('ok', [
    v.strictObject({ ok: v.literal(true), value }),
    v.strictObject({ ok: v.literal(false), error: ProblemSchema }),
  ])

export const ok = <T>(value: T): Result<T> => ({ ok: true, value })

export const fail = <T = never>(code: ProblemCode, message: string, subject?: string): Result<T> => ({
  ok: false,
  error: subject === undefined ? { code, message } : { code, message, subject },
})
