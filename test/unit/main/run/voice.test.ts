import { describe, expect, it } from 'vitest'
import { learnToSay } from '../../../../main/run/voice.ts'
import { problemCodes } from '../../../../preload/contract/result.ts'

describe('what is said on the terminal', () => {
  it('names the cause, the next step and what happened', async () => {
    const say = await learnToSay('resources/translations', 'en')
    const said = say({ code: 'settings.unwritable', message: 'the disk is full', subject: '/home/x' })
    expect(said).toContain('/home/x')
    expect(said).toMatch(/\[settings\.unwritable: the disk is full\]$/)
  })

  it.each(['en', 'fr', 'nowhere'] as const)(
    'names nothing of the platform’s, where a log is kept: the desk does (%s)',
    async (language) => {
      const say = await learnToSay('resources/translations', language === 'nowhere' ? 'en' : language)
      const nowhere = await learnToSay('nowhere', 'en')
      for (const code of problemCodes.filter((each) =>
        /^(product|message|act|shared|outbox|wall)\./.test(each),
      )) {
        const message = 'Permissions Violation for Publish to "dp.ops.acts.alarm.defence.operation-canari.A7"'
        const problem = { code, message, subject: 'alarm.defence.operation-canari.A7' }
        const said = language === 'nowhere' ? nowhere(problem) : say(problem)
        expect(said).not.toContain('canari')
        expect(said).not.toContain('{subject}')
        expect(said).toContain(code)
      }
    },
  )

  it.each(['en', 'nowhere'])(
    'says where a file is wrong, and keeps its words for the desk (%s)',
    async (folder) => {
      const say = await learnToSay(folder === 'en' ? 'resources/translations' : folder, 'en')
      for (const code of ['scene.invalid', 'policy.invalid'] as const) {
        const said = say({ code, message: 'layers/Zéphyrine: no such layer', subject: 'night.yaml:12' })
        expect(said).toContain('night.yaml:12')
        expect(said).toContain(code)
        expect(said).not.toContain('Zéphyrine')
      }
    },
  )
})
