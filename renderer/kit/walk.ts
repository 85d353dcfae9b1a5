import type { Attachment } from 'svelte/attachments'

/**
 * Arrow keys walk a list whose items match `items`; Tab enters and leaves it once (the ARIA practice of a roving
 * tab index). Left and right walk too where the list lies on its side or is a grid.
 */
export const walk =
  (items: string, sideways = false): Attachment<HTMLElement> =>
  (list) => {
    const all = (): HTMLElement[] => [...list.querySelectorAll<HTMLElement>(items)]
    let current: HTMLElement | null = null

    function enter(): void {
      const found = all()
      if (current === null || !found.includes(current)) current = found[0] ?? null
      for (const item of found) {
        const index = item === current ? 0 : -1
        if (item.tabIndex !== index) item.tabIndex = index
      }
    }
    function onFocus({ target }: FocusEvent): void {
      const item = target instanceof HTMLElement ? target.closest<HTMLElement>(items) : null
      if (item === null || item === current) return
      current = item
      enter()
    }
    function onKey(event: KeyboardEvent): void {
      if (event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return
      const found = all()
      const at = found.findIndex((item) => item === document.activeElement)
      if (at < 0) return
      const to = step(event.key, at, found.length, sideways)
      if (to === null) return
      event.preventDefault()
      found[to]?.focus()
    }

    enter()
    const watch = new MutationObserver(enter)
    watch.observe(list, { childList: true, subtree: true })
    list.addEventListener('focusin', onFocus)
    list.addEventListener('keydown', onKey)
    return () => {
      watch.disconnect()
      list.removeEventListener('focusin', onFocus)
      list.removeEventListener('keydown', onKey)
    }
  }

function step(key: string, at: number, count: number, sideways: boolean): number | null {
  if (key === 'ArrowDown' || (sideways && key === 'ArrowRight')) return Math.min(count - 1, at + 1)
  if (key === 'ArrowUp' || (sideways && key === 'ArrowLeft')) return Math.max(0, at - 1)
  if (key === 'Home') return 0
  if (key === 'End') return count - 1
  return null
}
