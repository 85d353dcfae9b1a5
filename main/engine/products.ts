/** All products that the node knows: who may be read, who may be shown, and what the catalog says of them. */
import { rankOf, type MarkingScheme } from '../../preload/contract/marking.ts'
import { domainOf } from '../../preload/contract/entity.ts'
import { derivedDomain } from '../../preload/contract/formula.ts'
import type { Descriptor, ProductName } from '../../preload/contract/product.ts'
import type { Problem } from '../../preload/contract/result.ts'
import { createAdmission } from './admission.ts'
import type { Cache } from './cache/cache.ts'
import type { Committer } from './cache/commit.ts'
import { isEmpty, positionOf, type Held } from './cache/held.ts'
import { writeState } from './cache/write-state.ts'
import { createCheck } from './check/check.ts'
import type { Listing, Upstream } from './intake/intake.ts'
import type { Fullness } from './picture/fullness.ts'
import type { Picture } from './picture/picture.ts'
import { createProduct, type Counts, type Product } from './product.ts'
import type { PlatformClock } from './time/platform-clock.ts'
import type { Windows } from './windows/windows.ts'

export interface ProductsOptions {
  cache: Cache
  committer: Committer
  picture: Picture
  fullness: Fullness
  scheme: MarkingScheme
  time: Pick<PlatformClock, 'now'>
  counts: Counts
  windows: Windows
  problem: (problem: Problem) => void
  /** false: another reading of it begins, or its connection ended; true: nothing was left to catch up on */
  followed: (product: ProductName, follows: boolean) => void
  /** what the picture had of it changed outside a commit */
  remade: (held: Held) => void
  /** the disk does not take it: it holds all the same */
  unwritable: (error: unknown) => void
}

export interface Products {
  get(name: ProductName): Product | undefined
  /** those that the platform lets us read */
  readonly permitted: number
  /** every intake's catalog that can be reached was read once, by this start or by an earlier one */
  readonly listed: boolean
  /** whether a catalog lists it, as far as is known; null: not every catalog that can be reached has said */
  isListed(name: ProductName): boolean | null
  /** a catalog lists it on the connection that there is now: what an earlier one said of it may be long over */
  isListedNow(name: ProductName): boolean
  /** products come by these intakes from now on, and by no other */
  expect(intakes: readonly string[]): void
  /** what this intake says, of those that are its own: no other has a say in them */
  of(intake: { name: string; upstream: Upstream }): Listing
  /** it can't be reached, and is asked again */
  unreachable(intake: string): void
  /** its connection has ended: the next may be to another platform */
  cut(intake: string): void
  /** it is withdrawn and nothing is kept of it: it counts no longer */
  release(held: Held): void
  /** resolves when who may not be shown is written */
  dispose(): Promise<void>
}

/** None that a scheme knows is longer; '' counts as the highest, as that would. */
const shortened = (marking: string): string => (marking.length > 64 ? '' : marking)

export function createProducts(options: ProductsOptions): Products {
  const { cache, picture, scheme, windows, unwritable } = options
  const products = new Map<ProductName, Product>()
  const admission = createAdmission(cache.held.values())
  const check = createCheck()
  let tooMany = false
  /** what was said of products in the domain of what is derived here: once, and of so many */
  const reserved = new Set<ProductName>()
  let listed = cache.held.size > 0
  let writing: Promise<unknown> = Promise.resolve()
  let intakes: readonly string[] = []
  /** what each intake's catalog lists, once it is read; null: it says nothing */
  const lists = new Map<string, ReadonlySet<ProductName> | null>()
  /** those whose catalog was read, or that can't be reached: nobody waits for them */
  const heard = new Set<string>()
  const hear = (intake: string): void => {
    heard.add(intake)
    if (listed || !intakes.every((each) => heard.has(each))) return
    listed = true
    windows.listSoon()
  }
  /** what is said of those that it marks lower than what is kept of them: holds once that is sure to be of its stream */
  const lowering = new Map<ProductName, Descriptor>()
  /** what was said of products that two intakes list: once */
  const rivals = new Set<string>()
  /** those that an intake lists and another has: by intake, how to have it told again */
  const waiting = new Map<ProductName, Map<string, () => void>>()
  const waitsNot = (name: ProductName, intake: string): void => {
    const others = waiting.get(name)
    others?.delete(intake)
    if (others?.size === 0) waiting.delete(name)
  }
  /** those that its connection's catalog lists, and by which intake */
  const listedNow = new Map<ProductName, string>()
  /** by which intake each comes */
  const owners = new Map<ProductName, string>()
  for (const { product, intake, withdrawn } of cache.held.values())
    if (intake !== null && !withdrawn) owners.set(product, intake)

  /** Names alone cost memory and room on the disk, and a catalog brings any number of them. */
  const drop = (held: Held): void => {
    admission.forget(held.product)
    owners.delete(held.product)
    products.delete(held.product)
    picture.drop(held)
    writing = Promise.all([writing, cache.drop(held).catch(unwritable)])
  }
  const dropIfNeverRead = (held: Held): void => {
    if (held.withdrawn && held.live === null && isEmpty(held)) drop(held)
  }
  // what an earlier start could not drop
  for (const held of [...cache.held.values()]) dropIfNeverRead(held)

  const hide = (held: Held, why: { refused?: boolean; withdrawn?: boolean }): void => {
    const before = held.refused || held.withdrawn
    // nobody waits for the disk: it holds already
    const written = cache.hide(held, why).catch(unwritable)
    writing = Promise.all([writing, written])
    if (before !== (held.refused || held.withdrawn)) windows.listNow()
  }

  /** null: nobody who is here has it */
  const ownerOf = (name: ProductName): string | null => {
    const owner = owners.get(name)
    return owner !== undefined && intakes.includes(owner) ? owner : null
  }
  const isOthers = (name: ProductName, intake: string): boolean => (ownerOf(name) ?? intake) !== intake

  const describe = (held: Held, descriptor: Descriptor, intake?: string): Promise<Held> => {
    const was = held.descriptor
    admission.keep(held.product, descriptor)
    const written = cache.name(held.product, descriptor, intake)
    // it may be marked higher now: that holds before anything is written or read
    picture.described(held)
    if (was.marking !== descriptor.marking || was.kind !== descriptor.kind) windows.listNow()
    products.get(held.product)?.describe(descriptor)
    if (was.kind === descriptor.kind || held.live === null) return written
    // what the picture was of the kind before goes together with it
    const emptied = writeState(cache.database, picture.wholeState(held, positionOf(held)))
    return Promise.all([written, emptied]).then(() => held)
  }

  const keepsAny = (held: Held): boolean =>
    held.live !== null || !isEmpty(held) || (picture.tables.get(held.product)?.entities ?? 0) > 0
  /** Another's stream of this name may be meant for more people: what is kept of this one's is not. */
  const notYetLower = (held: Held, said: Descriptor): Descriptor => {
    lowering.delete(held.product)
    const { marking } = held.descriptor
    if (rankOf(scheme, said.marking) >= rankOf(scheme, marking)) return said
    if (products.get(held.product)?.sure === true || !keepsAny(held)) return said
    lowering.set(held.product, said)
    return { ...said, marking }
  }

  const make = async (held: Held, upstream: Upstream): Promise<Product> => {
    // one that the last start could not read has its state still to be loaded
    if (held.live !== null && !picture.tables.has(held.product)) await picture.load(held)
    picture.table(held)
    // its table may be there since it had the name before
    picture.described(held)
    const made = createProduct({
      ...options,
      held,
      upstream,
      check,
      changed: windows.listSoon,
      lowers: () => lowering.has(held.product),
      sure() {
        const said = lowering.get(held.product)
        lowering.delete(held.product)
        if (said) describe(held, said).catch(unwritable)
      },
      judged: (permitted) => hide(held, { refused: !permitted }),
      pictured() {
        options.fullness.look(held.product)
        windows.retable()
        options.remade(held)
      },
      followed: (follows) => options.followed(held.product, follows),
    })
    products.set(held.product, made)
    return made
  }

  const withdraw = (name: ProductName): void => {
    const held = cache.held.get(name)
    if (!held) return
    // whoever lists it now may have it
    owners.delete(name)
    listedNow.delete(name)
    lowering.delete(name)
    products.get(name)?.unsure()
    hide(held, { withdrawn: true })
    dropIfNeverRead(held)
    const others = waiting.get(name)
    const next = intakes.find((each) => others?.has(each))
    if (next === undefined) return
    const again = others?.get(next)
    waitsNot(name, next)
    again?.()
  }

  return {
    get: (name) => products.get(name),
    get permitted() {
      return [...products.values()].filter(({ accessNow }) => accessNow === 'permitted').length
    },
    get listed() {
      return listed
    },
    isListed(name) {
      const held = cache.held.get(name)
      if (held && !held.withdrawn) return true
      const said = [...lists.values()]
      const isRead = said.length > 0 && intakes.every((each) => heard.has(each))
      return isRead && said.every((all) => all !== null) ? false : null
    },
    isListedNow: (name) => listedNow.has(name),
    expect(names) {
      for (const one of products.values()) one.unsure()
      listedNow.clear()
      intakes = names
      lists.clear()
      waiting.clear()
      heard.clear()
    },
    of: ({ name: intake, upstream }) => ({
      async product(name, { descriptor, leftOut }, again) {
        const before = cache.held.get(name)
        // figures that are derived here would be taken for it, and it for them
        if (domainOf(name) === derivedDomain) {
          const message = `the domain ${derivedDomain} is what each node derives itself: it is not read`
          if (!reserved.has(name) && reserved.size < 20)
            options.problem({ code: 'product.descriptor-invalid', message, subject: name })
          reserved.add(name)
          return null
        }
        if (isOthers(name, intake)) {
          const text = `${intake} lists it, too: it is read by ${ownerOf(name) ?? ''}`
          if (before && !rivals.has(text + name))
            options.committer.fault(before, options.time.now(), 'product.listed-twice', text)
          rivals.add(text + name)
          waiting.set(name, (waiting.get(name) ?? new Map<string, () => void>()).set(intake, again))
          return null
        }
        waitsNot(name, intake)
        const lacking = admission.lacking(name, descriptor)
        if (lacking !== null) {
          if (!tooMany) options.problem({ code: 'product.too-many', message: lacking, subject: name })
          tooMany = true
          if (!before) return null
        }
        owners.set(name, intake)
        // of one that is here already there is always room for what it is and who may see it
        const said =
          before && lacking !== null
            ? { ...before.descriptor, kind: descriptor.kind, marking: shortened(descriptor.marking) }
            : descriptor
        if (before && before.intake !== intake) products.get(name)?.unsure()
        const holding = before ? notYetLower(before, said) : said
        if (before) hide(before, { withdrawn: false })
        listedNow.set(name, intake)
        const held = await (before ? describe(before, holding, intake) : cache.name(name, said, intake))
        const known = products.get(name)
        const one = known ?? (await make(held, upstream))
        one.warn(lacking === null ? leftOut : [`all but its kind and marking: ${lacking}`])
        if (!known) windows.listSoon()
        return one
      },
      distrusted(name, marking) {
        const held = cache.held.get(name)
        waitsNot(name, intake)
        if (!held || isOthers(name, intake)) return
        lowering.delete(name)
        listedNow.delete(name)
        products.get(name)?.unsure()
        // what of it is shown may be meant for fewer people now; and nobody untrusted lowers it
        if (rankOf(scheme, marking) <= rankOf(scheme, held.descriptor.marking)) return
        describe(held, { ...held.descriptor, marking }).catch(unwritable)
      },
      withdrawn(name) {
        waitsNot(name, intake)
        if (!isOthers(name, intake)) withdraw(name)
      },
      listed(all) {
        lists.set(intake, all)
        for (const { product } of cache.held.values()) {
          const owner = ownerOf(product)
          // who may have it says that it does not
          const asked = owner === null ? intakes : [owner]
          if (asked.every((each) => lists.get(each)?.has(product) === false)) withdraw(product)
        }
        hear(intake)
        windows.listSoon()
      },
    }),
    unreachable: hear,
    cut(intake) {
      for (const one of products.values()) if (one.held.intake === intake) one.unsure()
      for (const [name, by] of listedNow) if (by === intake) listedNow.delete(name)
    },
    release(held) {
      const released = options.committer
        .flush()
        .then(() => {
          if (held.withdrawn && isEmpty(held) && cache.held.get(held.product) === held) drop(held)
        })
        .catch(unwritable)
      writing = Promise.all([writing, released])
    },
    async dispose() {
      await writing
    },
  }
}
