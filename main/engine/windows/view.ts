/** What one window holds of one product in one form, and what it has yet to be told. */
import type { DataMessage, Form } from '../../../preload/contract/port.ts'
import type { Rank } from '../../../preload/contract/marking.ts'
import type { Table } from '../picture/table.ts'

export interface View {
  readonly table: Table
  readonly form: Form
  /** takes note of the table's changes; costs by change, and no more however slow the window is */
  mark(): void
  /** everything again, beginning with a reset */
  reset(): void
  /** more of what it holds the newest of; nothing that was told is told again */
  widen(limit: number | undefined): void
  readonly waiting: boolean
  /** the newest state of what changed, or null when none of it concerns this window */
  take(): DataMessage | null
  /** what the window is told when it has this open no longer, or may no longer see it: forget all of it */
  forgetting(): DataMessage
  /** the highest rank of what this window is shown; null: nothing */
  marking(): Rank | null
}
