import type { AttachedDisplay, Bounds, PlannedScreen, WallPlan } from '../../preload/contract/display.ts'

/** Whether a display may be this screen before anybody has looked. */
export type Knows = (screen: number, display: Pick<AttachedDisplay, 'id' | 'label'>) => boolean

const reading = (a: AttachedDisplay, b: AttachedDisplay): number =>
  a.bounds.x - b.bounds.x || a.bounds.y - b.bounds.y

const samePlace = (a: Bounds, b: Bounds): boolean => a.x === b.x && a.y === b.y

const placed = (screen: number, { id, label, bounds }: AttachedDisplay, known: boolean): PlannedScreen => ({
  screen,
  display: id,
  attached: true,
  known,
  label,
  bounds,
})

export interface Wishes {
  /** no more screens than these; null: as many as hang there */
  most: number | null
  /** the numbers of the screens that are this node's own, from the left; null: from 1 */
  own: readonly number[] | null
}

/** The number of a further screen; null: there is to be none. */
function nextOf(screens: readonly { screen: number }[], { most, own }: Wishes): number | null {
  if (most !== null && screens.length >= most) return null
  const taken = screens.map(({ screen }) => screen)
  return own === null ? Math.max(0, ...taken) + 1 : (own.find((each) => !taken.includes(each)) ?? null)
}

/** The first plan: screens are counted from the left. */
export function planWall(
  displays: readonly AttachedDisplay[],
  wishes: Wishes & { deskDisplay: number | null },
  knows: Knows,
): WallPlan {
  const ordered = displays.toSorted(reading)
  const desk = wishes.deskDisplay === null ? undefined : ordered[wishes.deskDisplay - 1]
  const screens: PlannedScreen[] = []
  for (const display of ordered) {
    const screen = display === desk ? null : nextOf(screens, wishes)
    if (screen !== null) screens.push(placed(screen, display, knows(screen, display)))
  }
  return {
    screens,
    desk: desk === undefined ? null : { display: desk.id, attached: true, bounds: desk.bounds },
  }
}

/**
 * The plan after displays came, went or moved. A screen whose display is unplugged keeps its number and waits for
 * it; a new display at the place of a missing one is its replacement, and nobody's choice until it is accepted: it may be
 * a recorder. Any other is a further screen.
 */
export function replanWall(
  plan: WallPlan,
  displays: readonly AttachedDisplay[],
  wishes: Wishes,
  knows: Knows,
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
    const further = nextOf(screens, wishes)
    if (missing !== undefined) screens[replaced] = placed(missing.screen, display, false)
    else if (further !== null) screens.push(placed(further, display, knows(further, display)))
  }
  return { screens, desk }
}

/** The plan with the display that this screen has now as its own. */
export const acceptDisplay = (plan: WallPlan, screen: number): WallPlan => ({
  ...plan,
  screens: plan.screens.map((planned) => (planned.screen === screen ? { ...planned, known: true } : planned)),
})
