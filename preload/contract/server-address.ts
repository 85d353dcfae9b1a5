/** Where a platform's servers are: one address, or as many as its cluster has. */
import * as v from 'valibot'

/** One server: TLS, a host by name or number, and a port; by WebSocket where a card signs in. */
export const addressForm = 'tls://HOST:PORT'
export const webAddressForm = 'wss://HOST:PORT'
/** More is a mistake, and each is asked in turn before anybody waits. */
export const mostAddresses = 16

export interface ServerAddress {
  /** an IPv6 address without its brackets */
  host: string
  port: number
  /** its listener speaks WebSocket */
  web: boolean
}

const form = /^(tls|wss):\/\/(?:\[([0-9a-fA-F:]{2,45})\]|([A-Za-z0-9.-]{1,253})):(\d{1,5})$/

/** @returns null where it is none: nothing but TLS, no user, no path, a port that exists */
export function readServerAddress(text: string): ServerAddress | null {
  const [, scheme, six, name, digits] = form.exec(text) ?? []
  const host = six ?? name
  const port = Number(digits)
  return host !== undefined && port >= 1 && port <= 65_535 ? { host, port, web: scheme === 'wss' } : null
}

/** How people and TLS' own messages name it. */
export const hostAndPort = ({ host, port }: Pick<ServerAddress, 'host' | 'port'>): string =>
  host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`

const ServerAddressSchema = v.pipe(
  v.string(),
  v.check(
    (text) => readServerAddress(text) !== null,
    `an address is ${addressForm}, or ${webAddressForm} for a card`,
  ),
)

export const ServerAddressesSchema = v.pipe(
  v.array(ServerAddressSchema),
  v.minLength(1),
  v.maxLength(mostAddresses),
  v.check(
    (all) => new Set(all.map((one) => one.toLowerCase())).size === all.length,
    'an address is there twice',
  ),
  v.readonly(),
)
