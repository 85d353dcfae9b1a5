import { portChannel } from '../../preload/contract/schema.ts'

/**
 * The preload hands on the engine's port in a message that this window sends to itself; one from anywhere else is
 * not ours.
 * @returns how to stop listening
 */
export function onPort(take: (port: MessagePort) => void): () => void {
  const listen = (event: MessageEvent): void => {
    const [port] = event.ports
    if (event.source === window && event.data === portChannel && port !== undefined) take(port)
  }
  window.addEventListener('message', listen)
  return () => window.removeEventListener('message', listen)
}
