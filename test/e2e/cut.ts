import type { Page } from '@playwright/test'

/**
 * What of a wall's board is cut, in words; none is as it must be. A foot lies in its part, and no text is cut below: it
 * stands whole or, where it has no room, is whole out of sight. What is half seen reads as something else.
 */
export const cutOn = (wall: Page): Promise<string[]> =>
  wall.evaluate(() => {
    /** px: what a letter's box is higher than its line */
    const slack = 4
    const said: string[] = []
    if (document.querySelector('.board > section') === null) said.push('there is no part')
    for (const part of document.querySelectorAll('.board > section')) {
      const name = part.classList[0] ?? '?'
      const box = part.getBoundingClientRect()
      const foot = part.querySelector(':scope > footer')?.getBoundingClientRect()
      if (foot !== undefined && (foot.bottom > box.bottom + 1 || foot.right > box.right + 1))
        said.push(`${name}: its foot is out of it`)
      for (const text of part.querySelectorAll('*')) {
        if (text.childElementCount > 0 || text.textContent.trim() === '') continue
        // the map and curves lay out their own words, and a foot is looked at above
        if (text.closest('footer, .vigie-map, .uplot, svg') !== null) continue
        let [bottom, right] = [box.bottom, box.right]
        for (
          let around = text.parentElement;
          around !== null && around !== part;
          around = around.parentElement
        ) {
          if (getComputedStyle(around).overflow === 'visible') continue
          const edge = around.getBoundingClientRect()
          bottom = Math.min(bottom, edge.bottom)
          right = Math.min(right, edge.right)
        }
        const at = text.getBoundingClientRect()
        const wrappedAway = at.left >= right - 1
        if (at.height > 0 && !wrappedAway && at.bottom > bottom + slack)
          said.push(`${name}: “${text.textContent.trim().slice(0, 40)}” is cut`)
      }
    }
    return said
  })
