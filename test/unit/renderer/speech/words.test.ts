import { IntlMessageFormat } from 'intl-messageformat'
import { describe, expect, it } from 'vitest'
import { problemCodes } from '../../../../preload/contract/result.ts'
import { languages } from '../../../../preload/contract/words.ts'
import { createSpeech } from '../../../../renderer/speech/speech.ts'
import { createSay, isKey, translations, type Key } from '../../../../renderer/speech/words.ts'

type Element = ReturnType<IntlMessageFormat['getAst']>[number]
/** literal text, the count in a plural, and a tag are no values */
const valueless = [0, 7, 8]

function placeholders(elements: readonly Element[]): Set<string> {
  const names = new Set<string>()
  for (const element of elements) {
    if ('value' in element && !valueless.includes(element.type)) names.add(element.value)
    if (!('options' in element)) continue
    for (const { value } of Object.values(element.options))
      for (const name of placeholders(value)) names.add(name)
  }
  return names
}
const placeholdersOf = (text: string): string[] =>
  [...placeholders(new IntlMessageFormat(text, 'fr', undefined, { ignoreTag: true }).getAst())].sort()
const keys = Object.keys(translations.fr) as Key[]

describe('every text', () => {
  it('exists in French and English', () => {
    expect(Object.keys(translations.en).sort()).toEqual([...keys].sort())
  })
  it('takes the same values in both', () => {
    for (const key of keys)
      expect([key, ...placeholdersOf(translations.en[key])]).toEqual([
        key,
        ...placeholdersOf(translations.fr[key]),
      ])
  })
  it('about a message says that it was rejected: refused is what somebody may not have', () => {
    const ofMessages = keys.filter((key) => /^(desk\.quarantine|problem\.message)\./.test(key))
    expect(ofMessages.length).toBeGreaterThan(9)
    for (const language of languages)
      for (const key of ofMessages) expect(translations[language][key], key).not.toMatch(/refus/i)
  })
  it('says something', () => {
    for (const language of languages)
      for (const key of keys) expect(translations[language][key].trim(), key).not.toBe('')
  })
})

describe('every problem', () => {
  it('has its cause and the next step', () => {
    const missing = problemCodes
      .flatMap((code) => [`problem.${code}.cause`, `problem.${code}.next`])
      .filter((key) => !isKey(key))
    expect(missing).toEqual([])
  })
  it('takes nothing but what it happened to', () => {
    for (const key of keys.filter((each) => each.startsWith('problem.')))
      expect(['', 'subject']).toContain(placeholdersOf(translations.fr[key]).join())
  })
})

describe('a text that is said', () => {
  it('counts as its language does', () => {
    const fr = createSay('fr')
    const en = createSay('en')
    expect(fr('incidents.title', { count: 0 })).toBe('Aucun incident ouvert')
    expect(fr('incidents.title', { count: 1 })).toBe('1 incident ouvert')
    expect(en('incidents.title', { count: 3 })).toBe('3 open incidents')
  })
  it('holds what came from outside as plain characters', () => {
    expect(createSay('en')('problem.platform.unreachable.cause', { subject: '<b>{x}</b>' })).toBe(
      '<b>{x}</b> does not answer.',
    )
  })
})

describe('speech', () => {
  it('switches when the node’s language does', () => {
    let language: 'fr' | 'en' = 'fr'
    const speech = createSpeech(() => ({ language, timeZone: 'Europe/Paris' }))
    expect(speech.say('connection.live')).toBe('En direct')
    language = 'en'
    expect(speech.say('connection.live')).toBe('Live')
    expect(speech.words({ fr: 'Bateaux', en: 'Boats' })).toBe('Boats')
  })
  it('names a domain that it does not know by its own name', () => {
    const speech = createSpeech(() => ({ language: 'fr', timeZone: 'Europe/Paris' }))
    expect(speech.domain('health')).toBe('Santé')
    expect(speech.domain('civil-works')).toBe('Civil works')
  })
})
