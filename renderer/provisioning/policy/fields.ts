/** The form of a policy: every key of it, in groups, or named as one that only the file has. */

/** In the order of the tabs; each has its words: `provisioning.policy.group.…`. */
export const groups = [
  'place',
  'authorities',
  'screens',
  'out',
  'persons',
  'retention',
  'start',
  'ground',
] as const
export type Group = (typeof groups)[number]

/** How a value is shown and typed. `names`: one a line; `numbers`: with commas. */
type Kind = 'text' | 'names' | 'numbers' | 'whole' | 'level' | 'yes' | 'choice' | 'duration'

export interface Field {
  group: Group
  path: readonly string[]
  /** whose words it has, and whose differences are its own */
  rule: string
  kind: Kind
  /** what holds where the policy says nothing; null: nothing does */
  absent: string | number | boolean | null
  /** of a choice; of a duration, those that are offered */
  choices?: readonly string[]
  /** what is written where it may be left out: shown while nothing is */
  such?: string
}

const field = (
  group: Group,
  path: string,
  rule: string,
  kind: Kind,
  more: Partial<Pick<Field, 'absent' | 'choices' | 'such'>> = {},
): Field => ({ group, path: path.split('.'), rule, kind, absent: null, ...more })

export const fields: readonly Field[] = [
  field('place', 'node', 'node', 'text'),
  field('place', 'organisation', 'organisation', 'text'),
  field('place', 'wall.name', 'wall', 'text'),
  field('place', 'wall.screens', 'own-screens', 'numbers', { such: '1, 2, 3' }),
  field('place', 'wall.nodes', 'nodes', 'names'),
  field('place', 'platform.addresses', 'platform', 'names', { such: 'tls://a.example:4222' }),
  field('place', 'acts', 'acts', 'text', { such: 'ops.acts' }),
  field('place', 'log', 'log', 'text', { such: 'ops.log' }),
  field('place', 'documents', 'documents', 'text', { such: 'ops.documents' }),
  field('place', 'reports', 'reports', 'text', { such: 'command.reports' }),
  field('place', 'version', 'version', 'whole'),
  field('place', 'expires', 'expires', 'text', { such: '2029-12-31' }),
  field('place', 'for', 'for', 'names'),
  field('authorities', 'signers', 'signers', 'names', { such: 'CN=Claire Aubert' }),
  field('authorities', 'trust.tls12', 'trust-tls12', 'yes', { absent: false }),
  field('authorities', 'trust.crl', 'trust-crl', 'names', { such: 'https://ca.example/platform.crl' }),
  field('authorities', 'trust.every', 'trust-every', 'duration', {
    ...{ absent: 'PT1H', choices: ['PT15M', 'PT1H', 'PT6H', 'P1D'] },
  }),
  field('authorities', 'trust.grace', 'trust-grace', 'duration', {
    ...{ absent: 'P1D', choices: ['PT0S', 'PT12H', 'P1D', 'P7D'] },
  }),
  field('authorities', 'trust.ocsp', 'trust-ocsp', 'choice', {
    ...{ absent: 'staple', choices: ['off', 'staple', 'require'] },
  }),
  field('authorities', 'enrol.est', 'enrol-est', 'text', { such: 'https://est.example/.well-known/est' }),
  field('authorities', 'enrol.before', 'enrol-before', 'duration', { choices: ['P7D', 'P30D', 'P60D'] }),
  field('authorities', 'enrol.key', 'enrol-key', 'choice', {
    choices: ['rsa-3072', 'rsa-4096', 'ec-p256', 'ec-p384'],
  }),
  field('authorities', 'timestamp.url', 'timestamp', 'text', { such: 'https://stamp.example/tsa' }),
  field('screens', 'desk.ceiling', 'desk-ceiling', 'level'),
  field('out', 'contentProtection', 'content-protection', 'yes'),
  field('out', 'copy', 'copy', 'yes', { absent: false }),
  field('out', 'pictures', 'pictures', 'yes', { absent: false }),
  field('persons', 'persons.list', 'persons', 'names', { such: 'A. Durand' }),
  field('persons', 'persons.free', 'persons-free', 'yes', { absent: false }),
  field('persons', 'breakGlass', 'break-glass', 'yes', { absent: false }),
  field('persons', 'answerWithin', 'answer-within', 'duration', {
    ...{ absent: 'PT5M', choices: ['PT2M', 'PT5M', 'PT15M', 'PT1H'] },
  }),
  field('retention', 'cache.retention.least', 'retention-least', 'duration', {
    ...{ absent: 'PT1H', choices: ['PT1H', 'PT12H', 'P1D'] },
  }),
  field('retention', 'cache.retention.most', 'retention-most', 'duration', {
    ...{ absent: 'P90D', choices: ['P2D', 'P7D', 'P30D', 'P90D'] },
  }),
  field('retention', 'cache.megabytesPerProduct', 'megabytes', 'whole', { absent: 4096, such: '4096' }),
  field('start', 'keystore', 'keystore', 'yes', { absent: false }),
  field('start', 'card.module', 'card-module', 'text', {
    such: '/usr/lib/x86_64-linux-gnu/opensc-pkcs11.so',
  }),
  field('start', 'card.removed', 'card-removed', 'choice', { absent: 'blank', choices: ['blank', 'stay'] }),
  field('ground', 'area', 'area', 'numbers', { such: '2.2, 48.8, 2.45, 48.92' }),
  field('ground', 'language', 'language', 'choice', { choices: ['fr', 'en'] }),
  field('ground', 'timeZone', 'time-zone', 'text'),
]

/** What is a list of things has a table of its own. */
export const tables: Record<string, { group: Group; keys: readonly string[] }> = {
  screens: { group: 'screens', keys: ['screen', 'scene', 'ceiling', 'display', 'distance', 'diagonal'] },
  others: { group: 'screens', keys: ['scene', 'ceiling', 'distance', 'diagonal'] },
  looks: { group: 'out', keys: [] },
  functions: { group: 'persons', keys: ['id', 'name', 'name.fr', 'name.en', 'may'] },
  fourEyes: { group: 'persons', keys: [] },
}

/** What nobody types in a form: shown, and kept as the file has it. */
export const onlyInFile: readonly { group: Group; path: readonly string[]; rule: string }[] = [
  { group: 'authorities', path: ['timestamp', 'authority'], rule: 'timestamp-authority' },
  { group: 'ground', path: ['scheme'], rule: 'scheme' },
]

const ofTables: Record<string, Group> = {
  'screen-ceiling': 'screens',
  'screen-scene': 'screens',
  'screen-display': 'screens',
  'screen-size': 'screens',
  'others-ceiling': 'screens',
  'others-scene': 'screens',
  'others-size': 'screens',
  look: 'out',
  function: 'persons',
  'act-functions': 'persons',
  'four-eyes': 'persons',
}

/** Where a difference shows. */
export const groupOf = (rule: string): Group | undefined =>
  ofTables[rule] ?? [...fields, ...onlyInFile].find((each) => each.rule === rule)?.group

/** Every key that the form has, by its path; of a list's things as of one. */
export const keysInForm: readonly string[] = [
  ...fields.map(({ path }) => path.join('.')),
  ...Object.entries(tables).flatMap(([name, { keys }]) => [name, ...keys.map((key) => `${name}.${key}`)]),
]
