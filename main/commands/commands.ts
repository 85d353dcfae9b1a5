/** Every command that there is, in the order in which usage shows them. */
import { cacheCommands } from './cache.ts'
import { cardCommands } from './card.ts'
import type { Command } from './command.ts'
import { enrolCommands } from './enrol.ts'
import { healthCommands } from './health.ts'
import { inboxCommands } from './inbox.ts'
import { outboxCommands } from './outbox.ts'
import { policyCommands } from './policy.ts'
import { productCommands } from './product.ts'
import { provisionCommands } from './provision.ts'
import { provisionWall } from './provision-wall.ts'
import { renewCommands } from './renew.ts'
import { reportCommands } from './report.ts'
import { trailCommands } from './trail.ts'
import { vaultCommands } from './vault.ts'

export const commands: readonly Command[] = [
  ...cacheCommands,
  ...vaultCommands,
  ...outboxCommands,
  ...inboxCommands,
  ...provisionCommands,
  provisionWall,
  ...enrolCommands,
  ...renewCommands,
  ...cardCommands,
  ...policyCommands,
  ...trailCommands,
  ...reportCommands,
  ...productCommands,
  ...healthCommands,
]

/** The command whose name the words begin with, the longest of them; and the words behind it. */
export function findCommand(words: readonly string[]): { command: Command; rest: string[] } | null {
  const typed = (name: string) => words.slice(0, name.split(' ').length).join(' ') === name
  const [command] = commands
    .filter(({ name }) => typed(name))
    .sort((a, b) => b.name.split(' ').length - a.name.split(' ').length)
  return command === undefined ? null : { command, rest: words.slice(command.name.split(' ').length) }
}

const width = Math.max(...commands.map(({ name }) => name.length)) + 3

export const usage = `${commands.map((command) => command.usage).join('\n')}

${commands
  .flatMap(({ name, help }) => help.map((line, at) => `  ${(at === 0 ? name : '').padEnd(width)}${line}`))
  .join('\n')}

The certificate's passphrase comes from --passphrase-file FILE, from systemd (--passphrase-credential NAME), or is
asked for at the terminal. Where it opens what this node keeps (cache, vault, outbox, trail) a smart card does in place of
--identity: --card [--card-module FILE] [--card-certificate DIGITS]; its PIN is in --pin-file FILE or a credential
(--pin-credential NAME), or is asked for at the terminal.
`
