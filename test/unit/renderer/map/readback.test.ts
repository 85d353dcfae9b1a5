import { expect, test } from 'vitest'
import { withoutPremultiplication } from '../../../../renderer/map/readback.ts'

test('colours lose their alpha’s share; what is opaque or empty stays', () => {
  const pixels = Uint8ClampedArray.of(64, 32, 0, 128, 10, 20, 30, 255, 0, 0, 0, 0, 255, 255, 255, 254)
  withoutPremultiplication(pixels)
  expect([...pixels]).toEqual([128, 64, 0, 128, 10, 20, 30, 255, 0, 0, 0, 0, 255, 255, 255, 254])
})
