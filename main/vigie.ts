/**
 * The administrator's commands (`npm run vigie -- COMMAND`, or `vigie COMMAND` of the installed app): no window, and
 * nothing of the platform's data on stderr.
 */
import { join } from 'node:path'
import { fail, type Problem, type Result } from '../preload/contract/result.ts'
import { type Answer } from './commands/command.ts'
import { findCommand, usage } from './commands/commands.ts'
import { learnToSay } from './run/voice.ts'
import { firstLanguage } from './wall/language.ts'

const exit = { done: 0, failed: 1, usage: 2 } as const

const tell = (line: string): void => void process.stderr.write(`vigie: ${line}\n`)

function answer(words: readonly string[]): Promise<Result<Answer>> {
  const found = findCommand(words)
  if (found !== null) return found.command.run(found.rest, tell)
  const option = words.findIndex((word) => word.startsWith('-'))
  const typed = words.slice(0, option < 0 ? words.length : option).join(' ')
  const message = typed === '' ? 'no command' : `there is no command “${typed}”`
  return Promise.resolve(fail('command.invalid', message, typed))
}

async function run(words: string[]): Promise<number> {
  if (words.includes('--help') || words.includes('-h')) {
    process.stdout.write(usage)
    return exit.done
  }
  const answered = await answer(words)
  if (!answered.ok) {
    const { error } = answered
    if (error.code === 'command.invalid') {
      process.stderr.write(`vigie: ${error.message}\n\n${usage}`)
      return exit.usage
    }
    tell(await say(error))
    return exit.failed
  }
  const { value } = answered
  process.stdout.write(`${typeof value === 'string' ? value : value.text}\n`)
  return typeof value === 'string' ? exit.done : exit.failed
}

const say = async (problem: Problem): Promise<string> => {
  const translations = join(import.meta.dirname, '..', 'resources', 'translations')
  return (await learnToSay(translations, firstLanguage(process.env)))(problem)
}

process.exitCode = await run(process.argv.slice(2))
