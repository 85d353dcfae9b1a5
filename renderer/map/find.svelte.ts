import { domainOf, type EntityRef } from '../../preload/contract/entity.ts'
import { translated } from '../kit/translated.ts'
import type { Picture } from '../link/picture.svelte.ts'
import type { Speech } from '../speech/speech.ts'
import type { Record } from '../../preload/contract/picture.ts'
import { markOf, type Mark } from './marks.ts'

/** What moves is looked for again after so many ms: the ring around it is wider than its way since then. */
const again = 1000

/**
 * An entity as a mark, wherever it is now. The map's columns have no names: whoever wants one entity of thousands asks
 * for it. Made while its component is: its effects end with it.
 */
export function createFind(
  picture: Pick<Picture, 'ask'>,
  speech: Pick<Speech, 'language' | 'domain'>,
  wanted: () => EntityRef | null,
): { readonly mark: Mark | null } {
  let record = $state.raw<Record | null>(null)
  // main tells everything anew whenever anything changes: the same entity is not looked for anew
  const key = $derived(JSON.stringify(wanted(), ['product', 'entity']))

  $effect(() => {
    const entity = JSON.parse(key) as EntityRef | null
    if (entity === null) return
    let current = true
    async function look(ref: EntityRef): Promise<void> {
      const answer = await picture.ask('record', ref)
      if (!current) return
      if (answer.ok) record = answer.value
      // while nobody answers, it is where it was last
      else if (answer.error.code === 'entity.unknown') record = null
    }
    void look(entity)
    const timer = setInterval(() => void look(entity), again)
    return () => {
      current = false
      clearInterval(timer)
      record = null
    }
  })

  const mark = $derived(
    record && markOf(translated(record, speech.language), speech.domain(domainOf(record.product))),
  )
  return {
    get mark() {
      return mark
    },
  }
}
