/** A certificate is renewed by hand: by itself a node does it while somebody is signed in. */
import { access } from 'node:fs/promises'
import { resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fail, ok, type Result } from '../../preload/contract/result.ts'
import { databaseFile } from '../engine/cache/database-file.ts'
import { readAuthority } from '../identity/authority.ts'
import { endpointOf, type EstServer } from '../identity/est/exchange.ts'
import { identityFile, readIdentityNamed } from '../identity/identities.ts'
import { readNodeFile, type NodeFile } from '../identity/node-file.ts'
import { openIdentity, readIdentity, type Identity } from '../identity/open-identity.ts'
import type { PassphraseOptions } from '../identity/passphrase.ts'
import { renewOnce, type Renewal, type Rewrapped } from '../identity/renewal.ts'
import { keyKinds, type KeyKind } from '../identity/request.ts'
import { Secret } from '../identity/secret.ts'
import { signerOf } from '../identity/signer.ts'
import { rewrapped } from '../identity/vault/rewrapped.ts'
import { vaultFile } from '../identity/vault/vault-file.ts'
import { openVault } from '../identity/vault/vault.ts'
import { readPolicy, type Enrolling } from '../policy/policy.ts'
import { readWritten } from '../policy/written.ts'
import { command } from './command.ts'
import { oldPassphrase } from './new-passphrase.ts'
import { passphraseOptionsOf, profileOf, profileOptions } from './node.ts'

interface Typed {
  est?: string | undefined
  ca?: string | undefined
  key?: string | undefined
}

/** Where it is asked for: as it is typed, else as the node's policy says. */
async function serverOf(
  { est, ca, key }: Typed,
  node: NodeFile | null,
): Promise<Result<{ server: EstServer; kind: KeyKind | null }>> {
  if (key !== undefined && !(keyKinds as readonly string[]).includes(key))
    return fail('command.invalid', `--key ${key}: ${keyKinds.join(', ')}`, '--key')
  const policy = est === undefined ? await enrolOf(node) : ok(null)
  if (!policy.ok) return policy
  const url = est ?? policy.value?.est
  if (url === undefined)
    return fail('command.invalid', '--est is missing: the policy names no EST server either', '--est')
  if (endpointOf(url, 'cacerts') === null)
    return fail('command.invalid', `--est ${url}: https://host[:port], of an EST server`, '--est')
  const from = ca ?? node?.authority
  if (from === undefined)
    return fail('command.invalid', '--ca is missing: whom the server’s certificate must come from', '--ca')
  const authority = await readAuthority(from)
  if (!authority.ok) return authority
  const kind = (key as KeyKind | undefined) ?? policy.value?.key ?? null
  return ok({ server: { url, authority: authority.value }, kind })
}

async function enrolOf(node: NodeFile | null): Promise<Result<Enrolling | null>> {
  if (node?.policy == null) return ok(null)
  const text = await readWritten(node.policy, 'option', 'policy.invalid', 'the policy')
  const policy = text.ok ? readPolicy(text.value, node.policy, node.node) : text
  return policy.ok ? ok(policy.value.enrol) : policy
}

const isThere = (file: string): Promise<boolean> =>
  access(file).then(
    () => true,
    () => false,
  )

/** The vault of this profile, where this identity opens it; of one that it does not open, nothing changes. */
async function vaultOf(profile: string, identity: () => Identity): Promise<Result<Rewrapped>> {
  const untouched: Rewrapped = {
    add: () => Promise.resolve(ok(undefined)),
    drop: () => Promise.resolve(ok(undefined)),
  }
  if (!(await isThere(vaultFile(profile)))) return ok(untouched)
  const opened = await opens(profile, identity())
  if (opened.ok) return ok(rewrapped(profile, identity))
  return opened.error.code === 'cache.key-refused' ? ok(untouched) : opened
}

async function opens(profile: string, identity: Identity): Promise<Result<undefined>> {
  const vault = await openVault(profile, signerOf(identity), { cache: databaseFile(profile) })
  if (!vault.ok) return vault
  for (const key of [vault.value.secret, vault.value.next]) key?.fill(0)
  return ok(undefined)
}

/** As the node was provisioned, where nothing is said: a passphrase that it reads is read there. */
function sealOf(node: NodeFile | null, file: string, typed: PassphraseOptions): PassphraseOptions {
  const said = typed.passphraseFile !== null || typed.passphraseCredential !== null
  if (said || node?.identity == null || resolve(node.identity) !== resolve(file)) return typed
  const { passphrase } = node
  return {
    passphraseFile: passphrase.from === 'file' ? passphrase.file : null,
    passphraseCredential: passphrase.from === 'credential' ? passphrase.name : null,
  }
}

const renew = command({
  name: 'provision renew',
  operands: ['NAME'],
  options: {
    ...profileOptions,
    'passphrase-file': { type: 'string' },
    'passphrase-credential': { type: 'string' },
    est: { type: 'string' },
    ca: { type: 'string' },
    key: { type: 'string' },
  },
  synopsis: '[--est URL --ca FILE] [--key KIND] [--profile DIR]',
  help: [
    'another certificate with another key, at once, allowed by the one that there is; from the EST server',
    'that the node’s policy names. The vault opens with the new one. Ended, the same command goes on; a node',
    'that runs meanwhile takes the new one up.',
  ],
  async run({ values, operands: [name = ''], tell }) {
    const options = passphraseOptionsOf(values)
    if (!options.ok) return options
    const profile = profileOf(values)
    const node = await readNodeFile(profile)
    if (!node.ok) return node
    const asked = await serverOf(values, node.value)
    if (!asked.ok) return asked
    const there = await readIdentityNamed(profile, name)
    if (!there.ok) return there
    const file = identityFile(profile, name)
    const typed = await oldPassphrase(sealOf(node.value, file, options.value), file)
    if (!typed.ok) return typed
    try {
      return await renewed(profile, name, typed.value, { ...asked.value, tell })
    } finally {
      typed.value.erase()
    }
  },
})

async function renewed(
  profile: string,
  name: string,
  passphrase: Secret,
  { server, kind, tell }: { server: EstServer; kind: KeyKind | null; tell(line: string): void },
): Promise<Result<string>> {
  const file = identityFile(profile, name)
  const open = async (): Promise<Result<Identity>> => {
    const bytes = await readIdentity(file)
    return bytes.ok ? openIdentity(bytes.value, passphrase, file) : bytes
  }
  const first = await open()
  if (!first.ok) return first
  let identity = first.value
  const vault = await vaultOf(profile, () => identity)
  try {
    if (!vault.ok) return vault
    for (;;) {
      const step: Result<Renewal> = await renewOnce({
        ...{ profile, name, server, kind, before: null, byHand: true, vault: vault.value },
        now: () => Date.now(),
        passphrase: () => Promise.resolve(ok(new Secret(passphrase.copy()))),
        keyOf: () => Promise.resolve(ok(new Secret(identity.key.copy()))),
        async use() {
          const next = await open()
          if (!next.ok) return next
          identity.key.erase()
          identity = next.value
          // a slot is proven by who opens it: only then the other one may go
          return (await isThere(vaultFile(profile)))
            ? refusedIsNone(await opens(profile, identity))
            : ok(undefined)
        },
        did: (done) => tell(done),
      })
      if (!step.ok) return step
      if (step.value.state === 'renewed')
        return ok(`${file}: until ${new Date(step.value.notAfter).toISOString().slice(0, 10)}`)
      if (step.value.state === 'early')
        return ok(`${file}: the next one is there from ${new Date(step.value.due).toISOString()} on`)
      const seconds = Math.max(1, Math.round((step.value.until - Date.now()) / 1000))
      tell(`the server waits for somebody to allow it; asked again in ${seconds} s`)
      await sleep(seconds * 1000)
    }
  } finally {
    identity.key.erase()
  }
}

/** It never opened it, and need not. */
const refusedIsNone = (opened: Result<undefined>): Result<undefined> =>
  opened.ok || opened.error.code !== 'cache.key-refused' ? opened : ok(undefined)

export const renewCommands = [renew]
