import type { Map as MapLibre } from 'maplibre-gl'
import type { Area } from '../../preload/contract/scene.ts'
import { stillFits, withNear, world } from './extent.ts'
import { inView, type Mark } from './marks.ts'

/** Where the map looks: at its scene's area, at wherever entities are, or at what people look for. */
export interface Camera {
  /** what a ground that is made now starts with; null: nobody knows yet where entities are */
  readonly area: Area | null
  /** null: wherever entities are, from now on */
  fit(area: Area | null): void
  /** back to the scene's area, and then to what people look for: the map has another size */
  home(): void
  /** the ground is another: what people look for is brought into view again */
  restart(): void
  /** what people look for, and the key of the one to bring into view */
  mark(marks: readonly Mark[], sought: string | null): void
  /** entities are elsewhere, perhaps */
  follow(): void
  dispose(): void
}

interface Given {
  area: Area | null
  /** false on a wall: nobody moves it but its scene */
  interactive: boolean
  /** null while there is none */
  ground: () => Pick<MapLibre, 'fitBounds' | 'jumpTo' | 'project'> | null
  /** px */
  size: () => { width: number; height: number }
  /** px that a mark needs around it to be seen whole */
  edge: () => number
  /** where entities are; null: nowhere */
  entities: () => Area | null
  incidents: () => readonly { lon: number; lat: number }[]
}

/** ms: what comes first comes product by product, and the view is chosen once a few of them are there */
const rest = 400

export function createCamera(given: Given): Camera {
  const { interactive, ground, size, edge, entities, incidents } = given
  let area = given.area ?? world
  let follows = given.area === null
  let marks: readonly Mark[] = []
  let sought: string | null = null
  /** what is sought was brought into view */
  let reached = false
  /** the camera left the area for it */
  let away = false
  let following: ReturnType<typeof setTimeout> | null = null

  const toArea = (): void => {
    // until it is known where to look, the ground stays where it is
    if (area !== world) ground()?.fitBounds([...area], { animate: false })
  }

  function seek(): void {
    const map = ground()
    if (map === null) return
    if (sought === null) {
      if (away && !interactive) toArea()
      away = false
      return
    }
    if (interactive && reached) return
    const mark = marks.find(({ key }) => key === sought)
    const box = size()
    if (mark === undefined || box.width === 0 || box.height === 0) return
    reached = true
    if (inView(map.project([mark.lon, mark.lat]), box, edge())) return
    map.jumpTo({ center: [mark.lon, mark.lat] })
    away = true
  }

  function home(): void {
    toArea()
    away = false
    reached = false
    seek()
  }

  function toEntities(): void {
    following = null
    const extent = follows ? entities() : null
    const wanted = extent === null ? null : withNear(extent, incidents())
    if (wanted === null || (area !== world && stillFits(area, wanted))) return
    area = wanted
    toArea()
  }

  function follow(): void {
    if (follows && !interactive) following ??= setTimeout(toEntities, rest)
  }

  return {
    get area() {
      return area === world ? null : area
    },
    fit(next) {
      follows = next === null
      if (next === null) {
        follow()
        return
      }
      area = next
      home()
    },
    home,
    restart() {
      reached = false
      seek()
    },
    mark(next, wanted) {
      marks = next
      if (wanted !== sought) reached = false
      sought = wanted
      seek()
    },
    follow,
    dispose() {
      if (following !== null) clearTimeout(following)
    },
  }
}
