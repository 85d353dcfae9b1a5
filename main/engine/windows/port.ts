/** The engine's end of a window's port. A renderer may be anybody's: what it sends is checked, and bounded. */
import * as v from 'valibot'
import {
  answeredAs,
  isData,
  sentBy,
  toldAs,
  type FromEngine,
  type Question,
  type Questions,
  type ToEngine,
} from '../../../preload/contract/port.ts'
import { fail, type Result } from '../../../preload/contract/result.ts'
import type { PictureRole } from '../../../preload/contract/role.ts'

/** Electron's MessagePortMain or Node's MessagePort, as `index.ts` and the tests adapt them. */
export interface Port {
  send(message: FromEngine): void
  listen(receive: (message: unknown) => void): void
  /** told once, when the other side has gone */
  closed(told: () => void): void
  close(): void
}

/** @returns null for what no window of that role may send */
export function readSent(role: PictureRole, raw: unknown): ToEngine | null {
  const kind = typeof raw === 'object' && raw !== null ? (raw as { kind?: unknown }).kind : undefined
  const schema = sentBy[role].get(kind)
  if (!schema) return null
  const read = v.safeParse(schema, raw)
  return read.success ? read.output : null
}

/**
 * What goes out, held to the table: what does not fit it stays here. Data goes as it was made, and its reader looks.
 * @returns why it must not go
 */
export function writeTold(message: Exclude<FromEngine, { kind: 'answer' }>): Result<FromEngine> {
  if (isData(message.kind)) return { ok: true, value: message }
  const read = v.safeParse(toldAs.get(message.kind) ?? v.never(), message)
  return read.success
    ? { ok: true, value: read.output }
    : fail('internal', `${message.kind}: ${v.getDotPath(read.issues[0]) ?? ''} does not fit`)
}

/** An answer, held to its question's row. */
export function writeAnswer(
  question: Question,
  result: Result<Questions[Question]['answer']>,
): Result<Questions[Question]['answer']> {
  const read = v.safeParse(answeredAs[question], result)
  if (read.success) return read.output
  return fail('internal', `${question}: ${v.getDotPath(read.issues[0]) ?? ''} does not fit`)
}
