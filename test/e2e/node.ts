/** A node on a test's own platform: little traffic, and words that can be found again. */
import type { Page } from '@playwright/test'
import type { Product } from '../../main/exercise/bus.ts'
import type { Message } from '../../main/exercise/message.ts'
import { startPlatform, type Platform, type PlatformOptions } from '../platform/platform.ts'
import { message, product } from '../platform/product.ts'

export const incidents = 'security.incidents'
export const log = 'security.log'
const observations = 'security.observations'
const secret = 'health.incidents'

/** Planted in what the platform sends; nobody may ever find it in clear on this node's disk. */
export const canary = 'Zéphyrine Quarantotte'

const at = (name: string, severity: string) => ({
  type: 'Feature' as const,
  geometry: { type: 'Point' as const, coordinates: [2.3247, 48.86] as [number, number] },
  properties: { name, severity: severity as 'Extreme', place: canary, status: 'open' },
})

export const incident = (index: number, name: string, more: Partial<Message> = {}): Message =>
  message(incidents, 'feature', index, { entity: `INC-${index}`, body: at(name, 'Severe'), ...more })

export const line = (index: number, text: string, more: Partial<Message> = {}): Message =>
  message(log, 'note', index, {
    entity: `line-${index}`,
    body: { text, category: 'log', number: String(index) },
    ...more,
  })

/** Some of everything; `health.incidents` is above the lowest marking. */
export const stageProducts: readonly Product[] = [
  product(incidents, 'feature', { freshness: 'PT10M' }),
  product(observations, 'feature'),
  product(log, 'note', { freshness: 'PT10M' }),
  product(secret, 'feature', { marking: 'dr' }),
]

export async function startStage(options: PlatformOptions = {}): Promise<Platform> {
  const platform = await startPlatform({ products: stageProducts, ...options })
  await platform.publish([
    incident(1, 'Colis suspect'),
    line(1, 'Prise de poste, équipe B.'),
    message(observations, 'feature', 1),
    message(secret, 'feature', 1, { entity: 'INC-SECRET', body: at('Affaire réservée', 'Extreme') }),
  ])
  return platform
}

/** The options with which a node signs in, as a whole or with one of them otherwise. */
export function signIn(
  platform: Platform,
  other: { host?: string; port?: number; identity?: string; passphraseFile?: string; ca?: string } = {},
): string[] {
  const { host = 'localhost', port } = other
  const ports = port === undefined ? platform.servers.map((server) => server.port) : [port]
  return [
    ...['--platform', ports.map((each) => `tls://${host}:${each}`).join()],
    ...['--identity', other.identity ?? platform.wall.identityFile],
    ...['--passphrase-file', other.passphraseFile ?? platform.wall.passphraseFile],
    ...['--ca', other.ca ?? platform.caFile],
  ]
}

/** How a window says that it stands with the platform: `live`, `trouble`, `down`, `starting`. */
export const linkOf = (page: Page) => page.locator('[data-link]').getAttribute('data-link')
