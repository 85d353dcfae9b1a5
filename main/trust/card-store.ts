/**
 * Chromium's TLS finds a card through NSS, which reads a database in the user's home and writes there. Ours is the
 * profile's own: it knows the card's driver and nothing else, and the user's browsers know nothing of it.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { App } from 'electron'

/**
 * Before Chromium's TLS has asked for a certificate: NSS is opened once.
 *
 * @param module the driver's whole path
 * @param pin of the card with this name, for one use; null: nobody has typed it
 */
export function openCardStore(
  app: App,
  profile: string,
  module: string,
  pin: (card: string) => string | null,
): void {
  const home = join(profile, 'nss')
  const folder = join(home, '.pki', 'nssdb')
  rmSync(home, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  writeFileSync(join(folder, 'pkcs11.txt'), `library=${module}\nname=card\n\n`, { mode: 0o600 })
  app.setPath('home', home)
  // a second question says that the first answer was wrong: never twice, as wrong ones lock the card
  app.setClientCertRequestPasswordHandler(({ tokenName, isRetry }) =>
    Promise.resolve(isRetry ? '' : (pin(tokenName) ?? '')),
  )
}
