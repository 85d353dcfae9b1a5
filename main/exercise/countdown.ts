import * as v from 'valibot'
import type { Feature } from '../../preload/contract/event.ts'
import { ProductNameSchema } from '../../preload/contract/product.ts'
import { BothSchema, translated } from './words.ts'

/** A countdown as a script tells it; its times are minutes of the story. */
export const CountdownSchema = v.strictObject({
  product: ProductNameSchema,
  entity: v.string(),
  name: BothSchema,
  position: v.strictTuple([v.number(), v.number()]),
  status: v.picklist(['running', 'held', 'done']),
  /** the moment that was announced */
  planned: v.number(),
  /** … and the one it counts to; of a held one, as it was when it was held: it comes later by as long as the hold lasts */
  target: v.number(),
  /** since when it is held */
  held: v.optional(v.nullable(v.number()), null),
  reason: BothSchema,
  by: BothSchema,
  /** no sooner and no later */
  window: v.strictTuple([v.number(), v.number()]),
})
export type Countdown = v.InferOutput<typeof CountdownSchema>

/** @param iso of a minute of the story, RFC 3339 */
export const countdownBody = (one: Countdown, iso: (minute: number) => string): Feature => ({
  type: 'Feature',
  geometry: { type: 'Point', coordinates: [...one.position] },
  properties: {
    ...translated({ name: one.name, reason: one.reason, by: one.by }),
    category: 'countdown',
    severity: one.status === 'held' ? 'Moderate' : 'Unknown',
    status: one.status,
    planned: iso(one.planned),
    target: iso(one.target),
    held: one.held === null ? null : iso(one.held),
    window: one.window.map(iso),
  },
})
