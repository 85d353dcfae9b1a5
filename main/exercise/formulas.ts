import { sharedKey } from '../../preload/contract/shared.ts'
import { writeShared } from '../../preload/contract/shared-text.ts'
import type { Place } from '../../preload/contract/place.ts'
import type { Scenario } from './scenario.ts'

/** What the story's people have shared already, as if they had saved it at their desk: keys and texts. */
export function formulasOf(
  formulas: Scenario['formulas'],
  place: Place | null,
): { key: string; text: string }[] {
  if (place === null) return []
  const { organisation, node } = place
  return formulas.map(({ name, ...said }) => {
    const saved = { node, person: null }
    const key = sharedKey('formula', organisation, name)
    const written = writeShared(key, { ...said, owner: organisation, version: 1, saved })
    if (!written.ok) throw new Error(`${name}: ${written.error.message}`)
    return { key, text: written.value }
  })
}
