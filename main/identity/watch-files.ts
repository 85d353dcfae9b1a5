/** Files that somebody may replace while we run, by writing, renaming or linking: their folders are watched. */
import { watch, type FSWatcher } from 'node:fs'
import { basename, dirname, resolve } from 'node:path'

/** Whoever replaces a file does so in several steps, ms. */
const settle = 200

export interface WatchedFiles {
  dispose(): void
}

/**
 * A folder that can't be watched is not: whoever needs to be sure looks by themselves now and then, too.
 *
 * @param changed some while after the last of several changes
 */
export function watchFiles(files: readonly string[], changed: () => void): WatchedFiles {
  const names = new Map<string, string[]>()
  for (const file of files.map((each) => resolve(each)))
    names.set(dirname(file), [...(names.get(dirname(file)) ?? []), basename(file)])
  let timer: NodeJS.Timeout | undefined
  const soon = () => {
    clearTimeout(timer)
    timer = setTimeout(changed, settle)
  }
  const watchers: FSWatcher[] = []
  for (const [folder, own] of names) {
    try {
      const watcher = watch(folder, { persistent: false }, (_event, name) => {
        // what links into a folder beside it (`..data`) has changed where that has
        if (name === null || name.startsWith('..') || own.includes(name)) soon()
      })
      watcher.on('error', () => watcher.close())
      watchers.push(watcher)
    } catch {
      // not there, or no more watches are to be had
    }
  }
  return {
    dispose() {
      clearTimeout(timer)
      for (const watcher of watchers) watcher.close()
    },
  }
}
