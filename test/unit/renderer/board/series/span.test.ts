import { describe, expect, it } from 'vitest'
import { moved, spanOf, zoomByKey, zoomed } from '../../../../../renderer/board/series/span.ts'

const hour = 3_600_000
const now = 100 * hour
const live = spanOf(null, 3 * hour, now)

describe('the window of time', () => {
  it('is the last hours while nobody touches it', () => {
    expect(live).toEqual({ from: 97 * hour, to: now })
  })
  it('keeps in its place what is under the pointer', () => {
    const span = zoomed(live, 0.5, 0.5, now)!
    expect(span).toEqual({ from: 97.75 * hour, to: 99.25 * hour })
  })
  it('never shows what is yet to come, nor more than a day', () => {
    expect(moved(live, 5, now)).toEqual(live)
    const far = zoomed(live, 100, 0, now)!
    expect(far.to).toBeLessThanOrEqual(now)
    expect(far.to - far.from).toBe(24 * hour)
    expect(moved(live, -500, now)!.from).toBe(76 * hour)
  })
  it('is never shorter than a minute', () => {
    const span = zoomed(live, 1e-9, 1, now)!
    expect(span.to - span.from).toBe(60_000)
  })
  it('goes with keys as with the pointer, and Escape is somebody else’s while it is live', () => {
    expect(zoomByKey('+', live, null, now)).toEqual({ zoom: { from: 98.5 * hour, to: now } })
    expect(zoomByKey('ArrowLeft', live, null, now)?.zoom?.to).toBe(99.25 * hour)
    expect(zoomByKey('Escape', live, null, now)).toBeNull()
    expect(zoomByKey('Escape', live, live, now)).toEqual({ zoom: null })
    expect(zoomByKey('x', live, null, now)).toBeNull()
  })
})
