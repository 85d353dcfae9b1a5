/**
 * Formulas that people share, at work: each is a figure, or a group of them, computed from what is committed. It knows
 * nothing of the cache or of windows: what an input is, what the log has of it, and where figures go is passed in.
 */
import {
  derivedDomain,
  FormulaSchema,
  mostFormulas,
  mostToldOut,
  mostToldGroups,
  type Figures,
  type FormulaContent,
  type FormulaFault,
  type FormulaStanding,
  type TriedFormula,
} from '../../../preload/contract/formula.ts'
import { readFormula, type Formula } from '../../../preload/contract/formula-text.ts'
import { domainOf } from '../../../preload/contract/entity.ts'
import { highestRank, rankOf, type MarkingScheme, type Rank } from '../../../preload/contract/marking.ts'
import { durationMs, type Descriptor, type ProductName } from '../../../preload/contract/product.ts'
import type { Problem, ProblemCode } from '../../../preload/contract/result.ts'
import type { SharedThing, SharedTold } from '../../../preload/contract/shared.ts'
import * as v from 'valibot'
import { unmarked, type Batch } from '../event/batch.ts'
import { createFigure, createGroupRoom, type Figure, type GroupNow } from './figure.ts'
import { productOf, standingOut, type LeftOut } from './left-out.ts'
import { rowsOf } from './rows.ts'
import { computedOf, inShares } from './shares.ts'

/** A product that a formula names. */
export interface Input {
  descriptor: Descriptor
  /** nobody may be shown anything of it: the platform refuses it, or its owner withdrew it */
  hidden: boolean
}

export interface DeriveOptions {
  scheme: MarkingScheme
  /** this node's own, as it stands in keys; null: it has none */
  organisation: string | null
  /** the platform's time, ms since 1970 */
  now: () => number
  /** ms, of this machine: what it costs is measured by it */
  monotonic: () => number
  input: (product: ProductName) => Input | null
  /**
   * What the log has of it since then, newest pieces last; valid until `each` returns. false: no more is wanted.
   * @returns since when that is all, ms since 1970
   */
  recent: (product: ProductName, since: number, each: (batch: Batch) => boolean) => Promise<number>
  /** figures of a product that is derived, to be shown. @returns them as a batch, for formulas that are made of them */
  say: (product: ProductName, groups: readonly GroupNow[], now: number) => Batch | null
  /** it is other than it was, or no more */
  changed: () => void
}

/** What is derived, as the catalog has it. */
export interface Derived {
  /** of the formula */
  readonly key: string
  product: ProductName
  /** as its inputs are marked now, and its document */
  readonly descriptor: Descriptor
  readonly hidden: boolean
}

export interface Derive {
  told(told: SharedTold): void
  /** a batch that is durable; it is not kept */
  committed(product: ProductName, batch: Batch, live: boolean): void
  /** once a second */
  tick(): void
  readonly products: ReadonlyMap<ProductName, Derived>
  /** what was told of it is held no more: all of it is told once more */
  retell(product: ProductName): void
  standing(ceiling: Rank): FormulaStanding[]
  /** @param as the figure that it is to be: what it is made of must not be made of that */
  tryOut(line: string, of: ProductName | null, ceiling: Rank, as: ProductName | null): Promise<TriedFormula>
  /** resolves when nothing is read any more */
  dispose(): Promise<void>
}

/** Figures on figures: each is asked anew how its inputs are marked. */
const deepest = 3
/** ms in a second that all of them may take together, over some seconds: beyond, the dearest is left for a while. */
const mostCost = 200
/** … and in one second: what waits behind them waits no longer than that. */
const mostBurst = 1000
/** ms until one that was left is tried again; twice as long each time, so often at most */
const leftFor = 60_000
const mostDoublings = 4
/** Part of what was that counts for what is, each second. */
const forgetting = 0.8
/** ms: a value that stays the same is told again, so that it is known to be fresh */
const again = 10_000
const groupsPerTick = 300

interface Entry extends Derived {
  thing: SharedThing
  key: string
  rank: Rank
  title: Descriptor['title']
  owner: string
  content: FormulaContent
  revision: number
  version: number
  formula: Formula
  figure: (Figure & { dispose(): void }) | null
  /** made of itself, or too deep: it does not go */
  circular: boolean
  problem: Problem | null
  /** ms since 1970; its windows are whole since then */
  since: number
  /** ms in a second, and in this one */
  cost: number
  spent: number
  /** how often it was too dear, and when it is tried again, by the monotonic clock */
  left: { times: number; until: number }
  /** while it reads the log: what came meanwhile, by product, as first and last sequences */
  meanwhile: Map<ProductName, { first: number; last: number }[]> | null
  /** the last sequence that the log gave, by product: what is applied later than it was read counts once */
  read: Map<ProductName, number>
  /** when something of its inputs came last, ms since 1970 */
  heard: number | null
  /** what was said last, by group */
  said: Map<string, { value: number; at: number; rank: Rank; caveats: string }>
  /** what was said is held no more: all of it is to be said again */
  untold: boolean
  /** groups that its descriptor names: those that everybody may know who may see it */
  named: Set<string>
}

type Deviation = NonNullable<NonNullable<Descriptor['series']>[string]['deviation']>

/** A line that is a comparison with a window, with or without its sign; null: it is a measure, or made of several. */
function deviationOf({ made, aggregates }: Formula): Deviation | null {
  const of = made.is === 'abs' || made.is === 'minus' ? made.of : made
  const aggregate = of.is === 'aggregate' ? aggregates[of.at] : undefined
  if (aggregate?.name !== 'zscore' && aggregate?.name !== 'drift') return null
  return { by: aggregate.name, window: `PT${aggregate.window / 1000}S` }
}

/**
 * What is not abnormal of it where nobody says: 3.5 robust deviations (Iglewicz and Hoaglin, 1993), three of a moving mean
 * (Roberts' control limits, 1959).
 */
function usualOf({ by }: Deviation): { min: number; max: number } {
  const most = by === 'zscore' ? 3.5 : 3
  return { min: -most, max: most }
}

export function createDerive(options: DeriveOptions): Derive {
  const { scheme, organisation, now, monotonic, input, changed } = options
  const entries = new Map<string, Entry>()
  const products = new Map<ProductName, Entry>()
  /** not computed */
  const leftOut = new Map<string, LeftOut>()
  const room = createGroupRoom()
  let reading: Promise<void> = Promise.resolve()
  let disposed = false

  const problem = (entry: Entry, code: ProblemCode, message: string, subject = entry.key): void => {
    if (entry.problem?.code === code && entry.problem.subject === subject) return
    entry.problem = { code, message, subject }
  }

  /** Of an input, what decides who may see what is made of it. */
  const inputOf = (product: ProductName): Input | null =>
    domainOf(product) === derivedDomain ? (products.get(product) ?? null) : input(product)

  const named = (entry: Entry): string => {
    const parts = entry.formula.aggregates.map(({ product }) => {
      // asked once: that of a figure asks what it is made of itself
      const described = inputOf(product)?.descriptor
      return described === undefined
        ? ''
        : `${described.marking} ${described.freshness} ${described.retention}`
    })
    return `${parts.join('|')}|${entry.named.size}|${entry.revision}`
  }
  const made = new WeakMap<Entry, { of: string; descriptor: Descriptor }>()
  const descriptorOf = (entry: Entry): Descriptor => {
    const known = made.get(entry)
    const of = entry.circular ? '' : named(entry)
    if (known?.of === of) return known.descriptor
    const names = entry.circular ? [] : [...new Set(entry.formula.aggregates.map(({ product }) => product))]
    const inputs = names.flatMap((product) => inputOf(product) ?? [])
    const descriptor = describe(entry, inputs, names.length > 0 && inputs.length === names.length)
    made.set(entry, { of, descriptor })
    return descriptor
  }
  const longest = (durations: string[], otherwise: string): string =>
    durations.reduce(
      (most, one) => (durationMs(one) > durationMs(most) ? one : most),
      durations[0] ?? otherwise,
    )
  /** @param inputs one that is not known may be anything: what is made of it is for the highest */
  const describe = (entry: Entry, inputs: Input[], isKnown: boolean): Descriptor => {
    const { content, title, owner } = entry
    const ranks = inputs.map(({ descriptor }) => rankOf(scheme, descriptor.marking))
    const rank = isKnown ? Math.max(entry.rank, ...ranks) : highestRank(scheme)
    const { unit, precision, threshold } = content
    const deviation = deviationOf(entry.formula)
    const isBounded = content.range !== undefined || threshold !== undefined
    const range = isBounded || deviation === null ? content.range : usualOf(deviation)
    const one = (name: Descriptor['title']) => ({
      title: name,
      ...(unit === undefined ? {} : { unit }),
      ...(precision === undefined ? {} : { precision }),
      ...(range === undefined ? {} : { range }),
      ...(threshold === undefined ? {} : { threshold }),
      ...(deviation === null ? {} : { deviation }),
    })
    const groups = entry.formula.by === null ? [] : [...entry.named]
    return {
      ...{ title, owner, domain: derivedDomain, kind: 'metric' as const },
      marking: scheme.levels[rank]?.id ?? '',
      freshness: longest(
        inputs.map(({ descriptor }) => descriptor.freshness),
        'PT1M',
      ),
      retention: longest(
        inputs.map(({ descriptor }) => descriptor.retention),
        'P1D',
      ),
      ...(unit === undefined ? {} : { unit }),
      ...(range === undefined ? {} : { range }),
      series: Object.fromEntries(
        entry.formula.by === null ? [['value', one(title)]] : groups.map((group) => [group, one(group)]),
      ),
    }
  }

  const stop = (entry: Entry): void => {
    entry.figure?.dispose()
    entry.figure = null
    entry.meanwhile = null
    entry.said.clear()
  }
  const begin = (entry: Entry): void => {
    stop(entry)
    entry.figure = createFigure(entry.formula, room)
    entry.problem = null
    entry.since = now()
    entry.cost = entry.spent = 0
    fill(entry)
  }

  /** Its windows, from the log: one after the other, so that many at once are not one long read. */
  const fill = (entry: Entry): void => {
    const { figure } = entry
    if (figure === null) return
    entry.meanwhile = new Map()
    entry.read = new Map()
    const window = Math.max(...entry.formula.aggregates.map((one) => one.window))
    reading = reading.then(async () => {
      const started = now()
      let since = started - window
      for (const product of figure.products) {
        if (disposed || entry.figure !== figure) return
        if (domainOf(product) === derivedDomain) {
          since = Math.max(since, entry.since)
          continue
        }
        const known = await options.recent(product, started - window, (batch) => {
          if (entry.figure !== figure) return false
          const taken = entry.meanwhile?.get(product) ?? []
          const isTaken = (i: number): boolean => {
            const sequence = batch.sequence[i]!
            return taken.some(({ first, last }) => first <= sequence && sequence <= last)
          }
          figure.take(product, rowsOf(batch), now(), isTaken)
          const last = batch.sequence[batch.count - 1] ?? 0
          entry.read.set(product, Math.max(last, entry.read.get(product) ?? 0))
          if (batch.count > 0) entry.heard ??= now()
          return true
        })
        since = Math.max(since, known)
      }
      if (entry.figure !== figure) return
      entry.since = since
      entry.meanwhile = null
    })
    reading = reading.catch(() => {
      // the cache does not say: it is filled by what comes
      entry.meanwhile = null
    })
  }

  /** How deep what it is made of is derived itself; Infinity: it is made of itself. */
  const depthOf = (entry: Entry, above: readonly Entry[] = []): number => {
    if (above.includes(entry) || above.length > deepest) return Infinity
    let depth = 1
    for (const { product } of entry.formula.aggregates) {
      const of = products.get(product)
      if (of !== undefined) depth = Math.max(depth, 1 + depthOf(of, [...above, entry]))
      if (depth > deepest) return depth
    }
    return depth
  }

  const isMadeOf = (entry: Entry, product: ProductName, above: readonly Entry[] = []): boolean =>
    entry.product === product ||
    (!above.includes(entry) &&
      entry.formula.aggregates.some(({ product: input }) => {
        const of = products.get(input)
        return of !== undefined && isMadeOf(of, product, [...above, entry])
      }))

  /** Where a line would be made of itself, or stand too high on others, of those that this window may know. */
  const stackFault = (
    line: string,
    { aggregates }: Formula,
    as: ProductName | null,
    ceiling: Rank,
  ): FormulaFault | null => {
    for (const { product } of aggregates) {
      const of = products.get(product)
      const isOwn = product === as
      if (!isOwn && (of === undefined || rankOf(scheme, of.descriptor.marking) > ceiling)) continue
      const isCircular = isOwn || (as !== null && of !== undefined && isMadeOf(of, as))
      const isStacked = of !== undefined && depthOf(of) >= deepest
      if (!isCircular && !isStacked) continue
      const at = line.indexOf(product)
      const from = Math.max(0, at)
      const to = at < 0 ? line.length : at + product.length
      return { code: isCircular ? 'circular' : 'stacked', from, to, what: product.slice(0, 100) }
    }
    return null
  }

  const arrange = (): void => {
    // before anybody asks what its inputs are
    for (const entry of entries.values()) entry.circular = depthOf(entry) > deepest
    for (const entry of entries.values()) {
      if (entry.circular) {
        stop(entry)
        problem(entry, 'formula.circular', `it is made of itself, or of figures more than ${deepest} deep`)
      } else if (entry.figure === null && entry.problem?.code !== 'formula.too-dear') begin(entry)
    }
  }

  const remove = (key: string): boolean => {
    const entry = entries.get(key)
    if (entry === undefined) return leftOut.delete(key)
    stop(entry)
    entries.delete(key)
    if (products.get(entry.product) === entry) products.delete(entry.product)
    return true
  }

  const leaveOut = ({ key, thing, content, formula }: Entry): void => {
    remove(key)
    leftOut.set(key, { thing, content, formula })
  }
  /** There may be room for what is left out, its name is free, or its owner's share is larger than another's. */
  const apportion = (): void => {
    if (leftOut.size === 0) return
    const waiting = [...leftOut.values()].map(({ thing }) => ({ key: thing.key, product: productOf(thing) }))
    const keys = computedOf([...entries.values()], waiting, organisation, mostFormulas)
    for (const entry of [...entries.values()]) if (!keys.has(entry.key)) leaveOut(entry)
    for (const { thing } of [...leftOut.values()]) if (keys.has(thing.key)) take(thing)
  }
  const rankOfInput = (product: ProductName): Rank => {
    const of = inputOf(product)
    return of === null ? highestRank(scheme) : rankOf(scheme, of.descriptor.marking)
  }

  const take = (thing: SharedThing): boolean => {
    if (thing.document === null) return remove(thing.key)
    const known = entries.get(thing.key)
    if (known?.revision === thing.revision && known.rank === thing.rank) return false
    const content = v.safeParse(FormulaSchema, thing.document.content)
    const read = content.success ? readFormula(content.output.value, content.output.of ?? null) : null
    // it was judged where it came in
    if (!content.success || read === null || !('formula' in read)) return remove(thing.key)
    const product = productOf(thing)
    remove(thing.key)
    if (products.has(product) || entries.size >= mostFormulas) {
      leftOut.set(thing.key, { thing, content: content.output, formula: read.formula })
      return true
    }
    const entry: Entry = {
      ...{ thing, key: thing.key, product, rank: thing.rank, revision: thing.revision },
      version: thing.document.version,
      ...{ title: thing.document.title, owner: thing.document.owner, content: content.output },
      ...{
        formula: read.formula,
        figure: null,
        circular: true,
        problem: null,
        since: now(),
        cost: 0,
        spent: 0,
        left: { times: 0, until: 0 },
      },
      ...{ meanwhile: null, read: new Map(), heard: null, said: new Map(), untold: false },
      named: new Set(),
      get descriptor() {
        return descriptorOf(entry)
      },
      get hidden() {
        return (
          !entry.circular && entry.formula.aggregates.some(({ product: of }) => inputOf(of)?.hidden === true)
        )
      },
    }
    entries.set(thing.key, entry)
    products.set(product, entry)
    return true
  }

  const feed = (entry: Entry, product: ProductName, batch: Batch, live: boolean): void => {
    const { figure, meanwhile } = entry
    if (figure === null || !figure.products.has(product)) return
    const last = live ? (entry.read.get(product) ?? 0) : 0
    entry.heard = now()
    if (meanwhile !== null && batch.count > 0) {
      const taken = meanwhile.get(product) ?? []
      const [first, last] = [batch.sequence[0]!, batch.sequence[batch.count - 1]!]
      const before = taken.at(-1)
      if (before !== undefined && before.first <= first && first <= before.last + 1)
        before.last = Math.max(before.last, last)
      else taken.push({ first, last })
      meanwhile.set(product, taken)
    }
    const begun = monotonic()
    // most batches are all behind what the log gave
    const isRead = batch.count > 0 && batch.sequence[0]! <= last
    figure.take(product, rows(batch), now(), isRead ? (i) => batch.sequence[i]! <= last : undefined)
    entry.spent += monotonic() - begun
  }
  // bodies that one formula has read are there for the next
  let lastRows: ReturnType<typeof rowsOf> | null = null
  const rows = (batch: Batch): ReturnType<typeof rowsOf> =>
    lastRows?.batch === batch ? lastRows : (lastRows = rowsOf(batch))

  const leaveTheDearest = (costOf: (entry: Entry) => number, most: number): void => {
    let total = 0
    let dearest: Entry | null = null
    for (const entry of entries.values()) {
      if (entry.figure === null) continue
      total += costOf(entry)
      if (dearest === null || costOf(entry) > costOf(dearest)) dearest = entry
    }
    if (total <= most || dearest === null) return
    const cost = Math.round(costOf(dearest))
    stop(dearest)
    const doublings = Math.min(dearest.left.times, mostDoublings)
    dearest.left = { times: dearest.left.times + 1, until: monotonic() + leftFor * 2 ** doublings }
    problem(dearest, 'formula.too-dear', `it took ${cost} ms in a second`)
    changed()
  }

  const committed = (product: ProductName, batch: Batch, live: boolean): void => {
    if (entries.size === 0) return
    lastRows = null
    for (const entry of entries.values()) feed(entry, product, batch, live)
    lastRows = null
    // not only by the second: a flood's batches are many
    leaveTheDearest(({ spent }) => spent, mostBurst)
  }

  const freshFor = (entry: Entry): number => durationMs(entry.descriptor.freshness)

  const saidOf = ({ value, rank, caveats }: GroupNow, at: number) => ({ value, at, rank, caveats })
  const tellOf = (entry: Entry, instant: number): void => {
    const { figure } = entry
    if (figure === null || entry.meanwhile !== null || entry.hidden) return
    const isFresh = entry.heard !== null && instant - entry.heard <= freshFor(entry)
    const begun = monotonic()
    const found = entry.untold ? figure.all(instant) : figure.changed(instant, groupsPerTick)
    entry.untold = false
    const told: GroupNow[] = []
    for (const one of found) {
      const last = entry.said.get(one.group)
      const isSame =
        last !== undefined &&
        Object.is(last.value, one.value) &&
        last.rank === one.rank &&
        last.caveats === one.caveats
      // since a clock that was set back as well
      const isDue = last === undefined || Math.abs(instant - last.at) >= again
      // a window that empties while nothing comes says nothing of what is
      if (last !== undefined && (!isFresh || (isSame && !isDue))) continue
      if (last === undefined && Number.isNaN(one.value)) continue
      told.push(one)
      entry.said.set(one.group, saidOf(one, instant))
      if (one.named === 0 || one.named <= rankOf(scheme, entry.descriptor.marking)) name(entry, one.group)
    }
    if (isFresh && found.length < groupsPerTick) {
      const seen = new Set(found.map(({ group }) => group))
      const due = [...entry.said].some(
        ([group, { at }]) => !seen.has(group) && Math.abs(instant - at) >= again,
      )
      if (due)
        for (const one of figure.all(instant))
          if (!seen.has(one.group) && !Number.isNaN(one.value)) {
            const last = entry.said.get(one.group)
            if (last !== undefined && Math.abs(instant - last.at) < again) continue
            told.push(one)
            entry.said.set(one.group, saidOf(one, instant))
          }
    }
    entry.spent += monotonic() - begun
    if (figure.leftOut > 0)
      problem(
        entry,
        'formula.too-many-groups',
        `${figure.leftOut} events are in none of its ${figure.groups} groups`,
      )
    if (told.length === 0) return
    const batch = options.say(entry.product, told, instant)
    if (batch !== null) committed(entry.product, batch, false)
  }
  const mostNamed = 100
  const name = (entry: Entry, group: string): void => {
    if (entry.formula.by === null || entry.named.has(group) || entry.named.size >= mostNamed) return
    entry.named.add(group)
    changed()
  }

  const figuresOf = (
    figure: Figure,
    all: GroupNow[],
    ceiling: Rank,
    cost: number,
    since: number,
  ): Figures => {
    const seen = all.filter(({ rank }) => rank <= ceiling)
    const absent = [...figure.products].filter((product) => {
      const of = inputOf(product)
      return of === null || of.hidden || rankOf(scheme, of.descriptor.marking) > ceiling
    })
    const order = ({ value }: GroupNow): number => (Number.isNaN(value) ? -Infinity : value)
    return {
      groups: seen.length,
      highest: seen
        .sort((a, b) => order(b) - order(a))
        .slice(0, mostToldGroups)
        .map(({ group, value, why }) => ({ group, value: Number.isNaN(value) ? null : value, why })),
      ...{ cost, since, absent },
    }
  }

  return {
    products,
    told(told) {
      let isOther = false
      if (told.anew) {
        const kept = new Set(told.things.map(({ key }) => key))
        for (const key of [...entries.keys(), ...leftOut.keys()])
          if (!kept.has(key)) isOther = remove(key) || isOther
      }
      for (const key of told.gone) isOther = remove(key) || isOther
      for (const thing of told.things)
        if (thing.key.startsWith('formula.') && v.is(FormulaKey, thing.key)) isOther = take(thing) || isOther
      if (!isOther) return
      apportion()
      arrange()
      changed()
    },
    committed,
    tick() {
      const instant = now()
      for (const entry of entries.values()) {
        entry.cost = entry.cost * forgetting + entry.spent * (1 - forgetting)
        entry.spent = 0
      }
      leaveTheDearest(({ cost }) => cost, mostCost)
      for (const entry of entries.values()) {
        if (entry.circular) continue
        if (entry.problem?.code === 'formula.too-dear') {
          if (monotonic() >= entry.left.until) begin(entry)
          continue
        }
        const lacking = entry.formula.aggregates.find(({ product }) => inputOf(product) === null)
        const refused = entry.formula.aggregates.find(({ product }) => inputOf(product)?.hidden === true)
        const code = entry.problem?.code
        if (lacking) {
          if (entry.figure !== null)
            problem(entry, 'formula.input-absent', `there is no ${lacking.product}`, lacking.product)
        } else if (refused) {
          // what it was made of is no longer to be shown
          if (entry.figure !== null) begin(entry)
          problem(entry, 'formula.input-refused', `${refused.product} is not shown here`, refused.product)
        } else if (code === 'formula.input-absent' || code === 'formula.input-refused') begin(entry)
        tellOf(entry, instant)
      }
    },
    retell(product) {
      const entry = products.get(product)
      if (entry === undefined) return
      entry.said.clear()
      entry.untold = true
    },
    standing: (ceiling) => [
      ...inShares(leftOut.values(), ({ thing }) => thing.key, organisation)
        .flatMap(
          (one) =>
            standingOut(one, { scheme, rankOf: rankOfInput, isTaken: products.has.bind(products) }) ?? [],
        )
        .filter(({ rank }) => rank <= ceiling)
        .slice(0, mostToldOut)
        .map(({ standing }) => standing),
      ...[...entries.values()]
        .filter(({ descriptor }) => rankOf(scheme, descriptor.marking) <= ceiling)
        .map(({ key, product, figure, problem: wrong, cost, since, hidden, meanwhile, ...of }) => ({
          reading: figure !== null && meanwhile !== null,
          ...{ key, product, problem: wrong, content: of.content, marking: of.descriptor.marking },
          ...{ title: of.title, owner: of.owner, revision: of.revision, version: of.version },
          inputs: [...new Set(of.formula.aggregates.map(({ product: input }) => input))],
          figures:
            figure === null || hidden ? null : figuresOf(figure, figure.all(now()), ceiling, cost, since),
        })),
    ],
    async tryOut(line, of, ceiling, as) {
      const read = readFormula(line, of)
      if ('fault' in read) return { is: 'wrong', fault: read.fault }
      const fault = stackFault(line, read.formula, as, ceiling)
      if (fault !== null) return { is: 'wrong', fault }
      const figure = createFigure(read.formula, createGroupRoom())
      const begun = now()
      let cost = 0
      let since = begun - Math.max(...read.formula.aggregates.map(({ window }) => window))
      for (const product of figure.products) {
        const known = inputOf(product)
        const isSeen = known !== null && !known.hidden && rankOf(scheme, known.descriptor.marking) <= ceiling
        if (!isSeen || domainOf(product) === derivedDomain) continue
        const whole = await options.recent(product, since, (batch) => {
          const started = monotonic()
          const isAbove = (i: number): boolean => batch.marking[i] !== unmarked && batch.marking[i]! > ceiling
          figure.take(product, rowsOf(batch), begun, isAbove)
          cost += monotonic() - started
          return !disposed
        })
        since = Math.max(since, whole)
      }
      const started = monotonic()
      const all = figure.all(now())
      cost += monotonic() - started
      return { is: 'right', figures: figuresOf(figure, all, ceiling, cost, since) }
    },
    async dispose() {
      disposed = true
      await reading
      for (const key of [...entries.keys()]) remove(key)
    },
  }
}

const FormulaKey = v.pipe(v.string(), v.regex(/^formula\.[a-z0-9-]{1,64}\.[a-z0-9-]{1,64}$/))
