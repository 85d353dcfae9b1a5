/** A synthesis of the evening, released: what is set and signed in tests. */
import { join } from 'node:path'
import { draft } from '../../../../main/report/draft.ts'
import { gather } from '../../../../main/report/gather.ts'
import { defaultScheme } from '../../../../preload/contract/marking.ts'
import type { Synthesis } from '../../../../preload/contract/report.ts'
import type { Language } from '../../../../preload/contract/words.ts'
import { openACache } from '../engine/cache/a-cache.ts'
import { evening, fillCache, period, type Spoken } from './a-period.ts'

export const reportFolder = join(import.meta.dirname, '../../../../resources/report')

export async function synthesisOf(
  language: Language = 'fr',
  spoken: readonly Spoken[] = evening(),
): Promise<Synthesis> {
  const opened = await openACache()
  try {
    await fillCache(opened.cache, spoken)
    const order = {
      ...({ period, template: 'situation', language, timeZone: 'Europe/Paris', exercise: true } as const),
      ...{ organisation: 'CNCS', node: 'poste-02', scheme: defaultScheme, ceiling: 1 },
    }
    const drafted = draft(await gather(opened.cache, order), order)
    if (!drafted.ok) throw new Error(drafted.error.message)
    return { ...drafted.value, number: 12, released: period.to + 300_000 }
  } finally {
    await opened.dispose()
  }
}
