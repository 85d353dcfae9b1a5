/** Whom a page may have main contact: who is named by what was signed or provisioned; for any other a person says so. */
import { fail, ok, type Result } from '../../../preload/contract/result.ts'
import { hostAndPort, readServerAddress } from '../../../preload/contract/server-address.ts'
import type { Language } from '../../../preload/contract/words.ts'
import en from '../../../resources/translations/en.json'
import fr from '../../../resources/translations/fr.json'
import type { Choose, Confirmation } from '../choose.ts'

/** Host and port, as they are compared; null: it is no address that anybody would contact. */
function hostOf(address: string): string | null {
  const server = readServerAddress(address.trim())
  if (server !== null) return hostAndPort(server).toLowerCase()
  try {
    const { protocol, hostname, port } = new URL(address)
    return protocol === 'https:' ? `${hostname}:${port || '443'}` : null
  } catch {
    return null
  }
}

const asked = (hosts: string, language: Language): Confirmation => {
  const words = language === 'fr' ? fr : en
  return {
    words: words['identities.contact.words'].replace('{host}', () => hosts),
    ...{ yes: words['identities.contact.yes'], no: words['identities.contact.no'] },
  }
}

/** @param known that may be contacted unasked @returns `ipc.refused` where the person says no */
export async function mayContact(
  addresses: readonly string[],
  known: readonly string[],
  choose: Pick<Choose, 'confirm'>,
  language: Language,
): Promise<Result<undefined>> {
  const named = new Set(known.map(hostOf))
  // what is no address is contacted by nobody, and refused with its own words
  const others = addresses.map(hostOf).filter((host) => host !== null && !named.has(host))
  if (others.length === 0) return ok(undefined)
  const hosts = [...new Set(others)].join(', ')
  return (await choose.confirm(asked(hosts, language)))
    ? ok(undefined)
    : fail('ipc.refused', 'nobody allowed to contact it', hosts)
}
