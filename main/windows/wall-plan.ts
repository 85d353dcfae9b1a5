import type { AttachedDisplay, Bounds } from './displays.ts'

/** One of the wall's screens: its number is what people call it, and it keeps it while Vigie runs. */
export interface PlannedScreen {
  screen: number
  display: number
  attached: boolean
  bounds: Bounds
}

export interface WallPlan {
  screens: PlannedScreen[]
  /** the display that the desk fills, also while it is unplugged; null: the desk is a window among others */
  desk: { display: number; attached: boolean; bounds: Bounds } | null
}

const reading = (a: AttachedDisplay, b: AttachedDisplay): number =>
  a.bounds.x - b.bounds.x || a.bounds.y - b.bounds.y

const samePlace = (a: Bounds, b: Bounds): boolean => a.x === b.x && a.y === b.y

/** The first plan: screens are counted from the left. */
export function planWall(
  displays: readonly AttachedDisplay[],
  wishes: { deskDisplay: number | null; most: number | null },
): WallPlan {
  const ordered = displays.toSorted(reading)
  const desk = wishes.deskDisplay === null ? undefined : ordered[wishes.deskDisplay - 1]
  return {
    screens: ordered
      .filter((display) => display !== desk)
      .slice(0, wishes.most ?? undefined)
      .map(({ id, bounds }, at) => ({ screen: at + 1, display: id, attached: true, bounds })),
    desk: desk === undefined ? null : { display: desk.id, attached: true, bounds: desk.bounds },
  }
}

/**
 * The plan after displays came, went or moved. A screen whose display is unplugged keeps its number and waits for
 * it; a new display at the place of a missing one is its replacement; any other is a further screen.
 */
export function replanWall(
  plan: WallPlan,
  displays: readonly AttachedDisplay[],
  most: number | null,
): WallPlan {
  const attached = new Map(displays.map((display) => [display.id, display]))
  const desk =
    plan.desk === null
      ? null
      : {
          ...plan.desk,
          attached: attached.has(plan.desk.display),
          bounds: attached.get(plan.desk.display)?.bounds ?? plan.desk.bounds,
        }
  if (desk !== null) attached.delete(desk.display)

  const screens = plan.screens.map((screen): PlannedScreen => {
    const display = attached.get(screen.display)
    attached.delete(screen.display)
    return display === undefined
      ? { ...screen, attached: false }
      : { ...screen, attached: true, bounds: display.bounds }
  })
  for (const display of [...attached.values()].sort(reading)) {
    const replaced = screens.findIndex(
      (screen) => !screen.attached && samePlace(screen.bounds, display.bounds),
    )
    const missing = screens[replaced]
    if (missing !== undefined) {
      screens[replaced] = { ...missing, display: display.id, attached: true, bounds: display.bounds }
    } else if (most === null || screens.length < most) {
      const screen = screens.reduce((highest, known) => Math.max(highest, known.screen), 0) + 1
      screens.push({ screen, display: display.id, attached: true, bounds: display.bounds })
    }
  }
  return { screens, desk }
}
