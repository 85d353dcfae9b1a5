/** Where a picture lies on the sheet, in sheet pixels. */
export interface Spot {
  x: number
  y: number
}

/**
 * Shelf packing: pictures stand in rows as high as their first. Never moves what was placed, so a sheet grows
 * without drawing anything again.
 */
export function createShelves(width: number, height: number, gap = 2): (w: number, h: number) => Spot | null {
  const shelves: { y: number; height: number; x: number }[] = []
  let top = gap
  return (w, h) => {
    let best: (typeof shelves)[number] | null = null
    for (const shelf of shelves) {
      if (shelf.height < h || shelf.height > h * 1.4 + 4 || shelf.x + w + gap > width) continue
      if (best === null || shelf.height < best.height) best = shelf
    }
    if (best === null) {
      if (top + h + gap > height || w + 2 * gap > width) return null
      best = { y: top, height: h, x: gap }
      top += h + gap
      shelves.push(best)
    }
    const spot = { x: best.x, y: best.y }
    best.x += w + gap
    return spot
  }
}
