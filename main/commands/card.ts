import { fail, ok, type Result } from '../../preload/contract/result.ts'
import { printable } from '../../preload/contract/text.ts'
import type { CardFacts } from '../identity/card/card.ts'
import { readPolicyText } from '../policy/policy.ts'
import { readWritten } from '../policy/written.ts'
import { command } from './command.ts'
import { jsonOption } from './node.ts'
import { asTable } from './table.ts'

const columns = ['card', 'serial', 'tries', 'certificate', 'subject', 'until', 'fingerprint'] as const

const day = (time: number): string => new Date(time).toISOString().slice(0, 10)

type Line = { [K in (typeof columns)[number]]: string | null }

function linesOf({ label, serial, tries, certificates }: CardFacts): Line[] {
  const card = { card: printable(label, 64), serial: printable(serial, 64), tries }
  const none = { certificate: null, subject: null, until: null, fingerprint: null }
  if (certificates.length === 0) return [{ ...card, ...none }]
  return certificates.map(({ label: name, subject, notAfter, fingerprint }) => ({
    ...card,
    certificate: printable(name, 64),
    subject: printable(subject, 200),
    until: day(notAfter),
    fingerprint,
  }))
}

/** The driver that is named, or else the policy's. */
async function moduleOf(values: {
  module?: string | undefined
  policy?: string | undefined
}): Promise<Result<string>> {
  const { module, policy: file } = values
  if (module !== undefined) return ok(module)
  if (file === undefined)
    return fail(
      'command.invalid',
      '--module or --policy is missing: which driver reads the card?',
      '--module',
    )
  const text = await readWritten(file, 'option', 'policy.invalid', 'the policy')
  if (!text.ok) return text
  // whose it is says nothing of the driver: it may be for several nodes, and name none
  const policy = readPolicyText(text.value, file)
  if (!policy.ok) return policy
  return policy.value.card === undefined
    ? fail('card.module-unreadable', 'the policy names no driver (card: module)', file)
    : ok(policy.value.card.module)
}

/** What is in the readers now. A driver is loaded by who asks for a card, and by nobody else. */
export async function listCards(driver: string): Promise<Result<CardFacts[]>> {
  const { openModule } = await import('../identity/card/module.ts')
  const module = await openModule(driver)
  if (!module.ok) return module
  const listed = await module.value.list()
  module.value.close()
  return listed
}

const list = command({
  name: 'card list',
  options: { ...jsonOption, module: { type: 'string' }, policy: { type: 'string' } },
  synopsis: '[--json] (--module FILE.so | --policy FILE)',
  help: [
    'the smart cards and tokens that are in their readers, through a PKCS#11 driver: serial',
    'number, whether PIN tries are left (all, few, last, none), and the certificates that can',
    'be read without a PIN, with the fingerprint by which --card-certificate names one.',
  ],
  async run({ values }) {
    const file = await moduleOf(values)
    if (!file.ok) return file
    const listed = await listCards(file.value)
    if (!listed.ok) return listed
    if (values.json === true) return ok(JSON.stringify(listed.value, null, 2))
    if (listed.value.length === 0) return ok('no card is in a reader')
    return ok(asTable(columns, listed.value.flatMap(linesOf), () => true))
  },
})

export const cardCommands = [list]
