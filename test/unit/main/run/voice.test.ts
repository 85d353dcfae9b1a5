import { describe, expect, it } from 'vitest'
import { learnToSay } from '../../../../main/run/voice.ts'

describe('what is said on the terminal', () => {
  it('names the cause, the next step and what happened', async () => {
    const say = await learnToSay('resources/translations', 'en')
    const said = say({ code: 'settings.unwritable', message: 'the disk is full', subject: '/home/x' })
    expect(said).toContain('/home/x')
    expect(said).toMatch(/\[settings\.unwritable: the disk is full\]$/)
  })

  it.each(['en', 'nowhere'])(
    'keeps what the platform wrote for the desk, where no log is kept (%s)',
    async (folder) => {
      const say = await learnToSay(folder === 'en' ? 'resources/translations' : folder, 'en')
      for (const code of [
        'product.descriptor-invalid',
        'message.schema-mismatch',
        'scene.invalid',
        'policy.invalid',
      ] as const) {
        const said = say({ code, message: 'dataschema/Zéphyrine: no such keyword', subject: 'security.log' })
        expect(said).toContain('security.log')
        expect(said).toContain(code)
        expect(said).not.toContain('Zéphyrine')
      }
    },
  )
})
