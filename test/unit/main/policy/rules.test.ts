/** What one policy says otherwise than another: stricter, wider, or neither. */
import { readFile } from 'node:fs/promises'
import { expect, it } from 'vitest'
import { readPolicyText } from '../../../../main/policy/policy.ts'
import { diffOf, ruleNames, rulesOf, type Difference } from '../../../../main/policy/rules.ts'
import fr from '../../../../resources/translations/fr.json' with { type: 'json' }

const example = await readFile('resources/policy.example.yaml', 'utf8')
const written = (text: string) => {
  const read = readPolicyText(text, 'policy.yaml')
  if (!read.ok) throw new Error(`${read.error.subject} ${read.error.message}`)
  return read.value
}

it.each<[string, string | RegExp, string, Partial<Difference>]>([
  [
    'a lower ceiling',
    'scene: domains, ceiling: dr',
    'scene: domains, ceiling: np',
    { rule: 'screen-ceiling', of: '2', was: 'DR', is: 'NP', direction: 'stricter' },
  ],
  [
    'a higher one',
    'scene: log, ceiling: np',
    'scene: log, ceiling: dr',
    { rule: 'screen-ceiling', of: '3', was: 'NP', is: 'DR', direction: 'wider' },
  ],
  [
    'a screen that is named and was not',
    'others:',
    '  - { screen: 4, scene: situation, ceiling: dr, distance: 5, diagonal: 55 }\nothers:',
    { rule: 'screen-ceiling', of: '4', was: 'NP', is: 'DR', direction: 'wider' },
  ],
  [
    'a level that nobody knows, which is the lowest',
    'desk: { ceiling: dr }',
    'desk: { ceiling: cosmic }',
    { rule: 'desk-ceiling', was: 'DR', is: 'NP', direction: 'stricter' },
  ],
  [
    'what is kept for longer',
    'most: P90D',
    'most: P120D',
    { rule: 'retention-most', was: '90 d', is: '120 d', direction: 'wider' },
  ],
  [
    'pictures',
    'pictures: false',
    'pictures: true',
    { rule: 'pictures', was: 'no', is: 'yes', direction: 'wider' },
  ],
  [
    'screen shots',
    'contentProtection: true',
    'contentProtection: false',
    { rule: 'content-protection', direction: 'wider' },
  ],
  [
    'one more node that it is for',
    'for: [poste-07]',
    'for: [poste-07, poste-08]',
    { rule: 'for', direction: 'wider' },
  ],
  ['anybody who may sign', /^signers: .*$/m, '', { rule: 'signers', is: null, direction: 'wider' }],
  [
    'one fewer whose acts count',
    'nodes: [poste-07, poste-08]',
    'nodes: [poste-07]',
    { rule: 'nodes', direction: 'stricter' },
  ],
  [
    'an earlier end',
    'expires: 2029-12-31',
    'expires: 2028-12-31',
    { rule: 'expires', direction: 'stricter' },
  ],
  ['no end', /^expires: .*$/m, '', { rule: 'expires', direction: 'wider' }],
  [
    'a look that is refused no more',
    'looks: { poste-09: np }',
    'looks: { poste-09: dr }',
    { rule: 'look', of: 'poste-09', direction: 'wider' },
  ],
  [
    'a display that is not asked for any more',
    ', display: LG 55UH5F-H',
    '',
    { rule: 'screen-display', of: '1', direction: 'wider' },
  ],
  [
    'another scene',
    'scene: log,',
    'scene: situation,',
    { rule: 'screen-scene', of: '3', direction: 'other' },
  ],
])('%s', (_what, from, to, difference) => {
  const changed = example.replace(from, to)
  expect(changed).not.toBe(example)
  expect(diffOf(written(example), written(changed))).toContainEqual(expect.objectContaining(difference))
  // and back it is the other way round
  const back = diffOf(written(changed), written(example)).find(
    ({ rule, of }) => rule === difference.rule && of === (difference.of ?? of),
  )
  const turned = { stricter: 'wider', wider: 'stricter', other: 'other' } as const
  expect(back?.direction).toBe(turned[difference.direction ?? 'other'])
})

it('of a policy with itself is nothing', () => {
  expect(diffOf(written(example), written(example))).toEqual([])
})

it('every rule has its words, and each of the example’s keys is a rule', () => {
  for (const name of ruleNames) expect(fr).toHaveProperty([`policy.rule.${name}`])
  const said = new Set(rulesOf(written(example)).map(({ rule }) => rule))
  expect(ruleNames.filter((name) => !said.has(name))).toEqual([])
})
