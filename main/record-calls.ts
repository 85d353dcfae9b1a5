/** What windows ask, as the trail has it: by the calls' table, each row of which says what is kept of it. */
import { actIds, rowOf, type ActInput } from '../preload/contract/act.ts'
import type { Author } from '../preload/contract/author.ts'
import { actRecorded } from './record-acts.ts'
import type { Trail } from './trail/trail.ts'
import type { AuditedCall } from './trust/ipc.ts'

/** ms that who asked waits for the disk at most: a full or a slow one must not keep anybody from their work. */
const durableWithin = 500

const isAct = (input: unknown): input is ActInput =>
  typeof input === 'object' && input !== null && 'act' in input && actIds.some((id) => id === input.act)

/**
 * @param author who asks now
 * @param level that of this node's desk: what is named there may be of it
 * @returns resolves once what was done is durable: then it is told done
 */
export const auditCalls =
  ({ record, settled }: Pick<Trail, 'record' | 'settled'>, author: () => Author, level: () => string) =>
  async ({ group, name, sender, kept, input, refused }: AuditedCall): Promise<void> => {
    const { person, function: role, node, automation } = author()
    const by = { person, function: role, node, automation }
    const why = refused && { message: refused.message }
    if (kept !== null)
      record({
        kind: `call.${group}.${name}`,
        ...by,
        screen: kept.screen ?? sender.screen,
        subject: kept.subject ?? null,
        refused: refused?.code ?? null,
        detail: { ...kept.detail, ...why },
      })
    else if (isAct(input) && refused !== null && rowOf(input.act).audited) {
      const recorded = actRecorded(input, by, level())
      record({ ...recorded, refused: refused.code, detail: { ...recorded.detail, ...why } })
    }
    await settled(durableWithin)
  }
