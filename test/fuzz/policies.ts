/** Policies as files: what decides how much a screen may show. */
import fc, { type Arbitrary } from 'fast-check'
import type { Json, Marks } from './hostile.ts'
import { words } from './hostile.ts'
import { yamlTexts } from './yaml-texts.ts'

export const rightPolicy = (marks: Marks): Arbitrary<{ [key: string]: Json }> => {
  const text = words(marks).map((all) => all.slice(0, 100) || marks.mark)
  const looks = {
    scene: fc.constantFrom('situation', 'log', 'no-such-scene', 'scene-0'),
    // a level that the scheme does not know is its lowest
    ceiling: fc.constantFrom('np', 'dr', 'DR', 'dr ', 'cosmic-top', '__proto__', 'toString', ''),
    distance: fc.constantFrom(0.3, 5, 50),
    diagonal: fc.constantFrom(5, 55, 500),
  }
  const retention = fc.constantFrom<{ [key: string]: string }[]>(
    {},
    { least: 'PT1H', most: 'P90D' },
    { least: 'PT0S', most: 'PT0S' },
    { most: 'P36500D' },
  )
  return fc
    .record(
      {
        version: fc.constantFrom(1, 2, 1_000_000_000),
        expires: fc.constantFrom('2999-12-31', '2999-12-31T00:00:00Z'),
        language: fc.constantFrom('fr', 'en'),
        node: text,
        organisation: text,
        wall: text,
        timeZone: fc.constantFrom('Europe/Paris', 'UTC', 'Etc/GMT+12', 'Pacific/Kiritimati'),
        scheme: fc.constant('default'),
        area: fc.constantFrom([2.2, 48.8, 2.4, 48.9], [-180, -90, 180, 90], [179, -90, 180, 90]),
        contentProtection: fc.boolean(),
        pictures: fc.boolean(),
        screens: fc.uniqueArray(
          fc.record(
            { screen: fc.constantFrom(1, 2, 3, 64), display: fc.oneof(text, fc.integer()), ...looks },
            { requiredKeys: ['screen', 'scene', 'ceiling', 'distance', 'diagonal'] },
          ),
          { maxLength: 3, selector: ({ screen }) => screen },
        ),
        others: fc.record(looks),
        desk: fc.record({ ceiling: looks.ceiling }),
        cache: fc.record(
          {
            retention,
            megabytesPerProduct: fc.constantFrom(16, 4096, 2 ** 24),
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
