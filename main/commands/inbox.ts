import { ok } from '../../preload/contract/result.ts'
import { inboxOf } from '../identity/inbox.ts'
import { command } from './command.ts'
import { askedIdentity, identityOptions } from './node.ts'

const inbox = command({
  name: 'inbox',
  options: identityOptions,
  synopsis: '--identity FILE.p12',
  help: [
    'the prefix of the subjects on which the platform answers this certificate: what',
    'its user may subscribe to on the server, and nobody else',
  ],
  async run({ values }) {
    const identity = await askedIdentity(values, 'an inbox is its certificate’s')
    return identity.ok ? ok(inboxOf(identity.value.certificate)) : identity
  },
})

export const inboxCommands = [inbox]
