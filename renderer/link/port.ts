import type { PictureRole } from '../../preload/contract/role.ts'
import { portChannel, type Bridge } from '../../preload/contract/schema.ts'

/**
 * The preload hands on the engine's port in a message that this window sends to itself; one from anywhere else is
 * not ours. Main is told that we listen, so that no port is sent to nobody.
 * @returns how to stop listening
 */
export function onPort(
  { window: main }: { window: Pick<Bridge<PictureRole>['window'], 'listening'> },
  take: (port: MessagePort) => void,
): () => void {
  const listen = (event: MessageEvent): void => {
    const [port] = event.ports
    if (event.source === window && event.data === portChannel && port !== undefined) take(port)
  }
  window.addEventListener('message', listen)
  void main.listening()
  return () => window.removeEventListener('message', listen)
}
