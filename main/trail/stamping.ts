/** Seals get the stamps of an authority, one after the other, as long as that takes: nobody waits for one. */
import type { Problem } from '../../preload/contract/result.ts'
import type { Recorded } from '../../preload/contract/trail.ts'
import type { Ledger } from './ledger.ts'
import { askStamp, type StampAuthority } from './stamp.ts'

export interface StampingOptions {
  /** null: none is named */
  authority: () => StampAuthority | null
  /** null: it is closed */
  ledger: () => Pick<Ledger, 'unstamped'> | null
  /** @returns once it is in the chain. false: the disk does not take it */
  record: (recorded: Recorded) => Promise<boolean>
  /** null: nothing is wrong any more */
  problem: (problem: Problem | null) => void
}

export interface Stamping {
  /** after so many ms */
  soon(ms: number): void
  /** until it is asked for again */
  pause(): void
  /** whoever stamps is not waited for any more */
  dispose(): Promise<void>
}

const atOnce = 20
/** ms after which an authority that gave none is asked again */
const again = 60_000

export function createStamping({ authority, ledger, record, problem }: StampingOptions): Stamping {
  let timer: NodeJS.Timeout | undefined
  let stamping: Promise<void> | null = null
  const ending = new AbortController()

  const pause = (): void => clearTimeout(timer)
  function soon(ms: number): void {
    pause()
    if (ending.signal.aborted || authority() === null) return
    timer = setTimeout(() => {
      stamping ??= stampAll()
    }, ms)
  }

  async function stampAll(): Promise<void> {
    try {
      for (;;) {
        const from = authority()
        const seals = from === null ? [] : ((await ledger()?.unstamped(atOnce)) ?? [])
        if (seals.length === 0) return
        for (const { sequence, signature } of seals) {
          if (from === null || ledger() === null || ending.signal.aborted) return
          const seal = { sequence, signature: Buffer.from(signature, 'base64') }
          const stamp = await askStamp(from, seal, ending.signal)
          if (!stamp.ok && ending.signal.aborted) return
          problem(stamp.ok ? null : stamp.error)
          if (!stamp.ok) return soon(again)
          if (!(await record(stamp.value))) return soon(again)
        }
      }
    } catch (error) {
      problem({ code: 'trail.unstamped', message: String(error) })
      soon(again)
    } finally {
      stamping = null
    }
  }

  return {
    soon,
    pause,
    async dispose() {
      pause()
      ending.abort()
      await stamping
    },
  }
}
