import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { StoryClock } from './clock.ts'
import type { Draft } from './metrics.ts'
import type { Scenario } from './scenario.ts'
import { translated } from './words.ts'

export type ScenarioDocument = { object: string; bytes: Uint8Array; draft: Draft }

/** Documents with their bytes; the digest is written as the object store writes it. */
export const readDocuments = (scenario: Scenario, clock: StoryClock): Promise<ScenarioDocument[]> => {
  const { documents } = scenario
  if (documents === null) return Promise.resolve([])
  return Promise.all(
    documents.documents.map(async (one) => {
      const bytes = new Uint8Array(await readFile(join(scenario.directory, 'documents', one.file)))
      const digest = `SHA-256=${createHash('sha256').update(bytes).digest('base64url')}=`
      return {
        object: one.file,
        bytes,
        draft: {
          product: documents.product,
          entity: one.entity,
          type: 'vigie.document.v1',
          time: clock.msAt(one.minute),
          marking: one.marking,
          body: {
            ...translated({ name: one.name }),
            mediaType: one.mediaType,
            size: bytes.length,
            digest,
            object: one.file,
          },
        },
      }
    }),
  )
}
