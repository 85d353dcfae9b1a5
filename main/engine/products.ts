/** All products that the node knows: who may be read, who may be shown, and what the catalog says of them. */
import { rankOf, type MarkingScheme } from '../../preload/contract/marking.ts'
import type { ReadDescriptor } from '../../preload/contract/descriptor.ts'
import type { Descriptor, ProductName } from '../../preload/contract/product.ts'
import type { Problem } from '../../preload/contract/result.ts'
import type { Cache } from './cache/cache.ts'
import type { Committer } from './cache/commit.ts'
import { isEmpty, positionOf, type Held } from './cache/held.ts'
import { writeState } from './cache/position.ts'
import { createCheck } from './check/check.ts'
import { createAdmission } from './intake/admission.ts'
import type { Sink } from './intake/sink.ts'
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
  /** the disk does not take it: it holds all the same */
  unwritable: (error: unknown) => void
}

export interface Products {
  get(name: ProductName): Product | undefined
  /** those that the platform lets us read */
  readonly permitted: number
  /** the catalog was read once, by this start or by an earlier one */
  readonly listed: boolean
  /** it is described so. @returns where its events go; null: there are too many products */
  describe(name: ProductName, read: ReadDescriptor): Promise<Sink | null>
  /** its descriptor can't be used any more; `marking`: what it says of that, '' where it says nothing */
  distrust(name: ProductName, marking: string): void
  withdraw(name: ProductName): void
  /** it is withdrawn and nothing is kept of it: it counts no longer */
  release(held: Held): void
  /** @param all of the catalog; null: it says nothing */
  list(all: ReadonlySet<ProductName> | null): void
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
  let listed = cache.held.size > 0
  let withheld: Promise<unknown> = Promise.resolve()

  /** Names alone cost memory and room on the disk, and a catalog brings any number of them. */
  const drop = (held: Held): void => {
    admission.forget(held.product)
    products.delete(held.product)
    picture.drop(held)
    withheld = Promise.all([withheld, cache.drop(held).catch(unwritable)])
  }
  const dropIfNeverRead = (held: Held): void => {
    if (held.withdrawn && held.live === null && isEmpty(held)) drop(held)
  }
  // what an earlier start could not drop
  for (const held of [...cache.held.values()]) dropIfNeverRead(held)

  const withhold = (held: Held, why: { refused?: boolean; withdrawn?: boolean }): void => {
    const before = held.refused || held.withdrawn
    // nobody waits for the disk: it holds already
    const written = cache.withhold(held, why).catch(unwritable)
    withheld = Promise.all([withheld, written])
    if (before !== (held.refused || held.withdrawn)) windows.listNow()
  }

  const describe = (held: Held, descriptor: Descriptor): Promise<Held> => {
    const was = held.descriptor
    admission.keep(held.product, descriptor)
    const written = cache.name(held.product, descriptor)
    // it may be marked higher now: that holds before anything is written or read
    picture.described(held)
    if (was.marking !== descriptor.marking || was.kind !== descriptor.kind) windows.listNow()
    products.get(held.product)?.describe(descriptor)
    if (was.kind === descriptor.kind || held.live === null) return written
    // what the picture was of the kind before goes together with it
    const emptied = writeState(cache, picture.wholeState(held, positionOf(held)))
    return Promise.all([written, emptied]).then(() => held)
  }

  const make = async (held: Held): Promise<Product> => {
    // one that the last start could not read has its state still to be loaded
    if (held.live !== null && !picture.tables.has(held.product)) await picture.load(held)
    picture.table(held)
    // its table may be there since it had the name before
    picture.described(held)
    const made = createProduct({
      ...options,
      held,
      check,
      changed: windows.listSoon,
      judged: (permitted) => withhold(held, { refused: !permitted }),
      pictured() {
        options.fullness.look(held.product)
        windows.retable()
      },
    })
    products.set(held.product, made)
    return made
  }

  const withdraw = (name: ProductName): void => {
    const held = cache.held.get(name)
    if (!held) return
    withhold(held, { withdrawn: true })
    dropIfNeverRead(held)
  }

  return {
    get: (name) => products.get(name),
    get permitted() {
      return [...products.values()].filter(({ accessNow }) => accessNow === 'permitted').length
    },
    get listed() {
      return listed
    },
    async describe(name, { descriptor, leftOut }) {
      const refusal = admission.refusal(name, descriptor)
      const before = cache.held.get(name)
      if (refusal !== null) {
        if (!tooMany) options.problem({ code: 'product.too-many', message: refusal, subject: name })
        tooMany = true
        if (!before) return null
      }
      // of one that is here already there is always room for what it is and who may see it
      const said =
        before && refusal !== null
          ? { ...before.descriptor, kind: descriptor.kind, marking: shortened(descriptor.marking) }
          : descriptor
      if (before) withhold(before, { withdrawn: false })
      const held = await (before ? describe(before, said) : cache.name(name, said))
      const known = products.get(name)
      const one = known ?? (await make(held))
      one.warn(refusal === null ? leftOut : [`all but its kind and marking: ${refusal}`])
      if (!known) windows.listSoon()
      return one
    },
    distrust(name, marking) {
      const held = cache.held.get(name)
      // what of it is shown may be meant for fewer people now; and nobody untrusted lowers it
      if (!held || rankOf(scheme, marking) <= rankOf(scheme, held.descriptor.marking)) return
      describe(held, { ...held.descriptor, marking }).catch(unwritable)
    },
    withdraw,
    release(held) {
      const released = options.committer.flush().then(() => {
        if (held.withdrawn && isEmpty(held) && cache.held.get(held.product) === held) drop(held)
      })
      withheld = Promise.all([withheld, released])
    },
    list(all) {
      for (const { product } of cache.held.values()) if (all?.has(product) === false) withdraw(product)
      listed = true
      windows.listSoon()
    },
    async dispose() {
      await withheld
    },
  }
}
