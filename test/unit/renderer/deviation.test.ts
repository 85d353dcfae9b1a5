import { expect, it } from 'vitest'
import { deviationInWords } from '../../../renderer/kit/deviation.ts'
import { createSpeech } from '../../../renderer/speech/speech.ts'

const speech = (language: 'fr' | 'en') => createSpeech(() => ({ language, timeZone: 'Europe/Paris' }))
const plain = (text: string): string => text.replace(/[\u00A0\u202F]/g, ' ')

it.each([
  [4.2, 'zscore', 'PT1800S', 'above what is usual of the last 30 min, by 4.2 times its spread'],
  [-3.56, 'zscore', 'PT30M', 'below what is usual of the last 30 min, by 3.6 times its spread'],
  [0.4, 'zscore', 'PT45S', 'as is usual of the last 45 s'],
  [12, 'drift', 'PT10800S', 'drifting up within 3 h, by 12.0 times its usual spread'],
  [-3, 'drift', 'PT9000S', 'drifting down within 2.5 h, by 3.0 times its usual spread'],
] as const)('%d by %s of %s is said', (value, by, window, said) => {
  expect(plain(deviationInWords(value, { by, window }, speech('en')))).toBe(said)
})

it('in French too', () => {
  expect(plain(deviationInWords(4.2, { by: 'zscore', window: 'PT1800S' }, speech('fr')))).toBe(
    'au-dessus de l’ordinaire des 30 min passées, de 4,2 fois son écart',
  )
})
