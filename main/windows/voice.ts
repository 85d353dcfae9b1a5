import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Problem } from '../../preload/contract/result.ts'
import type { Language } from '../../preload/contract/words.ts'

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
  return ({ code, message, subject = '' }) => {
    const cause = say(`problem.${code}.cause`, subject)
    const next = say(`problem.${code}.next`, subject)
    return `${cause ?? message}${next === null ? '' : ` ${next}`} [${code}: ${message}]`
  }
}
