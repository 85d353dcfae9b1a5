/**
 * The process that drafts and sets syntheses: the cache is opened for one draft, read, and closed again. Forked by main as
 * a utility process, or by a test under plain Node.
 */
import { readFile, stat } from 'node:fs/promises'
import * as v from 'valibot'
import { fail, ok, type Result } from '../../preload/contract/result.ts'
import type { Synthesis } from '../../preload/contract/report.ts'
import { openCache } from '../engine/cache/cache.ts'
import { draft } from './draft.ts'
import { exported } from './export.ts'
import { gather } from './gather.ts'
import {
  ReportOrderSchema,
  type NamedVerdict,
  type ReportAnswer,
  type ReportOrder,
  type SetPaper,
} from './orders.ts'
import { readFrom } from './released.ts'
import { releasedName } from './release.ts'
import { makeRoom } from './sign.ts'
import { setPaper } from './typeset.ts'
import { mostPdfBytes, verifyPdf } from './verify.ts'

type ParentPort = {
  postMessage(message: ReportAnswer): void
  on(event: 'message', listener: (event: { data: unknown }) => void): void
}
const { parentPort } = process as NodeJS.Process & { parentPort?: ParentPort }

const tell = (answer: ReportAnswer): void => {
  if (parentPort !== undefined) parentPort.postMessage(answer)
  else if (process.connected) process.send?.(answer)
}

type Order<O extends ReportOrder['order']> = Extract<ReportOrder, { order: O }>

async function drafted({
  cache: folder,
  cacheKey,
  nextKey,
  vault,
  asked,
}: Order<'draft'>): Promise<Result<Synthesis>> {
  const opened = await openCache(folder, { cacheKey, nextKey, vault }, { readOnly: true })
  for (const key of [cacheKey, nextKey]) key?.fill(0)
  if (!opened.ok) return opened
  try {
    return draft(await gather(opened.value, asked), asked)
  } finally {
    await opened.value.close()
  }
}

async function set({ synthesis, folder, signed, room }: Order<'set'>): Promise<Result<SetPaper>> {
  const paper = await setPaper(synthesis, folder, signed)
  if (!paper.ok) return paper
  const { pdf, pages } = paper.value
  const bytes = room === null ? pdf : await makeRoom(pdf, room)
  return ok({ pdf: new Uint8Array(bytes), pages: pages() })
}

async function written({
  synthesis,
  form,
  ...rules
}: Order<'write'>): Promise<Result<Uint8Array<ArrayBuffer>>> {
  const bytes = await exported(synthesis, form, rules)
  return bytes.ok ? ok(new Uint8Array(bytes.value)) : bytes
}

async function verified({
  file,
  authorities,
  stampAuthorities,
  now,
}: Order<'verify'>): Promise<Result<NamedVerdict>> {
  if ((await stat(file)).size > mostPdfBytes) return fail('report.unreadable', 'it is too large', file)
  const verdict = await verifyPdf(await readFile(file), authorities, stampAuthorities, now)
  const read = verdict.wrong === null ? await readFrom(file, authorities, now) : null
  const { number, version } = read?.ok === true ? read.value.synthesis : { number: null, version: 0 }
  return ok({ ...verdict, name: number === null ? null : releasedName(number, version) })
}

const why = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/** One after the other: what sets a page is busy with it. */
let turn: Promise<unknown> = Promise.resolve()
const inTurn = (act: () => Promise<ReportAnswer>): void => {
  turn = turn.then(act).then(tell)
}

const hear = (data: unknown): void => {
  const read = v.safeParse(ReportOrderSchema, data)
  // who asked waits for it until this process is gone
  if (!read.success) process.exit(1)
  const order = read.output
  switch (order.order) {
    case 'draft':
      inTurn(async () => ({
        ...{ answer: 'drafted', id: order.id },
        result: await drafted(order).catch((error: unknown) =>
          fail<Synthesis>('report.undrafted', why(error)),
        ),
      }))
      break
    case 'set':
      inTurn(async () => ({
        ...{ answer: 'set', id: order.id },
        result: await set(order).catch((error: unknown) => fail<SetPaper>('report.unset', why(error))),
      }))
      break
    case 'write':
      inTurn(async () => ({
        ...{ answer: 'written', id: order.id },
        result: await written(order).catch((error: unknown) =>
          fail<Uint8Array<ArrayBuffer>>('report.unset', why(error)),
        ),
      }))
      break
    case 'verify':
      inTurn(async () => ({
        ...{ answer: 'verified', id: order.id },
        result: await verified(order).catch((error: unknown) =>
          fail<NamedVerdict>('report.unreadable', why(error), order.file),
        ),
      }))
      break
    case 'beat':
      tell({ answer: 'beat' })
      break
    case 'stop':
      process.exit(0)
  }
}

if (parentPort !== undefined) parentPort.on('message', ({ data }) => hear(data))
else {
  process.on('message', hear)
  process.on('disconnect', () => process.exit(0))
}
