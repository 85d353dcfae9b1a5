/** What a node has kept, asked of the administrator's command as it is shipped. */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { Identity } from '../platform/platform.ts'

export async function keptOf(
  profile: string,
  { identityFile, passphraseFile }: Identity,
  product: string,
): Promise<{ events: number; digest: string } | undefined> {
  const { stdout } = await promisify(execFile)(process.execPath, [
    ...['out/main/vigie.js', 'cache', 'stats', '--json', '--profile', profile],
    ...['--identity', identityFile, '--passphrase-file', passphraseFile],
  ])
  const all = JSON.parse(stdout) as { product: string; events: number; digest: string }[]
  return all.find((stats) => stats.product === product)
}
