/** Every command that there is, in the order in which usage shows them. */
import { cacheCommands } from './cache.ts'
import type { Command } from './command.ts'
import { inboxCommands } from './inbox.ts'
import { outboxCommands } from './outbox.ts'
import { vaultCommands } from './vault.ts'

export const commands: readonly Command[] = [
  ...cacheCommands,
  ...vaultCommands,
  ...outboxCommands,
  ...inboxCommands,
