/** The card's window: TLS with the card, for the engine. Nobody sees it, and nothing is shown in it. */
import { BrowserWindow, type Certificate, type MessagePortMain, type Session } from 'electron'
import { appOrigin, portChannel } from '../../preload/contract/schema.ts'
import { chooseCertificateFor, webPreferences } from '../trust/hardening.ts'
import { keepPage } from './keep-page.ts'

export interface CardWindow {
  /** the engine's line from now on. False while there is no page that could take it: `ready` tells of it */
  readonly takes: boolean
  give(port: MessagePortMain): void
  dispose(): void
}

export interface CardWindowOptions {
  preload: string
  session: Session
  developing: boolean
  choose(offered: Certificate[]): Certificate | undefined
  /** its page is there, or there again: it needs a port */
  ready(): void
  gone(why: string): void
}

/** What the server sent, its own certificate first, PEM. */
const sentBy = (first: Certificate): string[] => {
  const sent: string[] = []
  for (let at: Certificate | undefined = first; at !== undefined && sent.length < 8; at = at.issuerCert)
    sent.push(at.data)
  return sent
}

/** @param whyNot a server is not to be trusted, by its host and what it sent (PEM); null: it is */
export function pin(
  session: Session,
  whyNot: (host: string, sent: readonly string[]) => string | null,
): void {
  session.setCertificateVerifyProc(({ hostname, certificate }, answer) => {
    // 0: as if Chromium's own had found nothing; -2: refused
    answer(whyNot(hostname, sentBy(certificate)) === null ? 0 : -2)
  })
}

export function openCardWindow(options: CardWindowOptions): CardWindow {
  const window = new BrowserWindow({ show: false, webPreferences: webPreferences(options) })
  const { webContents: contents } = window
  chooseCertificateFor(contents, options.choose)
  let takes = false
  contents.on('did-start-loading', () => (takes = false))
  contents.on('render-process-gone', () => (takes = false))
  contents.on('did-finish-load', () => {
    takes = true
    options.ready()
  })
  const leave = keepPage(window, `${appOrigin}/card/index.html`, options.gone)
  return {
    get takes() {
      return takes
    },
    give: (port) => contents.postMessage(portChannel, null, [port]),
    dispose() {
      leave()
      if (!window.isDestroyed()) window.destroy()
    },
  }
}
