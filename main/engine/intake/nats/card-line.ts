/**
 * A way to the platform whose TLS ends in the card's window, as Node's own can't use a card: sockets as the W3C says
 * (WebSocket), over one port to that window.
 */
import type { WsSocketFactory } from '@nats-io/nats-core'
import * as v from 'valibot'
import { FromLineSchema, type ToLine } from '../../../../preload/contract/card-line.ts'

/** What we use of a MessagePort. */
export interface LinePort {
  send(message: unknown): void
  listen(receive: (message: unknown) => void): void
  closed(told: () => void): void
}

export interface CardLine {
  /** the window's port, or another's after it was loaded again: what was open there is closed */
  attach(port: LinePort): void
  /** as `wsconnect` wants it; a socket waits until there is a window */
  readonly sockets: WsSocketFactory
}

interface Closed {
  wasClean: boolean
  reason: string
}

/** What of a WebSocket the library uses. */
class LineSocket {
  binaryType = 'arraybuffer'
  readonly bufferedAmount = 0
  onopen: (() => void) | null = null
  onmessage: ((message: { data: ArrayBuffer }) => void) | null = null
  onclose: ((closed: Closed) => void) | null = null
  onerror: ((error: { message: string }) => void) | null = null
  /** it was asked for at the window that there is now */
  dialled = false
  opened = false
  readonly #say: (message: 'close' | ArrayBuffer) => void
  readonly server: string
  constructor(server: string, say: (message: 'close' | ArrayBuffer) => void) {
    this.server = server
    this.#say = say
  }
  send(bytes: ArrayBuffer): void {
    this.#say(bytes)
  }
  close(): void {
    this.#say('close')
    this.end()
  }
  /** Once opened it was closed; before that it failed. */
  end(): void {
    if (!this.opened) this.onerror?.({ message: 'the card’s line did not open' })
    this.onclose?.({ wasClean: this.opened, reason: '' })
  }
}

export function createCardLine(): CardLine {
  const sockets = new Map<number, LineSocket>()
  let port: LinePort | null = null
  let count = 0

  const send = (message: ToLine): void => port?.send(message)
  const dial = (number: number, socket: LineSocket): void => {
    if (port === null || socket.dialled) return
    socket.dialled = true
    send({ line: 'dial', socket: number, server: socket.server })
  }
  const end = (number: number): void => {
    const socket = sockets.get(number)
    sockets.delete(number)
    socket?.end()
  }
  /** What was open is cut; what was still being asked for is asked for again. */
  const cut = (): void => {
    for (const [number, socket] of [...sockets]) {
      if (socket.opened) end(number)
      socket.dialled = false
    }
  }

  function heard(message: unknown): void {
    const read = v.safeParse(FromLineSchema, message)
    if (!read.success) return
    const { line, socket: number } = read.output
    const socket = sockets.get(number)
    if (socket === undefined) return
    if (line === 'open') {
      socket.opened = true
      socket.onopen?.()
    } else if (line === 'bytes') {
      socket.onmessage?.({ data: read.output.bytes })
    } else end(number)
  }

  return {
    attach(next) {
      cut()
      port = next
      next.listen((message) => {
        if (port === next) heard(message)
      })
      next.closed(() => {
        if (port !== next) return
        port = null
        cut()
      })
      for (const [number, socket] of sockets) dial(number, socket)
    },
    sockets(url) {
      const number = ++count
      const socket = new LineSocket(new URL(url).host, (message) => {
        if (!sockets.has(number)) return
        if (message !== 'close') return send({ line: 'send', socket: number, bytes: message })
        sockets.delete(number)
        send({ line: 'close', socket: number })
      })
      sockets.set(number, socket)
      dial(number, socket)
      // all that the library uses of a WebSocket is there
      return Promise.resolve({ socket: socket as unknown as WebSocket, encrypted: true })
    },
  }
}
