import { fail, type Result } from './contract/result.ts'
import type { Role } from './contract/role.ts'
import { channelOf, portChannel, rows, type Bridge } from './contract/schema.ts'

/** The part of Electron's `ipcRenderer` that a bridge stands on. */
export interface Wire {
  invoke(channel: string, input: unknown): Promise<unknown>
  on(channel: string, heard: (event: { ports: readonly MessagePort[] }, payload: unknown) => void): unknown
  off(channel: string, heard: (event: { ports: readonly MessagePort[] }, payload: unknown) => void): unknown
}

type Listener = (payload: unknown) => void

const callOver = (wire: Wire, channel: string) => async (input: unknown) => {
  try {
    return (await wire.invoke(channel, input)) as Result<unknown>
  } catch (error) {
    // main is gone or has no such handler: a window must not meet an exception for it
    return fail('internal', error instanceof Error ? error.message : String(error), channel)
  }
}

const listenOver = (wire: Wire, channel: string) => (listen: Listener) => {
  const heard = (_event: unknown, payload: unknown) => listen(payload)
  wire.on(channel, heard)
  return () => void wire.off(channel, heard)
}

/** All that the contract gives a window of this role, and nothing more. */
export function bridgeOver<R extends Role>(role: R, wire: Wire): Bridge<R> {
  const bridge: Record<string, Record<string, unknown>> = {}
  for (const { group, name, row } of rows) {
    const given = (bridge[group] ??= {})
    if (!row.roles.includes(role)) continue
    const channel = channelOf(group, name)
    given[name] = row.kind === 'call' ? callOver(wire, channel) : listenOver(wire, channel)
  }
  // made from the very table that the type derives from
  return bridge as Bridge<R>
}

/** Passes the engine's port on to the page: a port can't cross the context bridge, a window message can carry it. */
export function passPortOn(wire: Wire, page: Pick<Window, 'postMessage'>, origin: string): void {
  wire.on(portChannel, ({ ports }) => page.postMessage(portChannel, origin, [...ports]))
}
