import type { Display, Screen } from 'electron'
import type { AttachedDisplay } from '../../preload/contract/display.ts'

const plain = ({ id, label, bounds }: Display): AttachedDisplay => ({
  id,
  label,
  bounds: { x: bounds.x, y: bounds.y, width: bounds.width, height: bounds.height },
})

/** Unplugging one of many raises several events, some with half the truth: what counts is where they settle. */
const settles = 300

/** Tells each time when displays came, went or moved. */
export function watchDisplays(screen: Screen, changed: (displays: AttachedDisplay[]) => void) {
  let settling: NodeJS.Timeout | undefined
  const now = () => screen.getAllDisplays().map(plain)
  const heard = () => {
    clearTimeout(settling)
    settling = setTimeout(() => changed(now()), settles)
  }
  screen.on('display-added', heard)
  screen.on('display-removed', heard)
  screen.on('display-metrics-changed', heard)
  return {
    now,
    dispose() {
      clearTimeout(settling)
      screen.off('display-added', heard)
      screen.off('display-removed', heard)
      screen.off('display-metrics-changed', heard)
    },
  }
}
