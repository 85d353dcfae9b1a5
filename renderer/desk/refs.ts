import type { EntityRef } from '../../preload/contract/entity.ts'
import type { Picture } from '../link/picture.svelte.ts'
import type { Reading } from './reading.svelte.ts'
import { entityOf } from './record.ts'

/**
 * What an identifier in a text names: an incident or a line that the desk holds, else what the picture's search
 * finds under exactly that name.
 * @returns null where nothing that this window may see is called so
 */
export async function goTo(
  ref: string,
  reading: Reading,
  picture: Pick<Picture<'desk'>, 'ask'>,
): Promise<EntityRef | null> {
  const held = [...reading.incidents, ...reading.notes.map(({ record }) => record)].find(
    ({ entity, id }) => entity === ref || id === ref,
  )
  if (held) return entityOf(held)
  const found = await picture.ask('search', { text: ref, limit: 20 })
  const named = found.ok ? found.value.find(({ entity, id }) => entity === ref || id === ref) : undefined
  return named ? entityOf(named) : null
}
