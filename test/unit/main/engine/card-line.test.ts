/** The card's line from the engine to its window and back: both real, only the window's WebSocket is a double. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import {
  createCardLine,
  type CardLine,
  type LinePort,
} from '../../../../main/engine/intake/nats/card-line.ts'
import { passBytes } from '../../../../renderer/card/pass-bytes.ts'

class Socket {
  static readonly OPEN = 1
  static all: Socket[] = []
  binaryType = ''
  readyState = 0
  sent: ArrayBuffer[] = []
  onopen: (() => void) | null = null
  onmessage: ((event: { data: unknown }) => void) | null = null
  onclose: (() => void) | null = null
  readonly url: string
  constructor(url: string) {
    this.url = url
    Socket.all.push(this)
  }
  opens(): void {
    this.readyState = 1
    this.onopen?.()
  }
  send(bytes: ArrayBuffer): void {
    this.sent.push(bytes)
  }
  close(): void {
    this.readyState = 3
    this.onclose?.()
  }
}
const bytes = (text: string): ArrayBuffer => new TextEncoder().encode(text).buffer
const text = (data: ArrayBuffer): string => new TextDecoder().decode(data)

let asked: string[]
let line: CardLine
let ports: MessagePort[]

beforeEach(() => {
  Socket.all = []
  asked = []
  ports = []
  vi.stubGlobal('WebSocket', Socket)
  vi.stubGlobal('fetch', (url: string) => {
    asked.push(url)
    return Promise.reject(new TypeError('Failed to fetch'))
  })
  line = createCardLine()
})
afterEach(() => {
  for (const port of ports) port.close()
  vi.unstubAllGlobals()
})

/** A window's page, and the engine's end of its port. */
function window(): LinePort {
  const { port1, port2 } = new MessageChannel()
  ports.push(port1, port2)
  passBytes(port2)
  return {
    send: (message) => port1.postMessage(message),
    listen(receive) {
      port1.onmessage = ({ data }) => receive(data)
    },
    closed: (told) => port1.addEventListener('close', told),
  }
}
async function dial() {
  const { socket } = await line.sockets('wss://nats.example:8443', {})
  const seen: string[] = []
  socket.onopen = () => void seen.push('open')
  socket.onmessage = ({ data }: MessageEvent<ArrayBuffer>) => void seen.push(text(data))
  socket.onclose = () => void seen.push('closed')
  socket.onerror = () => void seen.push('failed')
  return { socket, seen }
}
const only = async (): Promise<Socket> => {
  await vi.waitFor(() => expect(Socket.all).toHaveLength(1))
  return Socket.all[0]!
}

it('waits for a window, asks for the certificate once, and passes bytes both ways', async () => {
  const { socket, seen } = await dial()
  line.attach(window())
  const there = await only()
  expect(asked).toEqual(['https://nats.example:8443/'])
  expect(there.url).toBe('wss://nats.example:8443/')
  there.opens()
  await vi.waitFor(() => expect(seen).toEqual(['open']))
  there.onmessage?.({ data: bytes('INFO {}\r\n') })
  await vi.waitFor(() => expect(seen).toEqual(['open', 'INFO {}\r\n']))
  socket.send(bytes('PING\r\n'))
  await vi.waitFor(() => expect(there.sent.map(text)).toEqual(['PING\r\n']))
  there.close()
  await vi.waitFor(() => expect(seen.at(-1)).toBe('closed'))
})

it('what never opened failed, and is told so', async () => {
  line.attach(window())
  const { seen } = await dial()
  ;(await only()).close()
  await vi.waitFor(() => expect(seen).toEqual(['failed', 'closed']))
})

it('with another window, what was open is cut, and what was being asked for is asked there', async () => {
  line.attach(window())
  const first = await dial()
  const there = await only()
  there.opens()
  await vi.waitFor(() => expect(first.seen).toEqual(['open']))
  const second = await dial()
  await vi.waitFor(() => expect(Socket.all).toHaveLength(2))
  line.attach(window())
  expect(first.seen).toEqual(['open', 'closed'])
  await vi.waitFor(() => expect(Socket.all).toHaveLength(3))
  Socket.all[2]!.opens()
  await vi.waitFor(() => expect(second.seen).toEqual(['open']))
})

it('closed by the engine, the window closes too', async () => {
  line.attach(window())
  const { socket } = await dial()
  const there = await only()
  there.opens()
  socket.close()
  await vi.waitFor(() => expect(there.readyState).toBe(3))
})
