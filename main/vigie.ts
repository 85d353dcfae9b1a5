/** The administrator's commands: plain Node, no window. Results go to stdout, everything else to stderr. */
import { homedir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { fail, ok, type Problem, type Result } from '../preload/contract/result.ts'
import { printable } from '../preload/contract/text.ts'
import type { ActBody } from '../preload/contract/event.ts'
import { outboxStateOf } from '../preload/contract/outbox.ts'
import { openCache, type Cache } from './engine/cache/cache.ts'
import { databaseFile } from './engine/cache/database-file.ts'
import { readOutbox } from './engine/cache/outbox.ts'
import { neverSigned } from './engine/cache/last-vault.ts'
import { cacheStats } from './engine/cache/stats.ts'
import { askAtTerminal } from './identity/ask-at-terminal.ts'
import { inboxOf } from './identity/inbox.ts'
import { openIdentity, readIdentity, type Identity } from './identity/open-identity.ts'
import {
  findPassphrase,
  isCredentialName,
  readPassphrase,
  type PassphraseOptions,
} from './identity/passphrase.ts'
import { signerOf } from './identity/signer.ts'
import { signOldVault } from './identity/vault/sign-old-vault.ts'
import { openVault } from './identity/vault/vault.ts'
import { firstLanguage } from './wall/language.ts'
import { learnToSay } from './run/voice.ts'

const usage = `vigie cache stats [--json] [--profile DIR] --identity FILE.p12
vigie outbox list [--json] [--profile DIR] --identity FILE.p12
vigie cache sign [--profile DIR] --identity FILE.p12
vigie inbox --identity FILE.p12

  cache stats   what this node has kept, per product: events, entities, first and last stream
                sequence, bytes, and digest, the SHA-256 over the lines "<sequence> <ce-id>\\n"
                in order of sequence. Vigie may run on the same profile meanwhile.
  outbox list   what was done at this node and has not come back from the platform yet, in order: its state
                (waiting, sent, confirmed, refused), the act, what it is about, when it was done, and
                why it was refused. Vigie may run on the same profile meanwhile.
  cache sign    signs the key slots of a profile that an earlier version of Vigie made, once. Only for a
                profile that nobody else could write to meanwhile: it makes what is there trusted.
  inbox         the prefix of the subjects on which the platform answers this certificate: what
                its user may subscribe to on the server, and nobody else

The certificate's passphrase comes from --passphrase-file FILE, from systemd (--passphrase-credential NAME), or is
asked for at the terminal.
`
const exit = { done: 0, failed: 1, usage: 2 } as const

const commands = ['cache stats', 'outbox list', 'cache sign', 'inbox'] as const
type Command = (typeof commands)[number]
const isCommand = (text: string): text is Command => (commands as readonly string[]).includes(text)

interface Asked extends PassphraseOptions {
  command: Command
  json: boolean
  profile: string
  identity: string
}

function readArguments(argv: string[]): Result<Asked> {
  const wrong = (message: string, subject?: string) => fail<Asked>('command.invalid', message, subject)
  let read
  try {
    read = parseArgs({
      args: argv,
      allowPositionals: true,
      options: {
        json: { type: 'boolean' },
        profile: { type: 'string' },
        identity: { type: 'string' },
        'passphrase-file': { type: 'string' },
        'passphrase-credential': { type: 'string' },
      },
    })
  } catch (error) {
    return wrong(error instanceof Error ? error.message : String(error))
  }
  const { positionals, values } = read
  const command = positionals.join(' ')
  if (!isCommand(command))
    return wrong(command === '' ? 'no command' : `there is no command “${command}”`, command)
  const { identity, 'passphrase-file': file, 'passphrase-credential': credential } = values
  if (identity === undefined)
    return wrong(
      command === 'inbox'
        ? '--identity is missing: an inbox is its certificate’s'
        : '--identity is missing: the cache opens with its certificate',
      '--identity',
    )
  if (file !== undefined && credential !== undefined)
    return wrong('--passphrase-file and --passphrase-credential are two sources of one passphrase')
  if (credential !== undefined && !isCredentialName(credential))
    return wrong('--passphrase-credential: a credential is named in A-Z a-z 0-9 . _ -')
  const settings = process.env['XDG_CONFIG_HOME'] ?? join(homedir(), '.config')
  return ok({
    command,
    json: values.json ?? false,
    profile: values.profile ?? join(settings, 'vigie'),
    identity,
    passphraseFile: file ?? null,
    passphraseCredential: credential ?? null,
  })
}

async function openAsked(asked: Asked): Promise<Result<Identity>> {
  const bytes = await readIdentity(asked.identity)
  if (!bytes.ok) return bytes
  const source = await findPassphrase(asked, process.env)
  const passphrase =
    source.from === 'prompt'
      ? await askAtTerminal(`The passphrase of ${asked.identity}: `)
      : await readPassphrase(source)
  if (!passphrase.ok) return passphrase
  return openIdentity(bytes.value, passphrase.value, asked.identity)
}

async function inboxOfIdentity(asked: Asked): Promise<Result<string>> {
  const identity = await openAsked(asked)
  return identity.ok ? ok(inboxOf(identity.value.certificate)) : identity
}

/** The cache as it is, and left so. */
async function readCache<T>(asked: Asked, read: (cache: Cache) => Promise<T>): Promise<Result<T>> {
  const identity = await openAsked(asked)
  if (!identity.ok) return identity
  const signer = signerOf(identity.value)
  const file = databaseFile(asked.profile)
  const vault = await openVault(asked.profile, signer, { cache: file, make: false })
  identity.value.key.erase()
  if (!vault.ok) return vault
  const { secret: cacheKey, mark } = vault.value
  const cache = await openCache(asked.profile, { cacheKey, vault: mark }, { readOnly: true })
  cacheKey.fill(0)
  if (!cache.ok) return cache
  try {
    return ok(await read(cache.value))
  } finally {
    await cache.value.close()
  }
}

async function signVault(asked: Asked): Promise<Result<string>> {
  const identity = await openAsked(asked)
  if (!identity.ok) return identity
  const cache = databaseFile(asked.profile)
  const signed = await signOldVault(asked.profile, signerOf(identity.value), (key) => neverSigned(cache, key))
  return signed.ok ? ok(`${asked.profile}: the key slots are signed`) : signed
}

const columns = ['product', 'events', 'entities', 'first', 'last', 'bytes', 'digest'] as const

/** Aligned columns, numbers to the right. */
function asTable<C extends string>(
  columns: readonly C[],
  lines: readonly { [K in C]: string | number | null }[],
  isText: (column: C) => boolean,
): string {
  const rows = lines.map((row) => columns.map((column) => String(row[column] ?? '–')))
  const widths = columns.map((column, at) =>
    Math.max(column.length, ...rows.map((row) => row[at]?.length ?? 0)),
  )
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, at) => {
        const column = columns[at]
        return column === undefined || isText(column)
          ? cell.padEnd(widths[at] ?? 0)
          : cell.padStart(widths[at] ?? 0)
      })
      .join('  ')
      .trimEnd()
  return [line(columns), ...rows.map(line)].join('\n')
}

async function statsAsText(asked: Asked): Promise<Result<string>> {
  const stats = await readCache(asked, cacheStats)
  if (!stats.ok) return stats
  return ok(
    asked.json
      ? JSON.stringify(stats.value, null, 2)
      : asTable(columns, stats.value, (column) => column === 'product' || column === 'digest'),
  )
}

const waitingColumns = ['state', 'act', 'entity', 'at', 'reason'] as const

async function waitingAsText(asked: Asked): Promise<Result<string>> {
  const entries = await readCache(asked, ({ reader }) => readOutbox(reader))
  if (!entries.ok) return entries
  const waiting = entries.value.map((entry) => {
    const { act, by } = JSON.parse(entry.body) as ActBody
    return {
      ...{ id: entry.id, state: outboxStateOf(entry), act, entity: entry.address, by },
      at: new Date(entry.at).toISOString(),
      problem: entry.problem,
    }
  })
  if (asked.json) return ok(JSON.stringify(waiting, null, 2))
  if (waiting.length === 0) return ok('nothing waits')
  const lines = waiting.map(({ problem, ...row }) => ({
    ...row,
    act: printable(row.act, 64),
    reason: problem === null ? '' : `${problem.code}: ${printable(problem.message, 200)}`,
  }))
  return ok(asTable(waitingColumns, lines, () => true))
}

const answers: Record<Command, (asked: Asked) => Promise<Result<string>>> = {
  'cache stats': statsAsText,
  'outbox list': waitingAsText,
  'cache sign': signVault,
  inbox: inboxOfIdentity,
}

async function run(argv: string[]): Promise<number> {
  if (argv.includes('--help') || argv.includes('-h')) {
    process.stdout.write(usage)
    return exit.done
  }
  const asked = readArguments(argv)
  if (!asked.ok) {
    process.stderr.write(`vigie: ${asked.error.message}\n\n${usage}`)
    return exit.usage
  }
  const answer = await answers[asked.value.command](asked.value)
  if (!answer.ok) {
    process.stderr.write(`vigie: ${await say(answer.error)}\n`)
    return exit.failed
  }
  process.stdout.write(`${answer.value}\n`)
  return exit.done
}

const say = async (problem: Problem): Promise<string> => {
  const translations = join(import.meta.dirname, '..', 'resources', 'translations')
  return (await learnToSay(translations, firstLanguage(process.env)))(problem)
}

process.exitCode = await run(process.argv.slice(2))
