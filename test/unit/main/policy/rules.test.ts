/** What one policy says otherwise than another: stricter, wider, or neither. */
import { readFile } from 'node:fs/promises'
import { toJsonSchema } from '@valibot/to-json-schema'
import { expect, it } from 'vitest'
import { parse, stringify } from 'yaml'
import { createAuthority } from '../../../../main/exercise/authority.ts'
import { PolicySchema, readPolicyText } from '../../../../main/policy/policy.ts'
import { diffOf, ruleNames, rulesOf, type Difference } from '../../../../main/policy/rules.ts'
import en from '../../../../resources/translations/en.json' with { type: 'json' }
import fr from '../../../../resources/translations/fr.json' with { type: 'json' }
import { valueKeysOf, type Node } from './schema-keys.ts'

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
  ['anybody who may sign', /^signers:\n( +- .*\n)+/m, '', { rule: 'signers', is: null, direction: 'wider' }],
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
  [
    'an end at noon where it was the end of the day',
    'expires: 2029-12-31',
    'expires: 2029-12-31T12:00:00Z',
    { rule: 'expires', direction: 'stricter' },
  ],
  [
    'one more act that asks for a second person',
    'fourEyes: [unblank]',
    'fourEyes: [show-scene, unblank]',
    { rule: 'four-eyes', was: 'unblank', direction: 'stricter' },
  ],
  [
    'one person who may do it alone',
    'breakGlass: false',
    'breakGlass: true',
    { rule: 'break-glass', was: 'no', is: 'yes', direction: 'wider' },
  ],
  [
    'a line that waits longer for its answer',
    'answerWithin: PT5M',
    'answerWithin: PT15M',
    { rule: 'answer-within', was: '5 min', is: '15 min', direction: 'other' },
  ],
  [
    'a keystore that opens the cache',
    'keystore: false',
    'keystore: true',
    { rule: 'keystore', was: 'no', is: 'yes', direction: 'wider' },
  ],
  ['texts that may be copied', 'copy: false', 'copy: true', { rule: 'copy', direction: 'wider' }],
  ['names that may be typed', 'free: false', 'free: true', { rule: 'persons-free', direction: 'wider' }],
  [
    'one fewer who may sit there',
    'A. Durand, B. Morel, C. Lefèvre',
    'A. Durand, B. Morel',
    { rule: 'persons', direction: 'stricter' },
  ],
  [
    'one more act that asks for a function',
    'may: [show-scene, unblank]',
    'may: [show-scene, unblank, point-out]',
    { rule: 'act-functions', of: 'point-out', was: null, is: 'chef-de-salle', direction: 'stricter' },
  ],
  [
    'another function that may do it too',
    'en: Duty officer }',
    'en: Duty officer }, may: [unblank]',
    { rule: 'act-functions', of: 'unblank', was: 'chef-de-salle', direction: 'wider' },
  ],
  [
    'a function that is called otherwise',
    'en: Room chief',
    'en: Chief',
    { rule: 'function', of: 'chef-de-salle', direction: 'other' },
  ],
  [
    'stamps of whoever gives them',
    / {2}authority: \|\n( {4}.*\n)+/,
    '',
    { rule: 'timestamp-authority', is: null, direction: 'wider' },
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

it('where one act asks for a second person and another no more, it is wider', () => {
  const other = example.replace('fourEyes: [unblank]', 'fourEyes: [show-scene]')
  expect(diffOf(written(example), written(other))).toMatchObject([
    { rule: 'four-eyes', was: 'unblank', is: 'show-scene', direction: 'wider' },
  ])
})

it('names in another order are the same', () => {
  const turned = example.replace('[poste-07, poste-08]', '[poste-08, poste-07]')
  expect(diffOf(written(example), written(turned))).toEqual([])
})

it('nobody who is asked for a name is wider than anybody who says one', () => {
  const nobody = example
    .replace(/^(persons|functions|fourEyes): *.*\n( +- .*\n)*/gm, '')
    .replace('breakGlass: false', '')
  const anybody = `${nobody}\npersons: { free: true }\n`
  expect(diffOf(written(nobody), written(anybody))).toMatchObject([
    { rule: 'persons-free', was: 'no', is: 'yes', direction: 'stricter' },
  ])
})

it('a policy that names no node is for any', () => {
  const any = example.replace(/^(for|node): .*$/gm, '')
  expect(diffOf(written(any), written(example))).toContainEqual(
    expect.objectContaining({ rule: 'for', direction: 'stricter' }),
  )
})

/** Of every key that there is, another value than the example's: what `diff` and `show` do not know is forgotten. */
const otherwise = async (): Promise<Record<string, unknown>> => ({
  version: 2,
  expires: '2028-12-31',
  for: ['poste-08'],
  signers: ['CN=Somebody Else'],
  node: 'poste-08',
  organisation: 'ANSSI',
  'wall.name': 'PC',
  'wall.screens': [4],
  'wall.nodes': ['poste-09'],
  'platform.addresses': ['tls://c.example:4222'],
  looks: { 'poste-10': 'dr' },
  acts: 'ops.others',
  log: 'ops.other-log',
  documents: 'ops.other-documents',
  reports: 'ops.other-reports',
  language: 'en',
  timeZone: 'Europe/Berlin',
  area: [1, 2, 3, 4],
  contentProtection: false,
  pictures: true,
  'screens.screen': 9,
  'screens.scene': 'log',
  'screens.ceiling': 'np',
  'screens.display': 'another',
  'screens.distance': 7,
  'screens.diagonal': 65,
  'others.scene': 'log',
  'others.ceiling': 'dr',
  'others.distance': 7,
  'others.diagonal': 65,
  'desk.ceiling': 'np',
  'cache.retention.least': 'PT2H',
  'cache.retention.most': 'P60D',
  'cache.megabytesPerProduct': 512,
  keystore: true,
  'timestamp.url': 'https://other.example/tsa',
  'timestamp.authority': (await createAuthority('Another', Date.now())).certificate,
  copy: true,
  'persons.list': ['D. Petit'],
  'persons.free': true,
  'functions.id': 'another',
  'functions.name.fr': 'Autre',
  'functions.name.en': 'Other',
  'functions.may': ['point-out'],
  fourEyes: ['show-scene'],
  breakGlass: true,
  answerWithin: 'PT9M',
  'enrol.est': 'https://other.example/.well-known/est',
  'enrol.before': 'P20D',
  'enrol.key': 'ec-p256',
  'trust.tls12': true,
  'trust.crl': ['/etc/other.crl'],
  'trust.every': 'PT2H',
  'trust.grace': 'P2D',
  'trust.ocsp': 'require',
  'card.module': '/usr/lib/other.so',
  'card.removed': 'stay',
})
function put(into: unknown, [key, ...rest]: string[], value: unknown): void {
  if (key === undefined) return
  const at = (Array.isArray(into) ? into[0] : into) as Record<string, unknown>
  if (rest.length === 0) at[key] = value
  else put(at[key], rest, value)
}

it('whatever key of a policy says something else is told', async () => {
  const others = await otherwise()
  const schema = toJsonSchema(PolicySchema, { typeMode: 'input', errorMode: 'ignore' }) as Node
  expect(Object.keys(others).sort()).toEqual(valueKeysOf(schema).sort())
  const untold = Object.entries(others).filter(([key, value]) => {
    const changed = parse(example) as unknown
    put(changed, key.split('.'), value)
    return diffOf(written(example), written(stringify(changed))).length === 0
  })
  expect(untold.map(([key]) => key)).toEqual([])
})

it('every rule has its words, and each of the example’s keys is a rule', () => {
  for (const words of [fr, en])
    for (const name of ruleNames) expect(words).toHaveProperty([`policy.rule.${name}`])
  const said = new Set(rulesOf(written(example)).map(({ rule }) => rule))
  expect(ruleNames.filter((name) => !said.has(name))).toEqual([])
})
