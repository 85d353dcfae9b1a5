/** The map as it stands on its page: how large it is, what is said beneath it, and what is said of it to who can't see. */
import { join } from 'node:path'
import type { ReportMap } from '../../preload/contract/report.ts'
import { readGround, type Extent, type Ground } from './ground.ts'
import { drawPaperMap, extentOf, type Size } from './map.ts'
import type { Setting } from './sections.ts'
import { shapeOf, wordOf } from './shapes.ts'

const points = (millimetres: number): number => (millimetres * 72) / 25.4
/** Beside key events. */
const narrow: Size = { width: points(90.8), height: points(84.3) }

const shown = (map: ReportMap): Extent => extentOf(map, narrow)

/** @param folder `report` of the resources: the basemap lies beside it @throws where it can't be read */
export const groundOf = (map: ReportMap, folder: string): Promise<Ground> =>
  readGround(join(folder, '../basemap'), shown(map))

/** @returns null where nothing has a place: then the page is set as if there were no maps */
export function paperMapOf({ it, words }: Setting, ground: Ground | null) {
  const { map, language, moment } = it
  if (map === undefined || map.places.length === 0 || ground === null) return null
  const decimal = language === 'fr' ? ',' : '.'
  const severities = [...new Map(map.places.map(({ severity }) => [shapeOf(severity), severity])).entries()]
  const time = words.time(moment)
  const places = map.places.map(({ name, severity }, at) => `${at + 1} ${name}, ${wordOf(severity, words)}`)
  return {
    svg: drawPaperMap(map, ground, shown(map), narrow, decimal),
    ...{ width: narrow.width, height: narrow.height },
    title: words.say('report.map'),
    alt: words.say('report.map.alt', { time, places: places.join(' ; ') }),
    legend: severities.map(([shape, severity]) => ({ shape, word: wordOf(severity, words) })),
    zone: map.outlines.length === 0 ? '' : words.say('report.map.zone'),
    // what is not the room's own is credited
    at: words.say('report.map.at', { time, credits: ground.credits[language] }),
  }
}
