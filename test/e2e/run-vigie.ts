import { spawn } from 'node:child_process'
import { launch } from '../../build/launch.mjs'
import type { VirtualScreens } from '../../build/virtual-screens.mjs'

/** Runs Vigie as a person does, without a debugger, until it ends by itself. */
export function runVigie(
  screens: VirtualScreens,
  args: readonly string[],
): Promise<{ code: number | null; said: string }> {
  const { executablePath, args: all, env } = launch({ screens, acceptFloor: true, args: [...args] })
  return new Promise((resolve, reject) => {
    const child = spawn(executablePath, all, { env, stdio: ['ignore', 'pipe', 'pipe'] })
    let said = ''
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => (said += chunk.toString('utf8')))
    child.once('error', reject)
    child.once('exit', (code) => resolve({ code, said }))
  })
}
