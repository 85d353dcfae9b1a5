import { forms, isOf, type Form, type Subscription, type ToEngine } from '../../preload/contract/port.ts'
import type { Kind, ProductName } from '../../preload/contract/product.ts'

/**
 * What a window's parts have open. The same opened by several is one on the wire, but columns: they go straight to
 * who draws them, and each of these must get them whole.
 */
export interface Openings {
  /** @returns how to close it */
  open: (subscription: Subscription) => () => void
  /** all that is open, to an engine that knows of nothing yet */
  again: () => void
  /** the engine does not open what has this id */
  refuse: (id: number) => void
  /**
   * Whether a part asked for the product, in the form or in any, and it does not come. Records and series are shared: a
   * list that is refused still has what the alarms beside it were given. Columns are not: of two maps, the one that is
   * refused stays empty.
   */
  withheld: (product: ProductName, kind: Kind | null, form?: Form) => boolean
  /** whether any part has it open, for what is read */
  isRead: (product: ProductName, kind: Kind | null) => boolean
}

interface Given {
  send: (message: ToEngine) => void
  /** something is told to the engine as open */
  onOpen: () => void
  /** Runs when all that happens in this moment has happened: one part goes while another comes. */
  soon?: (run: () => void) => void
}

interface Held {
  id: number
  subscription: Subscription
  /** parts that have it open */
  count: number
  told: boolean
  refused: boolean
}

const sorted = (names: readonly string[] | undefined): readonly string[] | null => names?.toSorted() ?? null
/** The same for subscriptions to the same. */
const nameOf = ({ form, kinds, domains, products, called, notCalled, limit }: Subscription): string =>
  JSON.stringify([form, ...[kinds, domains, products, called, notCalled].map(sorted), limit ?? null])

export function createOpenings({ send, onOpen, soon = queueMicrotask }: Given): Openings {
  const held = new Map<string, Held>()
  let ids = 0
  let due = false

  function settle(): void {
    due = false
    for (const each of held.values()) {
      if (each.told || each.count === 0) continue
      each.told = true
      onOpen()
      send({ kind: 'open', id: each.id, subscription: each.subscription })
    }
    for (const [name, { id, count, told, refused }] of held) {
      if (count > 0) continue
      held.delete(name)
      if (told && !refused) send({ kind: 'close', id })
    }
  }
  function settleSoon(): void {
    if (due) return
    due = true
    soon(settle)
  }

  return {
    open(subscription) {
      const id = ++ids
      const name = subscription.form === 'columns' ? `columns ${id}` : nameOf(subscription)
      const own = held.get(name) ?? { id, subscription, count: 0, told: false, refused: false }
      held.set(name, own)
      own.count++
      settleSoon()
      let open = true
      return () => {
        if (!open) return
        open = false
        own.count--
        settleSoon()
      }
    },
    again() {
      for (const each of held.values()) each.told = each.refused = false
      settle()
    },
    refuse(id) {
      for (const each of held.values()) if (each.id === id) each.refused = true
    },
    withheld: (product, kind, form) =>
      (form === undefined ? forms : [form]).some((each) => {
        const asked = [...held.values()].filter(
          ({ subscription, count }) =>
            count > 0 && subscription.form === each && isOf(subscription, product, kind),
        )
        const refused = asked.filter((one) => one.refused).length
        return each === 'columns' ? refused > 0 : refused > 0 && refused === asked.length
      }),
    isRead: (product, kind) =>
      [...held.values()].some(
        ({ subscription, count }) =>
          count > 0 && subscription.form !== 'columns' && isOf(subscription, product, kind),
      ),
  }
}
