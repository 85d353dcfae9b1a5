/**
 * Labels beside the ends of lines, none over another, each as near to its end as there is room.
 * @param wanted where each should stand, px from the top
 * @returns where it stands; of those for which there is no room, null
 */
export function placeLabels(
  wanted: readonly number[],
  height: number,
  top: number,
  bottom: number,
): (number | null)[] {
  const room = Math.max(1, Math.floor((bottom - top) / height))
  const kept = wanted
    .map((y, at) => ({ y: Number.isFinite(y) ? y : bottom, at }))
    // the first ones are those that matter
    .slice(0, room)
    .sort((a, b) => a.y - b.y)
  const places = wanted.map((): number | null => null)
  let next = top + height / 2
  const ys = kept.map(({ y }) => (next = Math.max(next, y)) && ((next += height), next - height))
  let last = bottom - height / 2
  for (let i = ys.length - 1; i >= 0; i--) {
    ys[i] = Math.min(ys[i]!, last)
    last = ys[i]! - height
  }
  kept.forEach(({ at }, i) => (places[at] = ys[i]!))
  return places
}
