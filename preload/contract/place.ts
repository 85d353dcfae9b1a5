/** Where something is done, and how what it is about is called on the platform. */
import * as v from 'valibot'
import type { EntityRef } from './entity.ts'

/** Of a node: what people call it, its wall, and whose they are. Two organisations may have a wall of one name. */
export const PlaceSchema = v.strictObject({ organisation: v.string(), wall: v.string(), node: v.string() })
export type Place = v.InferOutput<typeof PlaceSchema>

/** A name as one token of a subject: small letters, digits, and `-` for what a token forbids. */
export const tokenOf = (name: string): string =>
  name
    .normalize('NFD')
    .replace(/\p{Mark}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 48) || '-'

/** Whether what a node does counts at a wall. @param nodes those of the wall; null: whoever may write there */
export const countsHere = (nodes: readonly string[] | null, name: string): boolean =>
  nodes === null || nodes.some((each) => tokenOf(each) === tokenOf(name))

const mostCharacters = 200

export const wallEntity = ({ organisation, wall }: Place, what: string): string =>
  `${what}.${tokenOf(organisation)}.${tokenOf(wall)}`
export const screenEntity = (place: Place, screen: number): string =>
  `${wallEntity(place, 'screen')}.${screen}`
export const nodeEntity = (place: Place): string => `${wallEntity(place, 'node')}.${tokenOf(place.node)}`
const ofNode = (place: Place, what: string): string =>
  `wall.${tokenOf(place.organisation)}.${tokenOf(place.wall)}.${tokenOf(place.node)}.${what}`
/** Where a node is asked for a look at one of its screens: no data product, nothing of it is kept. */
export const lookSubject = (place: Place): string => ofNode(place, 'look')
/** … and where it is answered what it asked others. */
export const lookedSubject = (place: Place): string => ofNode(place, 'looked')
/** What no subject takes: wildcards, what a server quotes otherwise than it was said, and what nobody sees. */
const unsayable = /["\\*>]|[^\p{L}\p{M}\p{N}\p{P}\p{S}]/gu
/** An alarm is its product's, whichever wall it was answered at. */
export const alarmEntity = ({ product, entity }: EntityRef): string => {
  const of = `alarm.${product}.`
  const named = entity.slice(0, mostCharacters - of.length).replace(unsayable, '-')
  return of + named.replace(/^\.|\.$|\.(?=\.)/g, '-')
}
