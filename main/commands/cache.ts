import { ok, type Result } from '../../preload/contract/result.ts'
import { databaseFile } from '../engine/cache/database-file.ts'
import { fitsVault } from '../engine/cache/last-vault.ts'
import { cacheStats } from '../engine/cache/stats.ts'
import { signVault } from '../identity/vault/vault.ts'
import { command } from './command.ts'
import { jsonOption, profileOf } from './node.ts'
import { readCache } from './read-cache.ts'
import { signerOptions, withSigner } from './signer.ts'
import { asTable } from './table.ts'

const columns = ['product', 'events', 'entities', 'first', 'last', 'bytes', 'digest'] as const

const stats = command({
  name: 'cache stats',
  options: { ...jsonOption, ...signerOptions },
  synopsis: '[--json] [--profile DIR] --identity FILE.p12',
  help: [
    'what this node has kept, per product: events, entities, first and last stream',
    'sequence, bytes, and digest, the SHA-256 over the lines "<sequence> <ce-id>\\n"',
    'in order of sequence. Vigie may run on the same profile meanwhile.',
  ],
  async run({ values }) {
    const stats = await readCache(values, cacheStats)
    if (!stats.ok) return stats
    return ok(
      values.json === true
        ? JSON.stringify(stats.value, null, 2)
        : asTable(columns, stats.value, (column) => column === 'product' || column === 'digest'),
    )
  },
})

const sign = command({
  name: 'cache sign',
  options: signerOptions,
  synopsis: '[--profile DIR] --identity FILE.p12',
  help: [
    'signs the key slots of a profile that an earlier version of Vigie made, or to which another added',
    'this certificate, once. Only for a profile that nobody else could write to meanwhile: it makes',
    'what is there trusted.',
  ],
  async run({ values }): Promise<Result<string>> {
    const profile = profileOf(values)
    const signed = await withSigner(values, 'the cache opens with its certificate', (signer) =>
      signVault(profile, signer, (opened) => fitsVault(databaseFile(profile), opened)),
    )
    return signed.ok ? ok(`${profile}: the key slots are signed`) : signed
  },
})

export const cacheCommands = [stats, sign]
