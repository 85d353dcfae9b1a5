/** Signs in at a platform as this node would, and says how far it came. */
import { fail, ok, type Result } from '../../preload/contract/result.ts'
import { addressForm, readServerAddress, type ServerAddress } from '../../preload/contract/server-address.ts'
import { readAuthority } from '../identity/authority.ts'
import { readNodeFile, type NodeFile } from '../identity/node-file.ts'
import { openIdentity, readIdentity, type Identity } from '../identity/open-identity.ts'
import type { PassphraseOptions } from '../identity/passphrase.ts'
import { readPolicy } from '../policy/policy.ts'
import { readWritten } from '../policy/written.ts'
import { command, type Answer } from './command.ts'
import { oldPassphrase } from './new-passphrase.ts'
import { identityOptions, jsonOption, passphraseOptionsOf, profileOf, profileOptions } from './node.ts'
import { tryPlatform, type Trial } from '../provisioning/try-platform.ts'

export const provisionTest = command({
  name: 'provision test',
  options: {
    ...jsonOption,
    ...profileOptions,
    ...identityOptions,
    platform: { type: 'string' },
    ca: { type: 'string' },
    'tls-first': { type: 'boolean' },
  },
  synopsis:
    '[--json] [--profile DIR] [--platform tls://HOST:PORT[,…] --identity FILE --ca FILE [--tls-first]]',
  help: [
    'signs in at the platform and says each step: name, TCP, TLS, authority, host name, our dates,',
    'our certificate, our user, JetStream. Without options as this node was provisioned.',
  ],
  async run({ values, tell }): Promise<Result<Answer>> {
    const way = await wayOf(values)
    if (!way.ok) return way
    const identity = await openedAs(way.value.identity, way.value.passphrase)
    if (!identity.ok) return identity
    const authority = await readAuthority(way.value.authority)
    if (!authority.ok) return authority
    const trials: Trial[] = []
    for (const address of way.value.addresses)
      trials.push(
        await tryPlatform({
          ...{ address, tlsFirst: way.value.tlsFirst, identity: identity.value, authority: authority.value },
          now: Date.now(),
          told: ({ step, passed, said }) =>
            values.json === true ? undefined : tell(`${passed ? '✓' : '✗'} ${step}: ${said}`),
        }),
      )
    identity.value.key.erase()
    const problem = trials.find((trial) => trial.problem !== null)?.problem ?? null
    if (values.json === true) {
      const text = JSON.stringify(trials, null, 2)
      return ok(problem === null ? text : { text, failed: true })
    }
    if (problem !== null) return { ok: false, error: problem }
    return ok(`${trials.map(({ server }) => server).join(', ')}: this node signs in`)
  },
})

interface Way {
  addresses: ServerAddress[]
  tlsFirst: boolean
  identity: string
  authority: string
  passphrase: PassphraseOptions
}

interface TypedWay {
  'passphrase-file'?: string | undefined
  'passphrase-credential'?: string | undefined
  profile?: string | undefined
  platform?: string | undefined
  identity?: string | undefined
  ca?: string | undefined
  'tls-first'?: boolean | undefined
}

/** As it is typed, and what is not as the node was provisioned. */
async function wayOf(values: TypedWay): Promise<Result<Way>> {
  const typed = passphraseOptionsOf(values)
  if (!typed.ok) return typed
  const read = await readNodeFile(profileOf(values))
  if (!read.ok) return read
  const node = read.value
  const { identity = node?.identity, ca: authority = node?.authority } = values
  if (identity === null)
    return fail('card.wanted', 'a card signs in here, and is tried at the desk alone', '--identity')
  if (identity === undefined)
    return fail('command.invalid', '--identity is missing: who signs in', '--identity')
  if (authority === undefined)
    return fail('command.invalid', '--ca is missing: whom the platform comes from', '--ca')
  const written = values.platform?.split(',') ?? node?.platform ?? null
  const named = written === null ? await addressesOfPolicy(node) : ok(written)
  if (!named.ok) return named
  const platform = named.value
  if (platform === null)
    return fail('command.invalid', '--platform is missing: where one signs in', '--platform')
  const addresses: ServerAddress[] = []
  for (const one of platform) {
    const address = readServerAddress(one.trim())
    if (address === null)
      return fail('command.invalid', `--platform ${one}: an address as ${addressForm}`, '--platform')
    addresses.push(address)
  }
  return ok({
    ...{ addresses, identity, authority },
    tlsFirst: values['tls-first'] ?? node?.tlsFirst ?? false,
    passphrase: values.identity === undefined ? passphraseOf(node, typed.value) : typed.value,
  })
}

/** Where its policy signs in. @returns null: nowhere; or why it can't be read */
async function addressesOfPolicy(node: NodeFile | null): Promise<Result<readonly string[] | null>> {
  const file = node?.policy ?? null
  if (node === null || file === null) return ok(null)
  const text = await readWritten(file, 'option', 'policy.invalid', 'the policy')
  const policy = text.ok ? readPolicy(text.value, file, node.node) : text
  return policy.ok ? ok(policy.value.platform) : policy
}

function passphraseOf(node: NodeFile | null, typed: PassphraseOptions): PassphraseOptions {
  if (node === null || typed.passphraseFile !== null || typed.passphraseCredential !== null) return typed
  const { passphrase } = node
  return {
    passphraseFile: passphrase.from === 'file' ? passphrase.file : null,
    passphraseCredential: passphrase.from === 'credential' ? passphrase.name : null,
  }
}

async function openedAs(file: string, options: PassphraseOptions): Promise<Result<Identity>> {
  const bytes = await readIdentity(file)
  if (!bytes.ok) return bytes
  const passphrase = await oldPassphrase(options, file)
  if (!passphrase.ok) return passphrase
  const identity = openIdentity(bytes.value, passphrase.value, file)
  passphrase.value.erase()
  return identity
}
