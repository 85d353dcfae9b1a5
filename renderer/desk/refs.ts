import { namesDocument } from '../../preload/contract/document.ts'
import type { EntityRef } from '../../preload/contract/entity.ts'
import type { DeskState } from '../../preload/contract/state.ts'
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

/** A document that a reference names: what was attached to a line. @returns null: it names none, or there are none here */
export function documentNamed(ref: string, { deliveries }: Pick<DeskState, 'deliveries'>): EntityRef | null {
  if (!namesDocument(ref)) return null
  const product = deliveries.find(({ type }) => type === 'vigie.document.v1')?.product
  return product === undefined ? null : { product, entity: ref }
}
