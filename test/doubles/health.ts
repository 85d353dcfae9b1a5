import type { HealthFacts } from '../../preload/contract/health.ts'

const day = 86_400_000

/** A node that lacks nothing. */
export const factsOf = (now: number, changes: Partial<HealthFacts> = {}): HealthFacts => ({
  at: now,
  certificates: [{ role: 'identity', subject: 'CN=poste-07', notAfter: now + 400 * day }],
  throwAway: false,
  trust: { revoked: false, crls: [{ source: 'crl.pem', state: 'fresh', nextUpdate: now + day }] },
  skew: 400,
  contact: { state: 'live', since: now - 2000, server: 'tls://localhost:4222' },
  slots: ['certificate'],
  versions: { vigie: '0.1.0', runtime: 'Electron 45' },
  disk: { free: 61e9, size: 100e9 },
  cache: 8.4e9,
  outbox: { count: 0, refused: 0, full: false },
  mayCopy: true,
  ...changes,
})
