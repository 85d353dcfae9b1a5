/**
 * What becomes of an act that somebody asks for here: it is this node's alone, or it is shown at once, handed to the
 * engine's outbox, and settled when the platform's order says so.
 */
import { inverseOf, actIds, rowOf, readAct, type ActId, type ActInput } from '../../preload/contract/act.ts'
import { automationOf, type Author } from '../../preload/contract/author.ts'
import type { Accord } from '../../preload/contract/person.ts'
import type { OutboxEntry, Outgoing, SettledAct, Togetherness } from '../../preload/contract/outbox.ts'
import { tokenOf, type Place } from '../../preload/contract/place.ts'
import { fail, ok, type Problem, type Result } from '../../preload/contract/result.ts'
import type { DeskState } from '../../preload/contract/state.ts'
import { admit } from './admission.ts'
import { hasEffect, knownOf, type Lost, type Own, type Settling } from './fold.ts'
import type { PersonPolicy } from './author.ts'
import type { HeldState } from './hold-state.ts'
import { judge, type Judging } from './judge.ts'
import { keepOffers } from './offers.ts'
import { asksForTwo, eitherMay, isSecond, mayDo, waitingOf } from './requirements.ts'
import { tellOutbox, tellLost } from './waiting.ts'

/** The engine's outbox, as what is done here goes there. An engine that is not ready is told again once it is. */
export interface Outlet {
  act(out: Outgoing): unknown
  withdraw(id: string): unknown
}

/** What the engine says of acts. */
export interface FromEngine {
  /** there is an outbox: from now on it hears */
  ready(): void
  kept(id: string): void
  notKept(id: string, problem: Problem): void
  outbox(outbox: { entries: readonly OutboxEntry[]; full: boolean }): void
  /** @param anew they and those behind them are all that is in force */
  acts(acts: readonly SettledAct[], anew: boolean): void
  together(together: Togetherness, refused: readonly string[]): void
}

export interface Acting extends FromEngine {
  /** @returns why it can't be done, or what takes it back, or that it waits for a second person */
  perform(input: ActInput, author: Author): Result<Performed>
  /** a second person agrees to what waits, as they read it: it is done, by them */
  agree(proposal: string, did: ActInput, author: Author): Result<undefined>
  /** … or one does it alone */
  breakGlass(proposal: string, did: ActInput, reason: string, author: Author): Result<undefined>
  /** takes back what was done here, where nobody did anything about the same since. @param inverse as `perform` gave it */
  undo(inverse: ActInput, author: Author): Result<undefined>
  /** what waits never goes, and what was refused has been read */
  withdraw(id: string): Result<undefined>
}

/** `proposed`: nothing is done yet. */
export interface Performed {
  inverse: ActInput | null
  proposed: boolean
}

export interface ActingOptions {
  place: Place
  /** whose acts count here; null: those of whoever may write */
  nodes: () => Judging['nodes']
  wall: HeldState
  /** as it is now */
  policy: () => PersonPolicy
  outlet: () => Outlet | null
  tellDesk(): DeskState
  newId(): string
  now(): number
  /** what is wrong with acts of the platform; null: whose was wrong does right again */
  problem(problem: Problem | null): void
  /** something that this node did came to nothing */
  told(problem: Problem): void
}

const isBlank = (input: ActInput): boolean => input.act === 'blank'
const nameOf = ({ person, node }: Author): string => person ?? node

/** The acts whose subjects, by their first token, this node may not write. A blank is always tried: it holds here at least. */
function mayNotOf(refused: readonly string[]): ActId[] {
  const may = (id: ActId): boolean => {
    const { shared, about } = rowOf(id)
    return shared === null || id === 'blank' || !refused.includes(about.token)
  }
  return actIds.filter((id) => !may(id))
}

export function createActing(options: ActingOptions): Acting {
  const { place, nodes, wall, policy, outlet, tellDesk, newId, now, problem, told } = options
  const offers = keepOffers()
  const blankedAtStart = wall.now().blanked
  let full = false
  /** as the engine said last */
  let listed: readonly OutboxEntry[] = []
  /** refusals that were told */
  let refusedBefore = new Set<string>()
  /** ids that somebody withdrew, until no outbox has them */
  const withdrawn = new Set<string>()
  /** ids of blanks that the outbox has no more, until it says whether it ever had them */
  const asked = new Set<string>()
  let wrong: Problem | null = null

  const tell = (): void => wall.found({ outbox: tellOutbox(listed, full, wall.fold().own) })

  /** Here and for nobody else. */
  function doAlone(input: ActInput, author: Author, accord: Accord | null = null, at = now()): void {
    const { about } = rowOf(input.act)
    const act = { input, author, at, ...(accord && { accord }) }
    for (const id of wall.take(act, about(input, place))) giveUp(id)
    if (wall.fold().own.length > 0 || listed.length > 0) tell()
  }

  function giveUp(id: string): void {
    withdrawn.add(id)
    outlet()?.withdraw(id)
  }

  function outgoing(input: ActInput, by: Author, accord: Accord | null): Outgoing {
    const { act, ...own } = input
    const { about, shared } = rowOf(act)
    const lasts = shared?.lasts ?? null
    const entity = about(own, place)
    const at = now()
    const after = knownOf(wall.fold(), entity)
    return {
      id: newId(),
      entity,
      body: { act, input: own, by, moment: wall.now().moment, after, ...(accord && { accord }) },
      at,
      expires: lasts === null ? null : at + lasts,
      guarded: shared?.guarded ?? false,
    }
  }

  /** @returns its id, null where nobody else hears of it */
  function doTogether(input: ActInput, author: Author, accord: Accord | null): string | null {
    const { together } = wall.now()
    const shared = rowOf(input.act).shared
    if (shared === null || together === 'alone') {
      doAlone(input, author, accord)
      return null
    }
    const out = outgoing(input, author, accord)
    if (shared.lasts !== null) {
      // of no use later: done here, and said to whoever hears it now
      const act = { input, author, at: out.at, ...(accord && { accord }) }
      if (input.act !== 'present') wall.take(act, out.entity)
      if (together === 'together') outlet()?.act(out)
      return null
    }
    // fails closed: a wall that others are at is given back by the platform's word alone
    const shown = !shared.guarded || together !== 'together'
    wall.add({ out, input, shown, kept: false })
    outlet()?.act(out)
    tell()
    return out.id
  }

  /** A blank that nobody else hears of holds here; another one would say nothing new. */
  const isSaid = (input: ActInput): boolean => {
    const last = wall.fold().own.findLast(({ input: { act } }) => act === 'blank' || act === 'unblank')
    return isBlank(input) && last !== undefined && isBlank(last.input)
  }

  /** This node's own screens are always its own to blank, and then to give back. */
  function isOwnAlways(input: ActInput): boolean {
    const { base, holds, own } = wall.fold()
    const isHere = !base.blanked && (holds || own.some((each) => isBlank(each.input)))
    // who waits for a second person here is heard here at least
    return isBlank(input) || input.act === 'propose' || (input.act === 'unblank' && isHere)
  }

  const isBarred = (input: ActInput): boolean => wall.now().mayNot.includes(input.act) && !isOwnAlways(input)

  function perform(input: ActInput, author: Author): Result<Performed> {
    const admitted = admit(wall.now(), input, tellDesk)
    if (!admitted.ok) return admitted
    const may = mayDo(input, wall.now(), policy(), author)
    if (!may.ok) return may
    if (isSaid(input)) return ok({ inverse: null, proposed: false })
    if (isBarred(input)) return fail('act.refused', 'this node has no right to do it', input.act)
    if (asksForTwo(input, policy(), author)) return propose(input, author)
    return ok({ inverse: carryOut(input, author, accordOf(input)), proposed: false })
  }

  /** Who leaves agreed to their relief when they offered it. */
  function accordOf(input: ActInput): Accord | null {
    if (input.act !== 'relieve') return null
    const offered = wall.now().reliefs.find(({ id }) => id === input.relief)
    return offered === undefined ? null : { how: 'agreed', proposal: offered.id, by: offered.by }
  }

  /** @returns what takes it back */
  function carryOut(input: ActInput, author: Author, accord: Accord | null): ActInput | null {
    if (wall.now().mayNot.includes(input.act)) {
      doAlone(input, author, accord)
      return null
    }
    // what takes it back is known only before it is done; what two did one does not take back
    const inverse = accord === null ? inverseOf(input, tellDesk()) : null
    const id = doTogether(input, author, accord)
    if (inverse !== null) offers.offer({ id, entity: rowOf(input.act).about(input, place), inverse })
    return inverse
  }

  function propose(input: ActInput, author: Author): Result<Performed> {
    if (author.person === null) return fail('person.wanted', 'nobody sits at this desk')
    const { act: what, ...takes } = input
    const read = readAct('propose', { proposal: newId(), what, takes })
    if (read === null) return fail('act.invalid', 'it can’t be proposed', what)
    carryOut(read, author, null)
    return ok({ inverse: null, proposed: true })
  }

  /** What waited, tried once more, by whoever agreed or broke the glass. */
  function doProposed(input: ActInput, author: Author, accord: Accord): Result<undefined> {
    const admitted = admit(wall.now(), input, tellDesk)
    if (!admitted.ok) return admitted
    if (isBarred(input)) return fail('act.refused', 'this node has no right to do it', input.act)
    carryOut(input, author, accord)
    return ok(undefined)
  }

  function lostBy({ lost, won }: Lost): void {
    wall.found({ lost: tellLost(lost, won) })
  }

  /** It comes to nothing: taken back, unless it is a blank, which holds here. */
  function refuse(id: string, why: Problem): void {
    wall.drop(id)
    told(why)
  }

  function comeToNothing({ out: { id, entity } }: Own): void {
    giveUp(id)
    refuse(id, { code: 'act.overtaken', message: 'somebody blanked since', subject: entity })
    tell()
  }

  /** Said again: an outbox that never had it takes it, and one that had keeps nothing more. */
  function ask(out: Outgoing): void {
    asked.add(out.id)
    wall.kept(out.id, false)
    outlet()?.act(out)
  }

  /** It leaves with its event: the platform has it, unless nothing that came after it is known. */
  function hasLeft(id: string): void {
    const { own, known } = wall.fold()
    const out = own.find((each) => each.out.id === id)?.out
    const now = out && known.get(out.entity)
    if (now && !now.stale && now.sequence > (out.body.after ?? 0) && !withdrawn.has(id)) wall.forget(id)
    else wall.drop(id)
  }

  /** What the outbox had before this process, beneath what was done since. */
  function remembered(entries: readonly OutboxEntry[]): void {
    const ids = new Set(wall.fold().own.map(({ out }) => out.id))
    wall.addFirst(
      entries.flatMap(({ state, sequence: _, problem: _why, ...out }): Own[] => {
        if (ids.has(out.id) || withdrawn.has(out.id) || state === 'refused') return []
        const input = readAct(out.body.act, out.body.input)
        // one that gives the picture back shows where it had been shown
        const shown = !out.guarded || !blankedAtStart
        return input === null ? [] : [{ out, input, shown, kept: true }]
      }),
    )
  }

  return {
    perform,
    agree(id, did, author) {
      const waiting = waitingOf(wall.now(), id, did, author)
      if (!waiting.ok) return waiting
      const { by } = waiting.value
      if (!isSecond(waiting.value, author))
        return fail('proposal.same-person', 'a second person is another', by.person ?? by.node)
      const may = eitherMay(waiting.value, wall.now(), policy(), author)
      if (!may.ok) return may
      return doProposed(waiting.value.input, author, { how: 'agreed', proposal: id, by })
    },
    breakGlass(id, did, reason, author) {
      if (!policy().breakGlass) return fail('proposal.alone-forbidden', 'policy does not let one do it alone')
      const waiting = waitingOf(wall.now(), id, did, author)
      if (!waiting.ok) return waiting
      const may = mayDo(did, wall.now(), policy(), author)
      return may.ok ? doProposed(waiting.value.input, author, { how: 'alone', proposal: id, reason }) : may
    },
    undo(inverse, author) {
      const offered = offers.take(inverse)
      const since = offered && offers.since(offered, wall.fold().known, place.node)
      if (since)
        return fail('act.overtaken', `${nameOf(since.by)} did “${since.input.act}” since`, nameOf(since.by))
      const done = perform(inverse, author)
      return done.ok ? ok(undefined) : done
    },
    withdraw(id) {
      const entry = listed.find((each) => each.id === id)
      if (entry?.state === 'sent' || entry?.state === 'confirmed')
        return fail('act.sent', 'it was sent already', entry.body.act)
      const own = wall.fold().own.find(({ out }) => out.id === id)
      if (own !== undefined && !own.kept) wall.drop(id)
      giveUp(id)
      tell()
      return ok(undefined)
    },

    ready() {
      for (const { out, kept } of wall.fold().own) if (!kept) outlet()?.act(out)
      for (const id of withdrawn) outlet()?.withdraw(id)
    },
    kept(id) {
      const isAsked = asked.delete(id)
      const isThere = listed.some((each) => each.id === id)
      if (isAsked && !isThere) hasLeft(id)
      else wall.kept(id, true)
      tell()
    },
    notKept(id, why) {
      const own = wall.fold().own.find(({ out }) => out.id === id)
      if (own === undefined) return
      // said again once there is room for it
      if (isBlank(own.input)) told(why)
      else refuse(id, why)
      tell()
    },
    outbox({ entries, full: isFull }) {
      const hadRoom = !full
      full = isFull
      listed = entries
      const states = new Map(entries.map((each) => [each.id, each]))
      for (const { out, input, kept } of wall.fold().own) {
        const entry = states.get(out.id)
        if (entry?.state === 'refused') wall.drop(out.id)
        else if (entry !== undefined && !kept) wall.kept(out.id, true)
        else if (entry === undefined && kept) {
          if (isBlank(input) && !withdrawn.has(out.id)) ask(out)
          else wall.drop(out.id)
        }
      }
      for (const id of withdrawn) if (!states.has(id)) withdrawn.delete(id)
      remembered(entries)
      const refused = entries.filter(({ state }) => state === 'refused')
      for (const { id, problem: why } of refused) if (why !== null && !refusedBefore.has(id)) told(why)
      refusedBefore = new Set(refused.map(({ id }) => id))
      if (!hadRoom && !full) for (const { out, kept } of wall.fold().own) if (!kept) outlet()?.act(out)
      tell()
    },
    acts(acts, anew) {
      const settling: Settling[] = []
      for (const act of acts) {
        const judged = judge(act, { place, nodes: nodes() })
        if (!judged.ok) problem((wrong = judged.error))
        else if (judged.value !== null) settling.push({ act, input: judged.value })
        if (judged.ok && wrong?.subject === tokenOf(act.body.by.node)) problem((wrong = null))
      }
      for (const { act } of settling) offers.settled(act.id, act.sequence)
      const { lost, passedOver } = wall.settle(settling, anew)
      if (lost !== null) lostBy(lost)
      // what every node hears last is in force for all
      if (passedOver && !wall.now().mayNot.includes('blank'))
        perform({ act: 'blank' }, automationOf(place.node, 'blank'))
      if (settling.some(({ act }) => act.body.by.node === place.node)) tell()
    },
    together(together, refused) {
      wall.found({ together, mayNot: mayNotOf(refused) })
      if (together !== 'alone') return
      // nobody else is there: what nobody can have heard of is this node's own
      const tried = new Set(listed.flatMap(({ id, state }) => (state === 'waiting' ? [] : [id])))
      const alone = wall.fold()
      for (const own of alone.own) {
        const { out, input } = own
        if (tried.has(out.id)) continue
        if (hasEffect(alone, own)) doAlone(input, out.body.by, out.body.accord ?? null, out.at)
        else comeToNothing(own)
      }
    },
  }
}
