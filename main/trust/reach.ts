/** Where a session may go beyond what is ours: nowhere, but for the card's window, whose TLS is the platform's. */
import { hostAndPort, type ServerAddress } from '../../preload/contract/server-address.ts'

export interface Reach {
  hosts: readonly string[]
  /** as a content security policy names them */
  sources: readonly string[]
  has(url: string): boolean
}

export function reachOf(servers: readonly Pick<ServerAddress, 'host' | 'port'>[]): Reach {
  const sources = servers.flatMap((server) =>
    ['https', 'wss'].map((scheme) => `${scheme}://${hostAndPort(server)}`),
  )
  const origins = new Set(sources.map((source) => new URL(source).href))
  return {
    hosts: servers.map(({ host }) => (host.includes(':') ? `[${host}]` : host)),
    sources,
    // scheme, host, port and no path: nothing can be said by what is asked for
    has: (url) => URL.canParse(url) && origins.has(new URL(url).href),
  }
}

export const nowhere: Reach = reachOf([])
