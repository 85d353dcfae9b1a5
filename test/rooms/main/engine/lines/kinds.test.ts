/** Decisions and tasks over a real platform: what main makes of what somebody enters, and what holds of it from the platform's lines alone. */
import { randomUUID } from 'node:crypto'
import { afterEach, expect, it } from 'vitest'
import * as v from 'valibot'
import { createLines, type Lines } from '../../../../../main/wall/lines.ts'
import type { LogTold } from '../../../../../preload/contract/line.ts'
import { NoteSchema } from '../../../../../preload/contract/event.ts'
import { LogToldSchema, type As } from '../../../../../preload/contract/line.ts'
import { defaultScheme } from '../../../../../preload/contract/marking.ts'
import { live } from '../../../../../preload/contract/moment.ts'
import { openNumber, standingsOf, type Placed } from '../../../../../preload/contract/open-lines.ts'
import { ok } from '../../../../../preload/contract/result.ts'
import { startPlatform, type Platform } from '../../../../platform/platform.ts'
import { addressOf, keysOf, profileFolder, remove } from '../an-engine.ts'
import { log, logProduct, onPlatform, placeOf, startNode, type EnteringNode } from './an-entering-node.ts'

const open: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close()
})

interface Desk {
  node: EnteringNode
  lines: Lines
  enter(text: string, as: As, more?: { corrects?: string }): Promise<string>
}

/** A desk's main with its engine. */
async function deskAt(platform: Platform, name: string, identity = platform.wall): Promise<Desk> {
  const profile = await profileFolder()
  open.push(() => remove(profile))
  const node = await startNode(profile, keysOf(identity), name)
  open.push(() => node.engine.dispose())
  await node.engine.connect(addressOf(platform, identity))
  await node.isOpen()
  const lines = createLines({
    place: placeOf(name),
    policy: () => ({ scheme: defaultScheme, deskCeiling: 1, log }),
    outlet: () => node.engine.lines,
    may: () => ok(undefined),
    moment: () => live,
    newId: randomUUID,
    now: () => Date.now(),
    changed: () => undefined,
  })
  lines.told(node.log as LogTold)
  return {
    ...{ node, lines },
    async enter(text, as, { corrects = null as string | null } = {}) {
      const entered = await lines.enter(
        {
          ...{ text, as, event: Date.now() - 1000, from: 'PP', to: 'CNCS', domain: null },
          ...{ severity: 'Minor', marking: 'np', refs: [], corrects },
        },
        { person: null, function: null, node: name, automation: null },
      )
      if (!entered.ok) throw new Error(entered.error.code)
      await node.allGone()
      return entered.value.entity
    },
  }
}

async function placed(platform: Platform): Promise<Placed[]> {
  return (await onPlatform(platform)).map(({ subject, sequence, body }) => ({
    record: { product: log, entity: subject.slice('dp.ops.log.'.length), sequence },
    note: v.parse(NoteSchema, body),
  }))
}

it('one desk decides and gives a task, another does it; each has one number, and the lines alone say what holds', async () => {
  const platform = await startPlatform({ products: [logProduct()] })
  open.push(() => platform.dispose())
  const other = await platform.issue([['CN', 'poste-08']])
  await platform.permit(other)
  const left = await deskAt(platform, 'poste-07')
  const right = await deskAt(platform, 'poste-08', other)

  const due = Date.now() - 60_000
  const decided = await left.enter('Défilé à 6 km/h', {
    ...{ kind: 'decision', rationale: 'périmètre tenu', rejected: ['demi-tour'], due },
  })
  const task = await left.enter('Image radar', { kind: 'task', owner: { function: null, name: 'PP' }, due })
  const standings = async () => {
    const all = await placed(platform)
    const of = standingsOf(all)
    return all.map(({ record, note }) => [
      openNumber(record, note, 'fr') ?? String(record.sequence),
      of(record)?.is ?? null,
    ])
  }
  expect(await standings()).toEqual([
    ['DÉC-0001', 'open'],
    ['TÂC-0002', 'open'],
  ])
  const [first] = await placed(platform)
  expect(first?.note).toMatchObject({
    ...{ category: 'decision', due: new Date(due).toISOString() },
    line: { rationale: 'périmètre tenu', rejected: ['demi-tour'], moment: { as: 'known-then' } },
  })

  await right.enter('Faite.', { kind: 'outcome', of: task, is: 'done' })
  await right.enter(
    'Défilé à 5 km/h',
    { kind: 'decision', rationale: 'foule', rejected: [], due: null },
    { corrects: decided },
  )
  expect(await standings()).toEqual([
    ['DÉC-0001', 'replaced'],
    ['TÂC-0002', 'done'],
    ['3', null],
    ['DÉC-0004', 'open'],
  ])
})

it('what waits while the platform is away is told with all that it says', async () => {
  const platform = await startPlatform({ products: [logProduct()] })
  open.push(() => platform.dispose())
  const { node, lines } = await deskAt(platform, 'poste-07')
  await platform.kill()
  const as: As = { kind: 'decision', rationale: 'foule', rejected: ['attendre'], due: 5_000_000 }
  expect(
    await lines.enter(
      {
        ...{ text: 'Ouvrir la porte 14', as, event: Date.now(), from: '', to: '', domain: null },
        ...{ severity: 'Minor', marking: 'np', refs: [], corrects: null },
      },
      { person: null, function: null, node: 'poste-07', automation: null },
    ),
  ).toMatchObject({ ok: true })
  expect(v.is(LogToldSchema, node.log)).toBe(true)
  expect(node.log?.waiting).toMatchObject([
    { note: { category: 'decision', line: { rationale: 'foule', rejected: ['attendre'] } } },
  ])
})
