import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as v from 'valibot'
import type { Place } from '../../preload/contract/place.ts'
import { ProductNameSchema, type ProductName } from '../../preload/contract/product.ts'
import { toPkcs12, type Authority } from './authority.ts'
import { actsOf, nodeUser, savesOf, trailOf } from './rights.ts'
import type { ServerUser } from './server.ts'

/** Who takes part beside this station: an organisation of some country, with a node and rights of its own. */
export const PartnersSchema = v.array(
  v.strictObject({
    /** what its node signs in as */
    node: v.pipe(v.string(), v.regex(/^[a-z0-9-]{1,64}$/)),
    organisation: v.string(),
    wall: v.string(),
    /** ISO 3166-1 alpha-2 */
    country: v.pipe(v.string(), v.regex(/^[A-Z]{2}$/)),
    /** what it may read; all else of the catalog is refused */
    reads: v.array(ProductNameSchema),
    /** … and of acts: whether it may answer and be seen, or only see */
    acts: v.boolean(),
  }),
)
export type Partner = v.InferOutput<typeof PartnersSchema>[number]

/** With what a partner's node signs in. */
export type PartnerFiles = {
  node: string
  organisation: string
  identityFile: string
  passphraseFile: string
}

/** The least that a partner's node needs: what it reads, its own trail, what it shares, and its acts where it has some. */
export const partnerUser = (
  user: string,
  partner: Partner,
  catalog: readonly { name: ProductName; kind: string }[],
): ServerUser => {
  const place: Place = { organisation: partner.organisation, wall: partner.wall, node: partner.node }
  const reads = new Set(partner.reads)
  const acts = catalog.filter(({ name, kind }) => kind === 'act' && reads.has(name) && partner.acts)
  return nodeUser(user, {
    permitted: catalog.map(({ name }) => name).filter((name) => reads.has(name)),
    refused: catalog.map(({ name }) => name).filter((name) => !reads.has(name)),
    writes: [savesOf(place), ...acts.flatMap(({ name }) => actsOf(name, place)), ...trailOf(place)],
  })
}

/** An identity for each, as files of the exercise's directory. */
export const issuePartners = async (
  partners: readonly Partner[],
  catalog: readonly { name: ProductName; kind: string }[],
  authority: Authority,
  directory: string,
): Promise<{ users: ServerUser[]; files: PartnerFiles[] }> => {
  const issued = await Promise.all(
    partners.map(async (partner) => {
      const { node, organisation, country } = partner
      const keys = await authority.issueClient([
        ['CN', node],
        ['O', organisation],
        ['C', country],
      ])
      const passphrase = crypto.randomUUID()
      const identityFile = join(directory, `${node}.p12`)
      const passphraseFile = join(directory, `${node}.txt`)
      await writeFile(identityFile, toPkcs12(keys, passphrase), { mode: 0o600 })
      await writeFile(passphraseFile, `${passphrase}\n`, { mode: 0o600 })
      return {
        user: partnerUser(keys.user, partner, catalog),
        files: { node, organisation, identityFile, passphraseFile },
      }
    }),
  )
  return { users: issued.map(({ user }) => user), files: issued.map(({ files }) => files) }
}
