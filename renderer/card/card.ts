/** The card's window, which nobody sees: it ends TLS with the card, and passes bytes between a WebSocket and the engine. */
import { appOrigin, portChannel } from '../../preload/contract/schema.ts'
import { passBytes } from './pass-bytes.ts'

window.addEventListener('message', ({ data, ports: [port], origin, source }) => {
  if (data === portChannel && origin === appOrigin && source === window && port !== undefined) passBytes(port)
})
