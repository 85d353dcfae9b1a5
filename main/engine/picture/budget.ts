/**
 * How much memory the picture may take, whatever a platform sends: so much per product, so much for all. A part of
 * all is kept for everybody in equal shares, so that products that take what they can get leave the others theirs.
 */

/** bytes */
export interface Budget {
  perProduct: number
  all: number
}

/** A product of 300,000 ordinary tracks is well within its own. */
export const ordinaryBudget: Budget = { perProduct: 256 * 2 ** 20, all: 1024 * 2 ** 20 }

/** Of all: what is kept in equal shares. */
const keptPart = 1 / 4
/** What is new gets no more than this part: the rest is for what is there already and grows. */
const newPart = 7 / 8

/** What one product's table holds. */
export interface Account {
  readonly held: number
  /** @returns whether so many bytes more may be held. `known`: for an entity that is in the picture already */
  take(bytes: number, known: boolean): boolean
  /** what is small, and bounded by what was taken: never refused */
  add(bytes: number): void
  give(bytes: number): void
  /** gives all back */
  close(): void
}

export interface Accounts {
  readonly held: number
  open(): Account
}

export function createAccounts({ perProduct, all }: Budget = ordinaryBudget): Accounts {
  const open = new Set<{ held: number }>()
  const kept = all * keptPart
  let held = 0
  let share = kept
  /** what is held beyond the shares */
  let beyond = 0

  const over = (bytes: number): number => Math.max(0, bytes - share)

  const change = (account: { held: number }, bytes: number): void => {
    beyond -= over(account.held)
    account.held += bytes
    beyond += over(account.held)
    held += bytes
  }

  const shareAnew = (): void => {
    const next = kept / Math.max(1, open.size)
    // a catalog read anew opens thousands: shares need not be exact
    if (next > share * 0.95 && next < share * 1.05) return
    share = next
    beyond = 0
    for (const account of open) beyond += over(account.held)
  }

  return {
    get held() {
      return held
    },
    open() {
      const account = { held: 0 }
      open.add(account)
      shareAnew()
      return {
        get held() {
          return account.held
        },
        take(bytes, known) {
          const part = known ? 1 : newPart
          const after = account.held + bytes
          if (after > perProduct * part) return false
          const more = over(after) - over(account.held)
          if (more > 0 && beyond + more > (all - kept) * part) return false
          change(account, bytes)
          return true
        },
        add: (bytes) => change(account, bytes),
        give: (bytes) => change(account, -bytes),
        close() {
          change(account, -account.held)
          open.delete(account)
          shareAnew()
        },
      }
    },
  }
}

/** Texts are counted as if each character took two bytes. */
export const textBytes = (text: string): number => 2 * text.length
