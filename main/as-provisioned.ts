/** A command line that says little, on a profile that was provisioned: the rest is as it was provisioned. */
import { fail, ok, type Result } from '../preload/contract/result.ts'
import { readServerAddress } from '../preload/contract/server-address.ts'
import { missing, type CommandLine } from './command-line.ts'
import type { NodeFile } from './identity/node-file.ts'

/**
 * What was asked for, and what the command line says nothing of as the profile was provisioned.
 *
 * @param node paths are absolute; null: it never was
 */
export function asProvisioned(asked: CommandLine<string | null>, node: NodeFile | null): Result<CommandLine> {
  const given = asked.card
  const authorityOfCard = given?.authority ?? node?.authority
  if (given !== null && authorityOfCard === undefined) return missing('ca', 'a platform needs its authority')
  const card = given === null ? null : { ...given, authority: authorityOfCard ?? '' }
  if (node === null) return ok({ ...asked, card })
  const { file, authority, node: called } = asked.policy
  const policy = {
    file: file ?? node.policy,
    authority: authority ?? node.policyAuthority,
    node: called ?? node.node,
  }
  const options = { ...asked, card: null, policy }
  /** of what a card signs in with, what was not asked for otherwise */
  const withCard = (card: NonNullable<CommandLine['card']>): Result<CommandLine> => {
    const web = node.platform?.filter((one) => readServerAddress(one)?.web === true) ?? []
    return ok({
      ...options,
      card: {
        ...card,
        addresses: card.addresses ?? (web.length === 0 ? null : web),
        module: card.module ?? node.card?.module ?? null,
        certificate: card.certificate ?? node.card?.certificate ?? null,
      },
    })
  }
  if (card !== null) return withCard(card)
  // who says how they sign in does not sign in as it was provisioned
  if (options.provision || options.platform !== null) return ok(options)
  if (asked.exerciseAsked)
    return fail('command.invalid', 'this profile is a platform’s node: the exercise needs another --profile')
  const { passphrase, identity, authority: from } = node
  if (identity === null)
    return withCard({ addresses: null, authority: from, module: null, certificate: null })
  return ok({
    ...options,
    platform: {
      ...{ addresses: node.platform, identity, authority: from },
      tlsFirst: node.tlsFirst,
      passphraseFile: passphrase.from === 'file' ? passphrase.file : null,
      passphraseCredential: passphrase.from === 'credential' ? passphrase.name : null,
    },
  })
}
