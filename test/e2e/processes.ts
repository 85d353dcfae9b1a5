/** What the kernel knows of a running app. */
import { readFileSync, readdirSync, readlinkSync, statSync } from 'node:fs'
import { join } from 'node:path'

/** Every process of an app: the one that was started, and all that descend from it. */
export function processesOf(started: number | undefined): { pid: number; what: string }[] {
  const statuses = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const parent = /^PPid:\s*(\d+)/m.exec(readFileSync(`/proc/${name}/status`, 'utf8'))?.[1]
        const what = readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ')
        return [{ pid: Number(name), parent: Number(parent), what }]
      } catch {
        // it ended meanwhile
        return []
      }
    })
  const found = new Set([started])
  for (let before = 0; before !== found.size;) {
    before = found.size
    for (const { pid, parent } of statuses) if (found.has(parent)) found.add(pid)
  }
  return statuses.filter(({ pid }) => found.has(pid))
}

/** open(2): the low bits of a descriptor's flags say whether it is only read */
const accessMode = 3

/** The files on a disk that a process of this app could write into now. */
export function writtenBy(started: number | undefined): string[] {
  const files = new Set<string>()
  for (const { pid } of processesOf(started)) {
    const folder = `/proc/${pid}/fd`
    for (const fd of names(folder))
      try {
        const flags = /^flags:\s*(\d+)/m.exec(readFileSync(`/proc/${pid}/fdinfo/${fd}`, 'utf8'))?.[1] ?? '0'
        if ((Number.parseInt(flags, 8) & accessMode) === 0 || !statSync(join(folder, fd)).isFile()) continue
        files.add(readlinkSync(join(folder, fd)))
      } catch {
        // closed meanwhile
      }
  }
  // shared memory is no disk
  return [...files].filter((file) => !/^\/(memfd:|dev\/shm\/)/.test(file))
}

const names = (folder: string): string[] => {
  try {
    return readdirSync(folder)
  } catch {
    // it ended meanwhile
    return []
  }
}
