import * as v from 'valibot'

/**
 * The instant that the picture is of: now, or another one, `at` ms since 1970, going on at `pace` (1: as it happened,
 * 0: stopped). What came late is in a picture `known-now`, and not in one `known-then`.
 */
export const MomentSchema = v.union([
  v.strictObject({ live: v.literal(true) }),
  v.strictObject({
    at: v.pipe(v.number(), v.finite()),
    pace: v.pipe(v.number(), v.minValue(0), v.maxValue(1000)),
    as: v.picklist(['known-then', 'known-now']),
  }),
])
export type Moment = v.InferOutput<typeof MomentSchema>

export const live: Moment = { live: true }

/** What ages and labels are computed against. @param now ms since 1970, by the platform's time, as this window knows it */
export const instantOf = (moment: Moment, now: number): number => ('live' in moment ? now : moment.at)
