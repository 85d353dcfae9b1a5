/** Rows of the table of acts (`act.ts`): who sits at a desk, who has which function, and what waits for a second person. */
import * as v from 'valibot'
import { act, never, oneOfTheWall, theNode, toAll, type Said, type Shared, type TextKey } from './act-row.ts'
import { EntityRefSchema } from './entity.ts'
import {
  FunctionIdSchema,
  PersonNameSchema,
  ProposalIdSchema,
  SeatSchema,
  heldBy,
  isOfferedTo,
  isSamePerson,
  proposedFor,
} from './person.ts'
import type { DeskState } from './state.ts'
import type { Words } from './words.ts'

const theFunction = oneOfTheWall('function')
const theProposal = oneOfTheWall('proposal')
/** Of no use afterwards: it never waits for a platform. */
const forNow: Shared = { lasts: proposedFor, guarded: false }
/** As many names as a palette has room for. */
const mostNames = 20

const nameOf = (id: string, { sitting }: DeskState): Words =>
  sitting.functions.find((each) => each.id === id)?.name ?? id
const told =
  (key: TextKey) =>
  (input: { function: string }, state: DeskState): Said => ({
    key,
    values: { function: nameOf(input.function, state) },
  })

/** Whom a function may be handed over to: who sits at another desk of the wall, then the policy's list. */
export function successorsIn({ sitting }: DeskState): string[] {
  const names = [...sitting.elsewhere.map(({ person }) => person), ...sitting.list]
  const isOther = (name: string, at: number): boolean =>
    !(sitting.person !== null && isSamePerson(name, sitting.person)) &&
    names.findIndex((each) => isSamePerson(each, name)) === at
  return names.filter(isOther)
}

/** What somebody was asked to take, who sits here now. */
export const offeredTo = ({ sitting }: DeskState) =>
  sitting.functions.filter(({ held }) => isOfferedTo(held, sitting.person))

export const personActs = {
  /** who sits at this desk from now on; null: nobody */
  'change-person': act({
    input: { person: v.nullable(PersonNameSchema) },
    roles: ['desk'],
    about: theNode,
    shared: null,
    audited: true,
    // who comes next must not make themselves another by it
    inverse: never,
    desk: {
      group: 'desk',
      key: null,
      help: null,
      offers: ({ state: { sitting } }) => [
        ...(sitting.person === null
          ? []
          : [{ input: { person: null }, words: { key: 'desk.palette.personLeaves' } as const }]),
        ...sitting.list
          .filter((name) => sitting.person === null || !isSamePerson(name, sitting.person))
          .slice(0, mostNames)
          .map((person) => ({
            input: { person },
            words: { key: 'desk.palette.person', values: { person } } as const,
          })),
      ],
      done: ({ person }) =>
        person === null ? { key: 'desk.notice.nobody' } : { key: 'desk.notice.person', values: { person } },
    },
  }),
  'take-function': act({
    input: { function: FunctionIdSchema },
    roles: ['desk'],
    about: theFunction,
    shared: toAll,
    audited: true,
    inverse: never,
    desk: {
      group: 'desk',
      key: null,
      help: null,
      offers({ state: { sitting, node } }) {
        const own = heldBy(sitting, node.name)
        return sitting.person === null
          ? []
          : sitting.functions
              .filter((each) => !own.includes(each))
              .map(({ id, name, held }) => ({
                input: { function: id },
                words: { key: 'desk.palette.takeFunction', values: { function: name } },
                detail: held?.holder ? `${held.holder.person}, ${held.holder.node}` : '',
              }))
      },
      done: told('desk.notice.functionTaken'),
    },
  }),
  /** its holder asks somebody to take it, wherever they sit; it stays the holder's until they do */
  'hand-over-function': act({
    input: { function: FunctionIdSchema, to: PersonNameSchema },
    roles: ['desk'],
    about: theFunction,
    shared: toAll,
    audited: true,
    inverse: never,
    desk: {
      group: 'desk',
      key: null,
      help: null,
      offers: ({ state }) =>
        heldBy(state.sitting, state.node.name).flatMap(({ id, name }) =>
          successorsIn(state)
            .slice(0, mostNames)
            .map((to) => ({
              input: { function: id, to },
              words: { key: 'desk.palette.handOver', values: { function: name, person: to } },
            })),
        ),
      done: ({ function: id, to }, state) => ({
        key: 'desk.notice.functionOffered',
        values: { function: nameOf(id, state), person: to },
      }),
    },
  }),
  /** whoever was asked would not; it says whose it stays, so that the last act about it says all */
  'decline-function': act({
    input: { function: FunctionIdSchema, holder: PersonNameSchema, at: SeatSchema.entries.node },
    roles: ['desk'],
    about: theFunction,
    shared: toAll,
    audited: true,
    inverse: never,
    desk: {
      group: 'desk',
      key: null,
      help: null,
      offers: ({ state }) =>
        offeredTo(state).flatMap(({ id, name, held }) =>
          held?.holder
            ? [
                {
                  input: { function: id, holder: held.holder.person, at: held.holder.node },
                  words: { key: 'desk.palette.declineFunction', values: { function: name } },
                },
              ]
            : [],
        ),
      done: told('desk.notice.functionDeclined'),
    },
  }),
  'leave-function': act({
    input: { function: FunctionIdSchema },
    roles: ['desk'],
    about: theFunction,
    shared: toAll,
    audited: true,
    inverse: never,
    desk: {
      group: 'desk',
      key: null,
      help: null,
      offers: ({ state }) =>
        heldBy(state.sitting, state.node.name).map(({ id, name }) => ({
          input: { function: id },
          words: { key: 'desk.palette.leaveFunction', values: { function: name } },
        })),
      done: told('desk.notice.functionLeft'),
    },
  }),
  /** an act that policy asks two persons for, as the first wants it done; main makes it of what was asked for */
  propose: act({
    input: {
      proposal: ProposalIdSchema,
      what: v.pipe(v.string(), v.maxLength(64)),
      takes: v.record(
        v.pipe(v.string(), v.maxLength(64)),
        v.union([v.pipe(v.string(), v.maxLength(1000)), v.number(), v.boolean(), v.null(), EntityRefSchema]),
      ),
    },
    roles: [],
    about: theProposal,
    shared: forNow,
    audited: true,
    inverse: never,
    desk: null,
  }),
  /** somebody, or its own author, wants it not done */
  'decline-proposal': act({
    input: { proposal: ProposalIdSchema },
    roles: ['desk'],
    about: theProposal,
    shared: forNow,
    audited: true,
    inverse: never,
    desk: {
      group: null,
      key: null,
      help: null,
      offers: () => [],
      done: () => ({ key: 'desk.notice.proposalDeclined' }),
    },
  }),
  /** nobody agreed in its time */
  'end-proposal': act({
    input: { proposal: ProposalIdSchema },
    roles: [],
    about: theProposal,
    shared: null,
    audited: false,
    inverse: never,
    desk: null,
  }),
}
