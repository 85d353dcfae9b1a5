/** Policies as files: what decides how much a screen may show. */
import fc, { type Arbitrary } from 'fast-check'
import type { Json, Marks } from './hostile.ts'
import { numbers, words } from './hostile.ts'
import { yamlTexts } from './yaml-texts.ts'

export const rightPolicy = (marks: Marks): Arbitrary<{ [key: string]: Json }> => {
  const text = words(marks).map((all) => all.slice(0, 100) || marks.mark)
  const ceiling = fc.constantFrom('np', 'dr', 'DR', 'dr ', 'cosmic-top', '__proto__', 'toString', '')
  const duration = fc.constantFrom('PT1H', 'P90D', 'P99999999D', 'PT0S', '-PT1H', 'PT1e9S', '')
  const looks = {
    scene: fc.constantFrom('situation', 'log', 'no-such-scene', '__proto__'),
    ceiling,
    distance: fc.oneof(fc.constantFrom(0.3, 5, 50), numbers),
    diagonal: fc.oneof(fc.constantFrom(5, 55, 500), numbers),
  }
  return fc
    .record(
      {
        node: text,
        organisation: text,
        wall: text,
        timeZone: fc.constantFrom('Europe/Paris', 'UTC', 'Etc/GMT+12', '+99:99', 'Mars/Olympus', ''),
        scheme: fc.constantFrom('default', 'other'),
        area: fc.constantFrom([2.2, 48.8, 2.4, 48.9], [-180, -90, 180, 90], [3, 49, 2, 48]),
        contentProtection: fc.boolean(),
        pictures: fc.boolean(),
        screens: fc.array(
          fc.record(
            { screen: fc.constantFrom(1, 2, 3, 64, 65, 0), display: fc.oneof(text, fc.integer()), ...looks },
            { requiredKeys: ['screen', 'scene', 'ceiling', 'distance', 'diagonal'] },
          ),
          { maxLength: 3 },
        ),
        others: fc.record(looks),
        desk: fc.record({ ceiling }),
        cache: fc.record(
          {
            retention: fc.record({ least: duration, most: duration }, { requiredKeys: [] }),
            megabytesPerProduct: fc.oneof(fc.constantFrom(16, 4096, 2 ** 24), numbers),
          },
          { requiredKeys: [] },
        ),
      },
      {
        noNullPrototype: true,
        requiredKeys: [
          'node',
          'organisation',
          'wall',
          'timeZone',
          'scheme',
          'contentProtection',
          'screens',
          'others',
          'desk',
        ],
      },
    )
    .map((all) => all as { [key: string]: Json })
}

export const policies = (marks: Marks): Arbitrary<string> => yamlTexts(rightPolicy(marks), marks)
