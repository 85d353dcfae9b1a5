/** A command of the administrator's: what is typed, what it says of itself, and what it does. */
import { userInfo } from 'node:os'
import { parseArgs, type ParseArgsConfig } from 'node:util'
import { fail, ok, type Result } from '../../preload/contract/result.ts'
import { recordBeside } from '../trail/beside.ts'
import { profileOf } from './node.ts'

export type Options = NonNullable<ParseArgsConfig['options']>
type Values<O extends Options> = ReturnType<
  typeof parseArgs<{ options: O; allowPositionals: true }>
>['values']

/** What goes to stdout; `failed` where the answer is that something is wrong, which ends the command with 1. */
export type Answer = string | { text: string; failed: true }

export interface Asked<O extends Options> {
  values: Values<O>
  /** as many as the row names */
  operands: string[]
  /** how far it is, to stderr */
  tell(line: string): void
}

export interface Row<O extends Options> {
  /** as it is typed, e.g. `cache stats` */
  name: string
  /** what follows the name, as in `FILE`; all of them are needed */
  operands?: readonly string[]
  options: O
  /** its options as usage shows them */
  synopsis: string
  /** what it does, a line of at most 100 characters each */
  help: readonly string[]
  /** it changes who opens what is kept, or takes something of it out: the node's trail has it, done or refused */
  recorded?: true
  /** @returns `command.invalid` where what is typed does not go together: usage is shown */
  run(asked: Asked<O>): Promise<Result<Answer>>
}

export interface Command extends Pick<Row<Options>, 'name' | 'help'> {
  /** one line of usage */
  usage: string
  run(words: readonly string[], tell: (line: string) => void): Promise<Result<Answer>>
}

/** @returns `command.invalid` where what is typed is not as the row says */
export function command<const O extends Options>({
  name,
  operands = [],
  options,
  synopsis,
  help,
  recorded,
  run,
}: Row<O>): Command {
  return {
    name,
    help,
    usage: ['vigie', name, ...operands, synopsis].filter((part) => part !== '').join(' '),
    run(words, tell) {
      const read = parsed(words, options)
      if (!read.ok) return Promise.resolve(read)
      const { positionals, values } = read.value
      const missing = operands[positionals.length]
      if (missing !== undefined)
        return Promise.resolve(fail('command.invalid', `${name}: ${missing} is missing`, missing))
      const beyond = positionals[operands.length]
      if (beyond !== undefined)
        return Promise.resolve(fail('command.invalid', `${name} does not take “${beyond}”`, beyond))
      const asked = { values, operands: positionals, tell }
      return recorded === true ? recordedRun(name, asked, run(asked)) : run(asked)
    },
  }
}

/** What it was told is no secret: those are in files that it names. */
async function recordedRun<O extends Options>(
  name: string,
  { values, operands, tell }: Asked<O>,
  running: Promise<Result<Answer>>,
): Promise<Result<Answer>> {
  const answered = await running
  // what was not understood did nothing
  if (!answered.ok && answered.error.code === 'command.invalid') return answered
  const { profile, ...said } = values as Record<string, unknown>
  const recorded = recordBeside(
    profileOf({ profile: typeof profile === 'string' ? profile : undefined }),
    {
      ...{ kind: 'command', subject: name, refused: answered.ok ? null : answered.error.code },
      detail: {
        ...{ operands, said, by: userInfo().username },
        ...(answered.ok ? {} : { message: answered.error.message }),
      },
    },
    Date.now(),
  )
  if (!recorded.ok) tell(`the trail does not have it: ${recorded.error.message}`)
  return answered
}

function parsed<O extends Options>(words: readonly string[], options: O) {
  try {
    return ok(parseArgs({ args: [...words], allowPositionals: true, options }))
  } catch (error) {
    return fail('command.invalid', error instanceof Error ? error.message : String(error))
  }
}
