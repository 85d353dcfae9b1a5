import { describe, expect, it } from 'vitest'
import { createQuality } from '../../../../main/engine/quality.ts'

describe('how well a product does what it promises', () => {
  it('is how late it came, and how much in the last minute', () => {
    const count = createQuality()
    for (let i = 0; i < 100; i++) count.took(0, i < 50 ? 100 : 4000, i < 50 ? 110 : 4010)
    const { perMinute, published, received } = count.told(4010)
    expect(perMinute).toBe(100)
    expect(published?.median).toBeCloseTo(100, -1)
    expect((published?.high ?? 0) / 4000).toBeCloseTo(1, 1)
    expect((received?.high ?? 0) / 10).toBeCloseTo(1, 1)
    expect(count.told(70_000).perMinute).toBe(0)
  })
  it('forgets by halves, so that what is told is of the last while', () => {
    const count = createQuality()
    for (let i = 0; i < 20_000; i++) count.took(0, 10, 20)
    for (let i = 0; i < 30_000; i++) count.took(0, 1000, 1010)
    expect((count.told(1010).published?.median ?? 0) / 1000).toBeCloseTo(1, 1)
  })
  it('has the reasons that most was rejected for first, and five at most', () => {
    const count = createQuality()
    const codes = [
      ...(['message.too-large', 'message.json-invalid', 'message.body-invalid'] as const),
      ...(['message.schema-mismatch', 'message.type-unknown', 'message.time-implausible'] as const),
    ]
    for (const [at, code] of codes.entries()) for (let i = 0; i <= at; i++) count.rejected(code)
    expect(count.told(0).reasons.map(({ count: each }) => each)).toEqual([6, 5, 4, 3, 2])
    expect(count.told(0).offSchema).toBe(4)
  })
})
