import { durationMs, type SeriesDescriptor } from '../../preload/contract/product.ts'
import type { Speech } from '../speech/speech.ts'

type Deviation = NonNullable<SeriesDescriptor['deviation']>

/** Below this a value lies as others of its window do. */
const usual = 1

/** Why a figure that is a comparison with a window is as it is: which way, how far, and of when. */
export function deviationInWords(value: number, { by, window }: Deviation, speech: Speech): string {
  const minutes = durationMs(window) / 60_000
  const said =
    minutes < 1
      ? speech.say('age.seconds', { seconds: Math.round(minutes * 60) })
      : minutes < 60
        ? speech.say('age.minutes', { minutes: Math.round(minutes) })
        : speech.say('deviation.hours', { hours: speech.number(minutes / 60, minutes % 60 === 0 ? 0 : 1) })
  if (Math.abs(value) < usual) return speech.say('deviation.usual', { window: said })
  const times = speech.number(Math.abs(value), 1)
  return speech.say(`deviation.${by}.${value > 0 ? 'above' : 'below'}`, { window: said, times })
}
