import { join } from 'node:path'
import { app, utilityProcess, type UtilityProcess } from 'electron'
import { isReleased } from './life.ts'
import { forbidCoreDumps } from './trust/hardening.ts'

/** A part of ours in a process of its own; it leaves no core dump. @param out the folder of what was built */
export function forkPart(out: string, part: 'engine' | 'exercise' | 'card' | 'report'): UtilityProcess {
  const child = utilityProcess.fork(join(out, 'main', `${part}.js`), [], {
    serviceName: part,
    stdio: ['ignore', 'ignore', isReleased(app) ? 'ignore' : 'inherit'],
  })
  child.once('spawn', () => child.pid !== undefined && forbidCoreDumps(child.pid))
  return child
}
