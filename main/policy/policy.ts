import { X509Certificate } from 'node:crypto'
import * as v from 'valibot'
import {
  askedActs,
  askedFor,
  functionRights,
  releaseRight,
  rowOf,
  type AskedFor,
} from '../../preload/contract/act.ts'
import { FunctionIdSchema, PersonNameSchema } from '../../preload/contract/person.ts'
import { WordsSchema, type Words } from '../../preload/contract/words.ts'
import { AreaSchema, type Area } from '../../preload/contract/scene.ts'
import {
  ceilingOf,
  defaultScheme,
  highestRank,
  type MarkingScheme,
  type Rank,
} from '../../preload/contract/marking.ts'
import { tokenOf, type Place } from '../../preload/contract/place.ts'
import {
  DurationSchema,
  ProductNameSchema,
  durationMs,
  type ProductName,
} from '../../preload/contract/product.ts'
import { fail, type Result } from '../../preload/contract/result.ts'
import { ServerAddressesSchema } from '../../preload/contract/server-address.ts'
import { TrustPolicySchema, closedTrust, type TrustPolicy } from '../identity/trust/terms.ts'
import { LanguageSchema, type Language } from '../../preload/contract/words.ts'
import { readYamlText } from '../../preload/contract/yaml-text.ts'
import { endpointOf } from '../identity/est/exchange.ts'
import { keyKinds, type KeyKind } from '../identity/request.ts'
import { TimeZoneSchema } from '../../preload/contract/time-zone.ts'

const Name = v.pipe(v.string(), v.minLength(1), v.maxLength(100))
const SceneName = v.pipe(v.string(), v.regex(/^[a-z0-9-]{1,64}$/, 'a scene is named in a-z 0-9 -'))

/** One: what follows it would count for some readers and for others not. */
const isCertificate = (pem: string): boolean => {
  try {
    return pem.split('-----BEGIN ').length === 2 && new X509Certificate(pem).raw.length > 0
  } catch {
    return false
  }
}

const ScreenPolicySchema = v.strictObject({
  /** 1-based, counted from the left */
  screen: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(64)),
  scene: SceneName,
  /** a level of the scheme; one that the scheme does not know is its lowest */
  ceiling: v.string(),
  /** the label or id of the display that it is; another shows nothing until it is accepted at the desk */
  display: v.optional(v.union([Name, v.pipe(v.number(), v.integer())])),
  /** metres from which it is read */
  distance: v.pipe(v.number(), v.minValue(0.3), v.maxValue(50)),
  /** inches */
  diagonal: v.pipe(v.number(), v.minValue(5), v.maxValue(500)),
})

/** Of every product, whatever its descriptor asks for: none may fill the disk, none may leave nothing to look back at. */
const CacheSchema = v.pipe(
  v.strictObject({
    retention: v.optional(
      v.strictObject({
        least: v.optional(DurationSchema, 'PT1H'),
        most: v.optional(DurationSchema, 'P90D'),
      }),
      {},
    ),
    megabytesPerProduct: v.optional(
      v.pipe(v.number(), v.integer(), v.minValue(16), v.maxValue(16 * 2 ** 20)),
      4096,
    ),
  }),
  v.transform(({ retention, megabytesPerProduct }) => ({
    leastRetention: durationMs(retention.least),
    mostRetention: durationMs(retention.most),
    mostBytes: megabytesPerProduct * 2 ** 20,
  })),
  v.check(
    ({ leastRetention, mostRetention }) => leastRetention <= mostRetention,
    'the least retention is longer than the most',
  ),
)

/** What may ask for a function, or for a second person. */
const AskedActSchema = v.picklist(askedFor)
const PersonsSchema = v.strictObject({
  /** the names to choose from */
  list: v.optional(v.pipe(v.array(PersonNameSchema), v.maxLength(500)), []),
  /** others may be typed */
  free: v.optional(v.boolean(), false),
})
const FunctionPolicySchema = v.strictObject({
  id: FunctionIdSchema,
  name: WordsSchema,
  /** acts that only who holds it may do, or another function that may do them too; `enter-line`: write the log */
  may: v.optional(v.pipe(v.array(v.picklist(functionRights)), v.maxLength(100)), []),
})

const EnrolSchema = v.strictObject({
  est: v.pipe(
    v.string(),
    v.maxLength(500),
    v.check((url) => endpointOf(url, 'cacerts') !== null, 'an https address of an EST server'),
  ),
  /** before its end; absent: when a third of its life is left */
  before: v.optional(DurationSchema),
  /** of each new key; absent: what the server wants, or as it was */
  key: v.optional(v.picklist(keyKinds)),
})

/** A day is meant to its end, UTC. */
export const momentOf = (text: string): number =>
  Date.parse(/^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T23:59:59Z` : text)
const MomentSchema = v.pipe(
  v.string('a date such as 2027-06-30, or 2027-06-30T12:00:00Z'),
  v.regex(
    /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2})?(Z|[+-]\d{2}:\d{2}))?$/,
    'a date such as 2027-06-30, or 2027-06-30T12:00:00Z',
  ),
  v.check((text) => !Number.isNaN(momentOf(text)), 'a date that there is'),
)

export const PolicySchema = v.strictObject({
  /** goes up with each policy that is signed: a lower one is refused */
  version: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(1_000_000_000))),
  /** from then on it is none; absent: it is one as long as its signer's certificate */
  expires: v.optional(MomentSchema),
  /** the nodes that it is for, by name; absent: the one that it names itself */
  for: v.optional(v.pipe(v.array(Name), v.minLength(1), v.maxLength(200))),
  /** who may sign it and the next one, by name or by fingerprint (SHA-256); absent: whom its authority certified */
  signers: v.optional(
    v.pipe(v.array(v.pipe(v.string(), v.minLength(1), v.maxLength(500))), v.minLength(1), v.maxLength(50)),
  ),
  /** absent: it has the name that it was started with, or had before */
  node: v.optional(Name),
  organisation: Name,
  /** its name; with several machines, whose screens these are, and whose acts count: absent, of all who may write there */
  wall: v.union([
    Name,
    v.strictObject({
      name: Name,
      screens: v.optional(
        v.pipe(
          v.array(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(64))),
          v.minLength(1),
          v.check((all) => new Set(all).size === all.length, 'a screen is named twice'),
        ),
      ),
      nodes: v.optional(v.pipe(v.array(Name), v.minLength(1), v.maxLength(200))),
    }),
  ]),
  /** where this node signs in, unless the command line says where */
  platform: v.optional(v.strictObject({ addresses: ServerAddressesSchema })),
  /**
   * up to which level a node may look at this one's screens, by its name; never above the screen's own ceiling, nor what it
   * asks. Of those that are not named here: who is named in `wall: nodes`, what the screen may show; the others, the lowest
   */
  looks: v.optional(v.record(Name, v.string()), {}),
  /** the data product of acts */
  acts: v.optional(ProductNameSchema, 'ops.acts'),
  /** … and the one that lines of the log are entered into */
  log: v.optional(ProductNameSchema, 'ops.log'),
  /** … the one that documents are added to, and the one that syntheses are published in */
  documents: v.optional(ProductNameSchema, 'ops.documents'),
  reports: v.optional(ProductNameSchema, 'command.reports'),
  /** that the node starts in, unless somebody chose another at the desk */
  language: v.optional(LanguageSchema),
  timeZone: TimeZoneSchema,
  scheme: v.literal('default'),
  /** west, south, east, north, degrees: what the maps of the scenes show that name no area of their own */
  area: v.optional(AreaSchema),
  /** where the system can (not on X11), others' screen shots of our windows come out black */
  contentProtection: v.boolean(),
  /** a headless run may leave pictures of what a real platform's screens showed, in clear */
  pictures: v.optional(v.boolean(), false),
  screens: v.pipe(
    v.array(ScreenPolicySchema),
    v.maxLength(64),
    v.check((all) => new Set(all.map(({ screen }) => screen)).size === all.length, 'a screen is named twice'),
  ),
  /** screens that are not named above */
  others: v.omit(ScreenPolicySchema, ['screen', 'display']),
  desk: v.strictObject({ ceiling: v.string() }),
  cache: v.optional(CacheSchema, {}),
  /** the operating system's keystore opens the cache where nobody has signed in: for walls that nobody attends */
  keystore: v.optional(v.boolean(), false),
  /** who stamps the blocks of the trail (RFC 3161), and the certificate of who issued its own, PEM */
  timestamp: v.optional(
    v.strictObject({
      url: v.pipe(v.string(), v.regex(/^https?:\/\/[^\s]{1,500}$/, 'an address as https://HOST/PATH')),
      authority: v.optional(
        v.pipe(
          v.string(),
          v.startsWith('-----BEGIN CERTIFICATE-----'),
          v.maxLength(100_000),
          v.check(isCertificate, 'one certificate that can be read (PEM)'),
        ),
      ),
    }),
  ),
  /** texts of the desk may be copied to other programs of this machine */
  copy: v.optional(v.boolean(), false),
  /** the log may be printed, or saved as a file, from the desk */
  export: v.optional(
    v.strictObject({
      print: v.optional(v.boolean(), false),
      files: v.optional(v.boolean(), false),
    }),
    {},
  ),
  /** who may sit at the desk; absent: nobody is asked who they are */
  persons: v.optional(PersonsSchema, {}),
  /** of the room, each held by one person at a time */
  functions: v.optional(
    v.pipe(
      v.array(FunctionPolicySchema),
      v.maxLength(50),
      v.check((all) => new Set(all.map(({ id }) => id)).size === all.length, 'a function is named twice'),
    ),
    [],
  ),
  /** a line that is addressed to a function and that nobody there has read by then calls */
  answerWithin: v.optional(DurationSchema, 'PT5M'),
  /** acts that are done only once a second person has agreed */
  fourEyes: v.optional(v.pipe(v.array(AskedActSchema), v.maxLength(100)), []),
  /** one person may do such an act alone, with a reason that all desks show */
  breakGlass: v.optional(v.boolean(), false),
  /** the server (EST) that renews this node's certificate; absent: nobody renews it by itself */
  enrol: v.optional(EnrolSchema),
  /** how the platform's certificates are judged */
  trust: v.optional(TrustPolicySchema, {}),
  /** the PKCS#11 driver of the card that signs in here, and what the screens do once it is pulled */
  card: v.optional(
    v.strictObject({
      module: v.pipe(v.string(), v.regex(/^\/[^\p{Cc}]{1,1000}$/u, 'a driver is named by its whole path')),
      removed: v.optional(v.picklist(['blank', 'stay']), 'blank'),
    }),
  ),
})

export interface ScreenPolicy {
  screen: number
  scene: string
  ceiling: Rank
  /** null: whichever hangs there */
  display: string | null
  distance: number
  diagonal: number
}

export interface Enrolling {
  /** URL of an EST server */
  est: string
  /** ms before its end; null: when a third of its life is left */
  before: number | null
  key: KeyKind | null
}

/** What this node may show and where, as decided by who runs it. */
export interface Policy {
  /** null: it has none, as it is not signed */
  version: number | null
  /** ms since 1970; null: it does not say */
  expires: number | null
  for: readonly string[] | null
  signers: readonly string[] | null
  /** what people call this machine */
  node: string
  organisation: string
  wall: string
  /** the numbers of the screens that are this node's own, from the left; null: as many as hang there, from 1 */
  ownScreens: readonly number[] | null
  /** the nodes whose acts count at this wall, itself among them; null: whoever may write there */
  nodes: readonly string[] | null
  /** the addresses of the platform's servers; null: the command line names them */
  platform: readonly string[] | null
  acts: ProductName
  log: ProductName
  documents: ProductName
  reports: ProductName
  language: Language | null
  timeZone: string
  scheme: MarkingScheme
  contentProtection: boolean
  pictures: boolean
  /** who stamps the trail, who issued its certificates, PEM, and whether TLS 1.2 does; null: nobody stamps */
  timestamp: { url: string; authorities: readonly string[] | null; tls12: boolean } | null
  /** the operating system's keystore opens the cache where nobody has signed in */
  keystore: boolean
  /** texts of the desk may be copied to other programs of this machine */
  copy: boolean
  /** the log may be printed, or saved as a file */
  export: { print: boolean; files: boolean }
  /** how long (ms) and how much (bytes of events) is kept of each product */
  cache: { leastRetention: number; mostRetention: number; mostBytes: number }
  /** whose names there are to choose from at the desk, and whether others may be typed */
  persons: { list: string[]; free: boolean }
  /** of the room; `may`: acts that only who holds it may do, or another that may do them too */
  functions: readonly { id: string; name: Words; may: (typeof functionRights)[number][] }[]
  /** ms after which a line calls that is addressed to a function and that nobody there has read */
  answerWithin: number
  /** acts that are done only once a second person has agreed … */
  fourEyes: AskedFor[]
  /** … or by one alone, with a reason that all desks show */
  breakGlass: boolean
  /** who renews this node's certificate; null: nobody by itself */
  enrol: Enrolling | null
  trust: TrustPolicy
  /** null: the maps show wherever things are */
  area: Area | null
  /** null: no card signs in here, unless the command line names its driver */
  card: { module: string; removed: 'blank' | 'stay' } | null
  deskCeiling: Rank
  screen(screen: number): ScreenPolicy
  /** up to what a node of this name may look at this one's screens, if they may show it themselves */
  lookCeiling(node: string): Rank
}

const enrolling = ({ est, before, key }: v.InferOutput<typeof EnrolSchema>): Enrolling => ({
  est,
  before: before === undefined ? null : durationMs(before),
  key: key ?? null,
})

/** The highest level that this node's desk may show. */
export const deskLevelOf = ({ scheme, deskCeiling }: Pick<Policy, 'scheme' | 'deskCeiling'>): string =>
  scheme.levels[deskCeiling]?.id ?? ''

/** Where what is done at this node is done. */
export const placeOf = ({ organisation, wall, node }: Policy): Place => ({ organisation, wall, node })

/** @returns what is written there, as it is written; `policy.invalid` with file, line and reason */
export const readPolicyText = (text: string, file: string): Result<v.InferOutput<typeof PolicySchema>> =>
  readYamlText(text, PolicySchema, file, 'policy.invalid')

/**
 * @param name what this node is called already; null: what the policy calls it
 * @returns `policy.invalid` with file, line and reason, or `policy.for-another-node`
 */
export function readPolicy(text: string, file: string, name: string | null = null): Result<Policy> {
  const read = readPolicyText(text, file)
  if (!read.ok) return read
  const { persons, functions, fourEyes } = read.value
  const asks = fourEyes.length > 0 || functions.some(({ may }) => may.length > 0)
  if (asks && !persons.free && persons.list.length === 0)
    return fail('policy.invalid', `${file}: functions and four eyes ask for persons, and it names none`, file)
  const { screens, others, desk, area, wall, platform, looks, enrol, card, timestamp, language, ...rest } =
    read.value
  const node = rest.node ?? name
  if (node === null)
    return fail('policy.invalid', 'it names no node, and this one has no name (--node)', file)
  const isNode = (other: string): boolean => tokenOf(other) === tokenOf(node)
  if (name !== null && !isNode(name))
    return fail('policy.for-another-node', `it is ${node}’s, and this is ${name}`, file)
  if (rest.for?.some(isNode) === false)
    return fail('policy.for-another-node', `it is for ${rest.for.join(', ')}, and this is ${node}`, file)
  const own = {
    ...{ ...rest, node },
    version: rest.version ?? null,
    expires: rest.expires === undefined ? null : momentOf(rest.expires),
    for: rest.for ?? null,
    signers: rest.signers ?? null,
    language: language ?? null,
  }
  const named = typeof wall === 'string' ? { name: wall } : wall
  const scheme = defaultScheme
  const nodes = named.nodes === undefined ? null : [...new Set([own.node, ...named.nodes])]
  return {
    ok: true,
    value: {
      ...own,
      wall: named.name,
      platform: platform?.addresses ?? null,
      ownScreens: named.screens ?? null,
      nodes,
      scheme,
      answerWithin: durationMs(rest.answerWithin),
      area: area ?? null,
      timestamp:
        timestamp === undefined
          ? null
          : {
              url: timestamp.url,
              authorities: timestamp.authority === undefined ? null : [timestamp.authority],
              tls12: rest.trust.tls12,
            },
      enrol: enrol === undefined ? null : enrolling(enrol),
      card: card ?? null,
      deskCeiling: ceilingOf(scheme, desk.ceiling),
      screen(screen) {
        const decided = screens.find((each) => each.screen === screen)
        const policy = decided ?? others
        const display = decided?.display === undefined ? null : String(decided.display)
        return { ...policy, screen, display, ceiling: ceilingOf(scheme, policy.ceiling) }
      },
      lookCeiling(node) {
        const isIt = (name: string): boolean => tokenOf(name) === tokenOf(node)
        const decided = Object.entries(looks).filter(([name]) => isIt(name))
        if (decided.length > 0) return Math.min(...decided.map(([, level]) => ceilingOf(scheme, level)))
        return nodes?.some(isIt) === true ? highestRank(scheme) : 0
      },
    },
  }
}

/** What the real policy keeps is not known, and what is let go by another is gone: nothing is. */
const keepAll: Policy['cache'] = {
  leastRetention: Number.MAX_SAFE_INTEGER,
  mostRetention: Number.MAX_SAFE_INTEGER,
  mostBytes: Number.MAX_SAFE_INTEGER,
}

/** Where the policy can't be read nothing above the lowest marking is shown, so that the mistake is safe. */
export const closedPolicy = (timeZone: string): Policy => ({
  version: null,
  expires: null,
  for: null,
  signers: null,
  language: null,
  node: '–',
  organisation: '–',
  wall: 'wall',
  ownScreens: null,
  nodes: [],
  platform: null,
  acts: 'ops.acts',
  log: 'ops.log',
  documents: 'ops.documents',
  reports: 'command.reports',
  timeZone,
  scheme: defaultScheme,
  contentProtection: true,
  pictures: false,
  cache: keepAll,
  keystore: false,
  enrol: null,
  trust: closedTrust,
  area: null,
  timestamp: null,
  card: null,
  deskCeiling: 0,
  copy: false,
  export: { print: false, files: false },
  // whom the real one asks of is not known: nobody does alone what is recorded of them, and two say who they are
  persons: { list: [], free: true },
  functions: [],
  answerWithin: durationMs('PT5M'),
  fourEyes: [...askedActs.filter((act) => rowOf(act).audited), releaseRight],
  breakGlass: false,
  screen: (screen) => ({
    screen,
    scene: defaultSceneOf(screen),
    ceiling: 0,
    display: null,
    distance: 5,
    diagonal: 55,
  }),
  lookCeiling: () => 0,
})

/** A policy that is none any more, its time being over: closed, but the node is who and where it was. */
export const closedFrom = (before: Policy): Policy => {
  const {
    node,
    organisation,
    wall,
    ownScreens,
    nodes,
    platform,
    acts,
    log,
    documents,
    reports,
    area,
    language,
    screen,
    enrol,
    trust,
    card,
    timestamp,
    persons,
    functions,
    answerWithin,
    fourEyes,
  } = before
  const closed = closedPolicy(before.timeZone)
  return {
    ...closed,
    ...{
      node,
      organisation,
      wall,
      ownScreens,
      nodes,
      platform,
      acts,
      log,
      documents,
      reports,
      area,
      language,
      enrol,
      trust,
      card,
      timestamp,
      // what asked for a second person still does
      persons,
      functions,
      answerWithin,
      fourEyes,
    },
    screen: (number) => ({ ...screen(number), ceiling: 0 }),
  }
}

const order = ['situation', 'domains', 'log'] as const
/** The built-in scene for a screen that nobody decided on. */
export const defaultSceneOf = (screen: number): string => order[(screen - 1) % order.length] ?? 'situation'
