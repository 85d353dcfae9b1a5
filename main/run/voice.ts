import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Link } from '../../preload/contract/picture.ts'
import type { Problem } from '../../preload/contract/result.ts'
import type { Language } from '../../preload/contract/words.ts'

/**
 * The name of a product, an entity or a person may itself say what is going on, and a log is read by whoever looks after
 * the machine.
 */
const namesPlatforms = (code: Problem['code']): boolean =>
  /^(product|message|act|person|function|proposal|shared|outbox|wall)\./.test(code)

/**
 * What is wrong with a descriptor, a message, an act, a scene or a policy is said with its own words: for the desk, not for
 * a log that is kept. Where it stands in a file is in the subject.
 */
const quotes = (code: Problem['code']): boolean =>
  namesPlatforms(code) || /^(scene|policy)\.invalid$/.test(code)

/**
 * Says problems on the terminal in the words that the windows use: cause, then the next step.
 *
 * @param folder of the translations
 */
export async function learnToSay(folder: string, language: Language): Promise<(problem: Problem) => string> {
  let words: Record<string, unknown> = {}
  try {
    words = JSON.parse(await readFile(join(folder, `${language}.json`), 'utf8')) as Record<string, unknown>
  } catch {
    // the problem's own English message is left
  }
  const say = (key: string, subject: string) => {
    const text = words[key]
    return typeof text === 'string' ? text.replaceAll('{subject}', subject) : null
  }
  return ({ code, message, subject: about = '' }) => {
    const subject = namesPlatforms(code) ? (say('problem.subject.atDesk', '') ?? '') : about
    const cause = say(`problem.${code}.cause`, subject)
    const next = say(`problem.${code}.next`, subject)
    const detail = quotes(code) ? '' : `: ${message}`
    return `${cause ?? (quotes(code) ? subject : message)}${next === null ? '' : ` ${next}`} [${code}${detail}]`
  }
}

/** Says how we stand with each platform when that changes; trying again is nothing new. */
export function linkLog(log: (line: string) => void, say: (problem: Problem) => string) {
  const last = new Map<string, string>()
  return ({ intake, connection }: Link): void => {
    if (connection.state === 'connecting') return
    const line =
      'problem' in connection
        ? say(connection.problem)
        : connection.state === 'live'
          ? `connected to ${connection.server}`
          : 'offline: the screens show what this node has kept'
    if (line !== last.get(intake)) log(line)
    last.set(intake, line)
  }
}
