/** What a policy says, rule by rule, for people; and what another says otherwise: stricter or wider. */
import { X509Certificate } from 'node:crypto'
import { askedFor, functionRights } from '../../preload/contract/act.ts'
import { ceilingOf, defaultScheme } from '../../preload/contract/marking.ts'
import { durationMs } from '../../preload/contract/product.ts'
import { momentOf, type readPolicyText } from './policy.ts'

/** A policy as it is written, with what holds where it says nothing. */
export type WrittenPolicy = Extract<ReturnType<typeof readPolicyText>, { ok: true }>['value']

/**
 * How much a rule lets happen: more is wider. Names let those happen that are named, and all where there is `everybody`;
 * null: one is as strict as the other.
 */
type Extent = number | readonly string[] | 'everybody' | null

/** Each has its words (`policy.rule.…`) in both languages; `{of}` in them is what it is about. */
export interface Rule {
  rule: RuleName
  of: string | null
  /** as the policy says it, or in what is the same everywhere: a level, a number, a name; null: it says nothing */
  value: string | null
  extent: Extent
}
export const ruleNames = [
  'version',
  'expires',
  'for',
  'signers',
  'node',
  'organisation',
  'wall',
  'own-screens',
  'nodes',
  'platform',
  'screen-ceiling',
  'others-ceiling',
  'desk-ceiling',
  'look',
  'screen-scene',
  'others-scene',
  'screen-display',
  'screen-size',
  'others-size',
  'content-protection',
  'pictures',
  'retention-least',
  'retention-most',
  'megabytes',
  'language',
  'time-zone',
  'area',
  'acts',
  'log',
  'documents',
  'reports',
  'trust-tls12',
  'trust-crl',
  'trust-every',
  'trust-grace',
  'trust-ocsp',
  'enrol-est',
  'enrol-before',
  'enrol-key',
  'card-module',
  'card-removed',
  'timestamp',
  'timestamp-authority',
  'keystore',
  'copy',
  'export-print',
  'export-files',
  'persons',
  'persons-free',
  'function',
  'act-functions',
  'four-eyes',
  'break-glass',
  'answer-within',
] as const
export type RuleName = (typeof ruleNames)[number]

export type Direction = 'stricter' | 'wider' | 'other'

export interface Difference {
  rule: RuleName
  of: string | null
  was: string | null
  is: string | null
  direction: Direction
}

const span = (ms: number): string => {
  const [unit, length] = (
    [
      ['d', 86_400_000],
      ['h', 3_600_000],
      ['min', 60_000],
    ] as const
  ).find(([, each]) => ms % each === 0) ?? ['s', 1000]
  return `${ms / length} ${unit}`
}
const listed = (names: readonly (string | number)[] | undefined): string | null => names?.join(', ') ?? null
const rank = (level: string): number => ceilingOf(defaultScheme, level)
/** A level that the scheme does not know is its lowest: said as what it is. */
const short = (level: string): string => defaultScheme.levels[rank(level)]?.short ?? ''

const yesOrNo = (is: boolean): string => (is ? 'yes' : 'no')

/** Who may sit at the desk. Without a name, nobody is asked for one: that is wider than to say any. */
function personRules({ persons }: WrittenPolicy): Rule[] {
  const { list, free } = persons
  const named = list.length > 0
  return [
    {
      rule: 'persons',
      of: null,
      value: named ? list.join(', ') : null,
      extent: free || !named ? 'everybody' : list,
    },
    { rule: 'persons-free', of: null, value: yesOrNo(free), extent: free ? 1 : named ? 0 : 2 },
  ]
}

/** Functions one by one, then each act that asks for one: it is open to more where more of them may do it. */
function functionRules({ functions }: WrittenPolicy): Rule[] {
  const held = functions.map(({ id, name }): Rule => {
    const value = typeof name === 'string' ? name : `${name.fr} / ${name.en}`
    return { rule: 'function', of: id, value, extent: null }
  })
  const acts = functionRights.flatMap((act): Rule[] => {
    const may = functions.filter((each) => each.may.includes(act)).map(({ id }) => id)
    return may.length === 0 ? [] : [{ rule: 'act-functions', of: act, value: may.join(', '), extent: may }]
  })
  return [...held, ...acts]
}

/** Acts that ask for a second person; those that do not are what one may do alone. */
function secondPersonRules({ fourEyes, breakGlass }: WrittenPolicy): Rule[] {
  const [asked, alone] = [true, false].map((is) => askedFor.filter((act) => fourEyes.includes(act) === is))
  return [
    { rule: 'four-eyes', of: null, value: asked?.join(', ') || null, extent: alone ?? [] },
    { rule: 'break-glass', of: null, value: yesOrNo(breakGlass), extent: breakGlass ? 1 : 0 },
  ]
}

/** Where no authority is named, whoever stamps counts. */
function stampRules({ timestamp }: WrittenPolicy): Rule[] {
  const by =
    timestamp?.authority === undefined ? null : new X509Certificate(timestamp.authority).fingerprint256
  const extent = timestamp === undefined ? null : by === null ? 'everybody' : [by]
  return [
    { rule: 'timestamp', of: null, value: timestamp?.url ?? null, extent: null },
    { rule: 'timestamp-authority', of: null, value: by, extent },
  ]
}

export function rulesOf(policy: WrittenPolicy): Rule[] {
  const { screens, others, desk, looks, cache, wall, trust, enrol, card } = policy
  const named = typeof wall === 'string' ? { name: wall } : wall
  const rule = (
    name: RuleName,
    value: string | null,
    extent: Extent = null,
    of: string | null = null,
  ): Rule => ({
    ...{ rule: name, of, value, extent },
  })
  const size = ({ distance, diagonal }: { distance: number; diagonal: number }) =>
    `${distance} m, ${diagonal}″`
  return [
    rule('version', policy.version === undefined ? null : String(policy.version)),
    rule(
      'expires',
      policy.expires ?? null,
      policy.expires === undefined ? Infinity : momentOf(policy.expires),
    ),
    rule('for', listed(policy.for), policy.for ?? (policy.node === undefined ? 'everybody' : [policy.node])),
    rule('signers', listed(policy.signers), policy.signers ?? 'everybody'),
    rule('node', policy.node ?? null),
    rule('organisation', policy.organisation),
    rule('wall', named.name),
    rule('own-screens', listed(named.screens)),
    rule('nodes', listed(named.nodes), named.nodes ?? 'everybody'),
    rule('platform', listed(policy.platform?.addresses)),
    ...screens.map(({ screen, ceiling }) =>
      rule('screen-ceiling', short(ceiling), rank(ceiling), String(screen)),
    ),
    rule('others-ceiling', short(others.ceiling), rank(others.ceiling)),
    rule('desk-ceiling', short(desk.ceiling), rank(desk.ceiling)),
    ...Object.entries(looks).map(([node, level]) => rule('look', short(level), rank(level), node)),
    ...screens.map(({ screen, scene }) => rule('screen-scene', scene, null, String(screen))),
    rule('others-scene', others.scene),
    ...screens.flatMap(({ screen, display }) =>
      display === undefined
        ? []
        : [rule('screen-display', String(display), [String(display)], String(screen))],
    ),
    ...screens.map((screen) => rule('screen-size', size(screen), null, String(screen.screen))),
    rule('others-size', size(others)),
    rule('content-protection', yesOrNo(policy.contentProtection), policy.contentProtection ? 0 : 1),
    rule('pictures', yesOrNo(policy.pictures), policy.pictures ? 1 : 0),
    rule('retention-least', span(cache.leastRetention), cache.leastRetention),
    rule('retention-most', span(cache.mostRetention), cache.mostRetention),
    rule('megabytes', String(cache.mostBytes / 2 ** 20), cache.mostBytes),
    rule('trust-tls12', yesOrNo(trust.tls12), trust.tls12 ? 1 : 0),
    // each list that is named is one more demand
    rule('trust-crl', trust.crl.length === 0 ? null : trust.crl.join(', '), -trust.crl.length),
    rule('trust-every', span(trust.every), trust.every),
    rule('trust-grace', span(trust.grace), trust.grace),
    rule('trust-ocsp', trust.ocsp, ['require', 'staple', 'off'].indexOf(trust.ocsp)),
    rule('enrol-est', enrol?.est ?? null),
    rule('enrol-before', enrol?.before ?? null),
    rule('enrol-key', enrol?.key ?? null),
    rule('card-module', card?.module ?? null),
    rule('card-removed', card?.removed ?? null, card?.removed === 'stay' ? 1 : 0),
    ...stampRules(policy),
    rule('keystore', yesOrNo(policy.keystore), policy.keystore ? 1 : 0),
    rule('copy', yesOrNo(policy.copy), policy.copy ? 1 : 0),
    rule('export-print', yesOrNo(policy.export.print), policy.export.print ? 1 : 0),
    rule('export-files', yesOrNo(policy.export.files), policy.export.files ? 1 : 0),
    ...personRules(policy),
    ...functionRules(policy),
    ...secondPersonRules(policy),
    // nobody may more for it, or less
    rule('answer-within', span(durationMs(policy.answerWithin))),
    rule('language', policy.language ?? null),
    rule('time-zone', policy.timeZone),
    rule('area', listed(policy.area)),
    rule('acts', policy.acts),
    rule('log', policy.log),
    rule('documents', policy.documents),
    rule('reports', policy.reports),
  ]
}

/** Where names went and names came, it is wider: somebody may now who might not. */
function directionOf(was: Extent, is: Extent): Direction {
  if (typeof was === 'number' && typeof is === 'number')
    return is > was ? 'wider' : is < was ? 'stricter' : 'other'
  if (was === null || is === null || typeof was === 'number' || typeof is === 'number' || was === is)
    return 'other'
  if (is === 'everybody') return 'wider'
  if (was === 'everybody') return 'stricter'
  return is.some((name) => !was.includes(name)) ? 'wider' : 'stricter'
}

/** Names in another order, or one twice, say the same. */
const namesTheSame = (was: Extent, is: Extent): boolean =>
  Array.isArray(was) &&
  Array.isArray(is) &&
  was.every((name) => is.includes(name)) &&
  is.every((name) => was.includes(name))

/** What holds for a thing that a policy does not name. */
function unnamed(
  { rule, of }: Pick<Rule, 'rule' | 'of'>,
  policy: WrittenPolicy,
  rules: readonly Rule[],
): Omit<Rule, 'rule' | 'of'> {
  const as = (name: RuleName) => rules.find((each) => each.rule === name) ?? { value: null, extent: null }
  if (rule === 'screen-ceiling') return as('others-ceiling')
  if (rule === 'screen-scene') return as('others-scene')
  if (rule === 'screen-size') return as('others-size')
  if (rule === 'screen-display' || rule === 'act-functions') return { value: null, extent: 'everybody' }
  if (rule === 'look') {
    // whose acts count may see what the screens show, others the lowest level (`lookCeiling`)
    const nodes = typeof policy.wall === 'string' ? [] : (policy.wall.nodes ?? [])
    const counts = of !== null && nodes.includes(of)
    const level = defaultScheme.levels[counts ? defaultScheme.levels.length - 1 : 0]
    return { value: level?.short ?? '', extent: counts ? defaultScheme.levels.length - 1 : 0 }
  }
  return { value: null, extent: null }
}

/** @returns what the second says otherwise than the first, rule by rule */
export function diffOf(before: WrittenPolicy, after: WrittenPolicy): Difference[] {
  const [was, is] = [rulesOf(before), rulesOf(after)]
  const same = (a: Rule, b: Rule): boolean => a.rule === b.rule && a.of === b.of
  const gone = was.filter((rule) => !is.some((each) => same(rule, each)))
  return [...is, ...gone].flatMap(({ rule, of }) => {
    const at = { rule, of }
    const one = was.find((each) => same(each, { ...each, ...at })) ?? { ...at, ...unnamed(at, before, was) }
    const other = is.find((each) => same(each, { ...each, ...at })) ?? { ...at, ...unnamed(at, after, is) }
    if (one.value === other.value || namesTheSame(one.extent, other.extent)) return []
    return [{ ...at, was: one.value, is: other.value, direction: directionOf(one.extent, other.extent) }]
  })
}
