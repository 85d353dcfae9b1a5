/** What the spools of a folder hold that the chain does not have yet: of earlier processes, and of commands beside them. */
import * as v from 'valibot'
import { TrailEntrySchema, type TrailEntry } from '../../preload/contract/trail.ts'
import { besideNode } from './beside.ts'
import type { Appended, Ledger } from './ledger.ts'
import { entryOf } from './record.ts'
import { readSpool } from './spool.ts'

const isOwn = ({ kind }: Pick<TrailEntry, 'kind'>): boolean => kind.startsWith('trail.')

/** Deeper than anything that is recorded, and less deep than what SQLite no longer reads as JSON. */
const deepest = 64
const isDeeper = (value: unknown, than: number): boolean =>
  typeof value === 'object' &&
  value !== null &&
  (than === 0 || Object.values(value).some((each) => isDeeper(each, than - 1)))

/** @returns null: none of this node's wrote it. Whoever may write to the folder can seal whatever they like to the spool */
function spooledEntry(text: string, node: string): TrailEntry | null {
  try {
    const read = v.safeParse(TrailEntrySchema, JSON.parse(text))
    // a record of the trail about itself is never spooled
    if (!read.success || isOwn(read.output) || isDeeper(read.output.detail, deepest)) return null
    const by = read.output.node === besideNode ? node : read.output.node
    const entry = entryOf({ ...read.output, node: by }, node, read.output.at)
    return { ...entry, detail: { ...entry.detail, spooled: true } }
  } catch {
    return null
  }
}

/** @param files in the order in which they are read; what can't be read is counted, and told as lost */
export function spooledIn(
  files: readonly string[],
  done: Awaited<ReturnType<Ledger['spooled']>>,
  key: Ledger['spoolKey']['privateKey'],
  { node, now }: { node: string; now: () => number },
): Appended[] {
  const read = files.map((file) => readSpool(file, key))
  let wrong = read.reduce((sum, { unread }) => sum + unread, 0)
  const found = read.flatMap((each) => each.found)
  const taken = found.flatMap(({ place, text }): Appended[] => {
    if (place.n <= (done.get(place.run) ?? 0)) return []
    const entry = spooledEntry(text, node)
    if (entry !== null) return [{ entry, place }]
    wrong++
    return []
  })
  if (wrong > 0) {
    const why = 'lines of the spool can’t be read'
    taken.push({
      entry: entryOf({ kind: 'trail.lost', detail: { count: wrong, why } }, node, now()),
      place: null,
    })
  }
  return taken
}
