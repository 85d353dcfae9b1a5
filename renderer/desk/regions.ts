/**
 * F6 goes round the desk's regions, as in every large application; each remembers where the focus was.
 * @returns the step: on, or back
 */
export function createRegions(): (back: boolean) => void {
  const last = new WeakMap<Element, HTMLElement>()
  return (back) => {
    const regions = [...document.querySelectorAll<HTMLElement>('[data-region]')]
    const from = document.activeElement
    const at = regions.findIndex((region) => region.contains(from))
    const leaving = regions[at]
    if (leaving && from instanceof HTMLElement) last.set(leaving, from)
    const count = regions.length
    const next = regions[at < 0 ? 0 : (at + (back ? count - 1 : 1)) % count]
    if (!next) return
    const remembered = last.get(next)
    const first = next.querySelector<HTMLElement>('[tabindex="0"], button:not([tabindex="-1"]), input')
    const to = remembered && next.contains(remembered) ? remembered : (first ?? next)
    to.focus()
  }
}
