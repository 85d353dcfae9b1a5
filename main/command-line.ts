import { resolve } from 'node:path'
import { fail, ok, type Result } from '../preload/contract/result.ts'
import {
  addressForm,
  mostAddresses,
  readServerAddress,
  webAddressForm,
} from '../preload/contract/server-address.ts'
import { languages, type Language } from '../preload/contract/words.ts'
import { isFingerprintPart } from './identity/node-file.ts'
import { isCredentialName, type PassphraseOptions } from './identity/passphrase.ts'
import type { PolicyOrder } from './policy/hold-policy.ts'

/** What the person who started Vigie asked for. Paths are absolute. @template A null where the profile may say it */
export interface CommandLine<A = string> {
  /** null: the exercise */
  platform:
    | ({
        /** of its servers, one at least; null: those that the policy names */
        addresses: readonly string[] | null
        identity: string
        authority: string
        tlsFirst: boolean
      } & PassphraseOptions)
    | null
  /** who signs in with a smart card instead; null: nobody does */
  card: {
    /** of its servers' WebSocket listeners; null: those that the policy names */
    addresses: readonly string[] | null
    authority: A
    /** the PKCS#11 driver; null: the policy's */
    module: string | null
    /** the beginning of the fingerprint of the only certificate that may sign in; null: whichever the card has */
    certificate: string | null
  } | null
  /** null: the user's own folder */
  profile: string | null
  policy: PolicyOrder
  /** a folder of scene files beside the built-in ones */
  scenes: string | null
  language: Language | null
  /** how many walls at most; null: one per display */
  screens: number | null
  /** the n-th display from the left is the desk's, 1-based; null: the desk is a window among others */
  deskDisplay: number | null
  /** null: until somebody ends it */
  seconds: number | null
  headless: { out: string } | null
  exercise: { scenario: string; servers?: 1 | 3; rate?: number; speed?: number; seed?: number }
  /** somebody said how the exercise is to be: they mean it, and no platform */
  exerciseAsked: boolean
  /** only the window in which this node is set up, and no wall */
  provision: boolean
}

/** Nobody named a platform: there is an exercise's. */
export const isExercise = ({ platform, card }: CommandLine): boolean => platform === null && card === null

type Read = (value: string) => Result<unknown>

const wrong = (option: string, value: string, wanted: string): Result<never> =>
  fail('command.invalid', `--${option} ${value}: ${wanted}`, `--${option}`)

const number =
  (option: string, least: number, most: number, whole: boolean): Read =>
  (value) => {
    const read = Number(value)
    const fits = value.trim() !== '' && Number.isFinite(read) && read >= least && read <= most
    if (!fits || (whole && !Number.isInteger(read)))
      return wrong(option, value, `a ${whole ? 'whole ' : ''}number from ${least} to ${most}`)
    return ok(read)
  }

const path: Read = (value) => ok(resolve(value))

/** One address or those of a cluster's servers: the one that is wrong is named. */
const addresses: Read = (value) => {
  const all = value.split(',').map((one) => one.trim())
  if (all.length > mostAddresses)
    return wrong('platform', `with ${all.length} addresses`, `${mostAddresses} at most`)
  for (const [at, one] of all.entries()) {
    if (readServerAddress(one) === null) return wrong('platform', one, `an address as ${addressForm}`)
    if (all.findIndex((other) => other.toLowerCase() === one.toLowerCase()) < at)
      return wrong('platform', one, 'it is there twice')
  }
  return ok(all)
}

/** The options that take a value. A new one is a row here and a line in `assemble`. */
const options = {
  platform: addresses,
  identity: path,
  'passphrase-file': path,
  'passphrase-credential': (value) =>
    isCredentialName(value)
      ? ok(value)
      : wrong('passphrase-credential', value, 'a credential is named in A-Z a-z 0-9 . _ -'),
  ca: path,
  'card-module': path,
  'card-certificate': (value) =>
    isFingerprintPart(value)
      ? ok(value)
      : wrong('card-certificate', value, 'a fingerprint (SHA-256), or its first 8 digits at least'),
  profile: path,
  policy: path,
  'policy-authority': path,
  node: (value) =>
    value.trim() === '' || value.length > 100
      ? wrong('node', value, 'a name of at most 100 characters')
      : ok(value),
  scenes: path,
  out: path,
  screens: number('screens', 1, 16, true),
  'desk-display': number('desk-display', 1, 64, true),
  for: number('for', 1, 30 * 86_400, false),
  rate: number('rate', 20, 20_000, false),
  speed: number('speed', 0.1, 600, false),
  seed: number('seed', 0, 2 ** 32 - 1, true),
  'exercise-servers': (value) =>
    value === '1' || value === '3'
      ? ok(Number(value))
      : wrong('exercise-servers', value, '1, or 3 as a cluster'),
  exercise: (value) =>
    /^[a-z0-9-]{1,64}$/.test(value)
      ? ok(value)
      : wrong('exercise', value, 'an exercise is named in a-z 0-9 -'),
  lang: (value) =>
    (languages as readonly string[]).includes(value)
      ? ok(value)
      : wrong('lang', value, languages.join(' or ')),
} satisfies Record<string, Read>
type OptionName = keyof typeof options

/** Chromium's and Electron's own, which start scripts pass along; they take their value after `=`. */
const electronSwitches = new Set([
  'disable-dev-shm-usage',
  'disable-gpu',
  'enable-unsafe-swiftshader',
  'force-device-scale-factor',
  'log-level',
  'ozone-platform',
  'password-store',
  'use-angle',
  'use-gl',
])
/** Those that let others look into what runs, or write down what it shows: for tests and developers. */
const lookingIn = new Set([
  'enable-logging',
  'inspect',
  'inspect-brk',
  'log-file',
  'remote-debugging-pipe',
  'remote-debugging-port',
  'v',
  'vmodule',
])
/** The same, asked for by the environment. */
const lookingInByEnvironment = ['ELECTRON_ENABLE_LOGGING', 'ELECTRON_LOG_FILE'] as const

const isOption = (name: string): name is OptionName => Object.hasOwn(options, name)

/** The options that take none. */
const flags = ['headless', 'tls-first', 'card', 'provision'] as const
type Flag = (typeof flags)[number]
const isFlag = (name: string): name is Flag => (flags as readonly string[]).includes(name)

const exerciseOptions = ['exercise', 'exercise-servers', 'rate', 'speed', 'seed'] as const

/** What goes with `--provision`. */
const provisionOptions = new Set<string>([
  'provision',
  'profile',
  'policy',
  'policy-authority',
  'node',
  'lang',
])

export const missing = (option: string, why: string): Result<never> =>
  fail('command.invalid', `--${option} is missing: ${why}`, `--${option}`)

const assemble = (
  given: ReadonlyMap<OptionName, unknown>,
  raised: ReadonlySet<Flag>,
): Result<CommandLine<string | null>> => {
  const headless = raised.has('headless')
  const provision = raised.has('provision')
  if (provision)
    for (const name of [...given.keys(), ...raised])
      if (!provisionOptions.has(name))
        return fail('command.invalid', `--${name} is for a wall: --provision opens none`, `--${name}`)
  // each value came through its own reader above, so its type is the reader's
  const text = (name: OptionName) => (given.get(name) as string | undefined) ?? null
  const count = (name: OptionName) => (given.get(name) as number | undefined) ?? null

  const at = (given.get('platform') as readonly string[] | undefined) ?? null
  const identity = text('identity')
  const passphraseFile = text('passphrase-file')
  const passphraseCredential = text('passphrase-credential')
  const authority = text('ca')
  let platform: CommandLine['platform'] = null
  const byCard = raised.has('card')
  const card: CommandLine<string | null>['card'] = byCard
    ? {
        ...{ addresses: at, authority },
        ...{ module: text('card-module'), certificate: text('card-certificate') },
      }
    : null
  // who signs in may leave it to the policy where
  if (byCard) {
    for (const name of ['identity', 'passphrase-file', 'passphrase-credential'] as const)
      if (given.has(name))
        return fail('command.invalid', `--${name} and --card are two ways to sign in`, `--${name}`)
    if (raised.has('tls-first'))
      return fail('command.invalid', '--tls-first: with --card, TLS always begins first', '--tls-first')
    const other = at?.find((one) => readServerAddress(one)?.web !== true)
    if (other !== undefined) return wrong('platform', other, `with --card, an address as ${webAddressForm}`)
  } else if (at !== null || identity !== null) {
    const web = at?.find((one) => readServerAddress(one)?.web === true)
    if (web !== undefined)
      return wrong('platform', web, `an address as ${addressForm}; ${webAddressForm} is for --card`)
    const why = 'a platform needs the client certificate and its authority'
    if (identity === null) return missing('identity', why)
    if (authority === null) return missing('ca', why)
    if (passphraseFile !== null && passphraseCredential !== null)
      return fail(
        'command.invalid',
        '--passphrase-file and --passphrase-credential are two sources of one passphrase',
        '--passphrase-credential',
      )
    platform = {
      addresses: at,
      identity,
      passphraseFile,
      passphraseCredential,
      authority,
      tlsFirst: raised.has('tls-first'),
    }
  } else {
    if (raised.has('tls-first')) return missing('platform', '--tls-first says how a platform begins')
    for (const name of ['card-module', 'card-certificate'] as const)
      if (given.has(name)) return missing('card', `--${name} says how, but not that a card signs in`)
    for (const name of ['passphrase-file', 'passphrase-credential', 'ca'] as const)
      if (given.has(name)) return missing('identity', `--${name} says how, but not who signs in`)
  }

  const out = text('out')
  const seconds = count('for')
  if (headless && out === null) return missing('out', '--headless leaves its pictures in a folder')
  if (headless && seconds === null) return missing('for', '--headless ends by itself')
  if (!headless && out !== null) return missing('headless', '--out is where it leaves its pictures')

  const exercise: CommandLine['exercise'] = { scenario: text('exercise') ?? 'paris' }
  for (const name of exerciseOptions) {
    if (!given.has(name)) continue
    if (platform !== null || card !== null)
      return fail('command.invalid', `--${name} is for the exercise, not for a platform`, `--${name}`)
    const value = name === 'exercise' ? null : count(name)
    if (value === null || name === 'exercise') continue
    if (name === 'exercise-servers') exercise.servers = value === 3 ? 3 : 1
    else exercise[name] = value
  }

  return ok({
    platform,
    card,
    profile: text('profile'),
    policy: { file: text('policy'), authority: text('policy-authority'), node: text('node') },
    scenes: text('scenes'),
    language: text('lang') as Language | null,
    screens: count('screens'),
    deskDisplay: count('desk-display'),
    seconds,
    headless: headless && out !== null ? { out } : null,
    exercise,
    provision,
    exerciseAsked: exerciseOptions.some((name) => given.has(name)),
  })
}

/** @returns `command.invalid`, naming the variable by which somebody could look into a release */
export function refuseEnvironment(env: NodeJS.ProcessEnv): Result<undefined> {
  const given = lookingInByEnvironment.find((name) => env[name] !== undefined)
  if (given === undefined) return ok(undefined)
  return fail('command.invalid', `${given} is set: it is for developing, not for a release`, given)
}

/**
 * @param argv what follows the application on the command line
 * @param released whether nobody may look into what runs
 * @returns `command.invalid`, naming the option, where something is not understood
 */
export function readCommandLine(
  argv: readonly string[],
  released: boolean,
): Result<CommandLine<string | null>> {
  const given = new Map<OptionName, unknown>()
  const raised = new Set<Flag>()
  for (let at = 0; at < argv.length; at++) {
    const word = argv[at] ?? ''
    if (word === '--' || word === '') continue
    const [, name = '', attached] = /^--([a-z-]+)(?:=(.*))?$/s.exec(word) ?? []
    if (isFlag(name)) {
      if (attached !== undefined) return fail('command.invalid', `--${name} takes no value`, `--${name}`)
      raised.add(name)
    } else if (isOption(name)) {
      if (given.has(name)) return fail('command.invalid', `--${name} is given twice`, `--${name}`)
      const value = attached ?? argv[++at]
      if (value === undefined || value.startsWith('-'))
        return fail('command.invalid', `--${name} needs a value`, `--${name}`)
      const read = options[name](value)
      if (!read.ok) return read
      given.set(name, read.value)
    } else if (lookingIn.has(name)) {
      if (released) return fail('command.invalid', `${word} is for developing, not for a release`, word)
    } else if (!electronSwitches.has(name)) {
      return fail('command.invalid', `${word} is not an option of Vigie`, word)
    }
  }
  return assemble(given, raised)
}

/**
 * What follows the application itself: `electron [switches] APP …` from sources. Of a release it is every word, as
 * Chromium reads them all: none of its switches hides before a name that only looks like ours.
 */
export function argumentsOfApp(argv: readonly string[], appPath: string, released: boolean): string[] {
  const isApp = (word: string): boolean => !word.startsWith('-') && resolve(word) === resolve(appPath)
  if (released) return argv.slice(1).filter((word) => !isApp(word))
  const app = argv.findIndex((word, at) => at > 0 && isApp(word))
  return argv.slice(app < 0 ? 1 : app + 1)
}
