import * as v from 'valibot'
import { ToLineSchema, type FromLine } from '../../preload/contract/card-line.ts'

/** Serves the sockets of one port, which the engine holds. */
export function passBytes(port: MessagePort): void {
  /** null: it is still being asked for */
  const sockets = new Map<number, WebSocket | null>()
  const tell = (message: FromLine): void => port.postMessage(message)

  async function dial(number: number, server: string): Promise<void> {
    sockets.set(number, null)
    // a WebSocket asks for no certificate: this does, and what was chosen holds for the same host and port. That the
    // answer is no page of ours does not matter
    await fetch(`https://${server}/`, { mode: 'no-cors', credentials: 'include', cache: 'no-store' }).catch(
      () => undefined,
    )
    // closed meanwhile
    if (!sockets.has(number)) return
    const socket = new WebSocket(`wss://${server}/`)
    socket.binaryType = 'arraybuffer'
    sockets.set(number, socket)
    socket.onopen = () => tell({ line: 'open', socket: number })
    socket.onmessage = ({ data }: MessageEvent<unknown>) => {
      if (data instanceof ArrayBuffer) tell({ line: 'bytes', socket: number, bytes: data })
    }
    socket.onclose = () => {
      if (sockets.delete(number)) tell({ line: 'closed', socket: number })
    }
  }

  port.onmessage = ({ data }: MessageEvent<unknown>) => {
    const read = v.safeParse(ToLineSchema, data)
    if (!read.success) return
    const order = read.output
    const socket = sockets.get(order.socket)
    switch (order.line) {
      case 'dial':
        void dial(order.socket, order.server).catch(() => {
          sockets.delete(order.socket)
          tell({ line: 'closed', socket: order.socket })
        })
        break
      case 'send':
        if (socket?.readyState === WebSocket.OPEN) socket.send(order.bytes)
        break
      case 'close':
        sockets.delete(order.socket)
        socket?.close()
    }
  }
}
