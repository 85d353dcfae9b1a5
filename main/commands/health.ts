import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as v from 'valibot'
import { gigabytes, healthOf, isHealthy, type HealthRow } from '../../preload/contract/health.ts'
import { ok } from '../../preload/contract/result.ts'
import { readAuthority } from '../identity/authority.ts'
import { healthOfProfile } from '../provisioning/health.ts'
import { command } from './command.ts'
import { askedIdentity, identityOptions, jsonOption, profileOf, profileOptions } from './node.ts'
import { asTable } from './table.ts'

const columns = ['state', 'what', 'value', 'about', 'until'] as const

const valueOf = ({ value, unit }: HealthRow): string => {
  if (value === null) return '–'
  if (typeof value === 'string') return value
  if (unit === 'bytes') return `${gigabytes(value).toFixed(1)} GB`
  return unit === 'days' ? `${value} d` : unit === 'ms' ? `${value} ms` : String(value)
}

const PackageSchema = v.object({ version: v.string() })
/** From its sources and where it was bundled alike: two folders below what is written of it. */
async function version(): Promise<string> {
  try {
    const text = await readFile(join(import.meta.dirname, '..', '..', 'package.json'), 'utf8')
    return v.parse(PackageSchema, JSON.parse(text)).version
  } catch {
    return '–'
  }
}

const health = command({
  name: 'health',
  options: { ...jsonOption, ...profileOptions, ...identityOptions, ca: { type: 'string' } },
  synopsis: '[--json] [--profile DIR] [--identity FILE.p12] [--ca FILE]',
  help: [
    'how this node is: when its certificates end, the vault’s slots, disk, cache, versions. What needs the',
    'platform is unknown here and told at the desk. Without --identity and --ca as it was provisioned;',
    'the certificate in a PKCS#12 file is unknown then.',
    'Ends with 1 where something is bad: a certificate that ends within 7 days, a disk that is full.',
  ],
  async run({ values }) {
    const identity = values.identity === undefined ? null : await askedIdentity(values, '')
    if (identity?.ok === false) return identity
    identity?.value.key.erase()
    const authority = values.ca === undefined ? null : await readAuthority(values.ca)
    if (authority?.ok === false) return authority
    const rows = healthOf(
      await healthOfProfile(profileOf(values), {
        identity: identity?.value ?? null,
        authority: authority?.value ?? null,
        versions: { vigie: await version(), runtime: `Node ${process.versions.node}` },
        mayCopy: false,
      }),
    )
    const text =
      values.json === true
        ? JSON.stringify(rows, null, 2)
        : asTable(
            columns,
            rows.map((row) => ({
              ...{ state: row.state, what: row.id, value: valueOf(row), about: row.words },
              until: row.until === null ? '' : new Date(row.until).toISOString(),
            })),
            () => true,
          )
    return ok(isHealthy(rows) ? text : { text, failed: true })
  },
})

export const healthCommands = [health]
