/** A node's trail for tests: a folder, a certificate of an authority of ours, and what it is told. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach } from 'vitest'
import { createAuthority, type Authority, type Issued } from '../../../../main/exercise/authority.ts'
import { signerOf } from '../../../../main/identity/signer.ts'
import { Secret } from '../../../../main/identity/secret.ts'
import { openLedger } from '../../../../main/trail/ledger.ts'
import { createTrail, type Trail, type TrailOptions, type TrailSigner } from '../../../../main/trail/trail.ts'
import { verifyTrail, type Row, type Verdict } from '../../../../main/trail/verify.ts'
import type { Problem } from '../../../../preload/contract/result.ts'

export const key = Buffer.alloc(32, 7)

let authority: Promise<Authority> | undefined
let issued: Promise<Issued> | undefined
/** made once: keys take their time */
export const ours = (): Promise<Authority> => (authority ??= createAuthority('Ours', Date.now()))
export const signerFor = ({ certificate, key: pem }: Issued): TrailSigner => ({
  ...signerOf({ certificate, key: new Secret(pem) }),
  chain: [],
})
export const issuedWall = async (): Promise<Issued> =>
  (issued ??= (await ours()).issueClient([['CN', 'wall-01']]))
export const wall = async (): Promise<TrailSigner> => signerFor(await issuedWall())

const open: { dispose(): Promise<void> }[] = []
const folders: string[] = []
afterEach(async () => {
  for (const trail of open.splice(0)) await trail.dispose()
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true })
})

export async function aFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'vigie-trail-'))
  folders.push(folder)
  return folder
}

export interface ATrail extends Trail {
  problems: (Problem | null)[]
}

export function aTrail(folder: string, options: Partial<TrailOptions> = {}): ATrail {
  const problems: (Problem | null)[] = []
  const trail = createTrail({
    ...{ folder, node: 'poste 1', token: 'poste-1', now: () => Date.now() },
    ...{ problem: (problem) => void problems.push(problem), log: () => undefined },
    ...{ stamp: () => null, outlet: () => null },
    ...options,
  })
  open.push(trail)
  return { ...trail, problems }
}

export async function anOpenTrail(folder: string, options: Partial<TrailOptions> = {}): Promise<ATrail> {
  const trail = aTrail(folder, options)
  const opened = await trail.open([key], await wall())
  if (!opened.ok) throw new Error(opened.error.message)
  return trail
}

export async function rowsOf(folder: string): Promise<(Row & { sequence: number; words: string })[]> {
  const ledger = await openLedger(folder, key, { readOnly: true })
  if (!ledger.ok) throw new Error(ledger.error.message)
  const rows = []
  for await (const row of ledger.value.rows()) rows.push(row)
  await ledger.value.close()
  return rows as (Row & { sequence: number; words: string })[]
}

export const judge = async (rows: Iterable<Row>): Promise<Verdict> =>
  verifyTrail(rows, { authorities: [(await ours()).certificate], stampAuthorities: null })

/** What is recorded, without what the trail says of itself. */
export const kindsIn = async (folder: string): Promise<string[]> =>
  (await rowsOf(folder))
    .map(({ body }) => (JSON.parse(body) as { kind: string }).kind)
    .filter((kind) => !kind.startsWith('trail.'))
