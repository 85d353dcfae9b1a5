import { describe, expect, it } from 'vitest'
import { createPlatformClock } from '../../../../../main/engine/time/platform-clock.ts'

const t0 = Date.UTC(2026, 6, 26, 18)
const minute = 60_000

/** A machine that was started 1000 s ago, its wall clock ten minutes slow; `pass` lets time go by on both. */
function machine() {
  let passed = 0
  let wallOff = -10 * minute
  const clock = createPlatformClock(
    () => t0 + passed + wallOff,
    () => 1_000_000 + passed,
  )
  return {
    clock,
    pass: (ms: number) => (passed += ms),
    step: (ms: number) => (wallOff += ms),
    /** what is true */
    truth: () => t0 + passed,
    asked: () => 1_000_000 + passed,
  }
}

describe('the platform’s time', () => {
  it('is unknown before anything is known: nothing may leave by the machine’s own', () => {
    const { clock, truth } = machine()
    expect(clock.atLeast()).toBe(0)
    expect(clock.skew()).toBeNull()
    expect(clock.steadyFor()).toBe(0)
    expect(clock.now()).toBe(truth() - 10 * minute)
  })

  it('is at least the cache’s newest and what has passed since, until the platform itself is heard', () => {
    const { clock, pass, truth } = machine()
    clock.notBefore(t0 - 60 * minute)
    clock.notBefore(t0 - 90 * minute)
    pass(minute)
    expect(clock.atLeast()).toBe(t0 - 59 * minute)
    expect(clock.skew()).toBeNull()
    expect(clock.now()).toBe(truth() - 10 * minute)
    // a machine that is slower than what it has kept is slow, whoever is heard
    clock.notBefore(truth() - 2 * minute)
    expect(clock.skew()).toBe(8 * minute)
    expect(clock.now()).toBe(truth() - 2 * minute)
    clock.heard(truth() - 20)
    expect(clock.now()).toBe(truth() - 20)
    expect(clock.skew()).toBe(10 * minute - 20)
  })

  it('goes by the fastest message, and one that was replayed does not set it back', () => {
    const { clock, pass, truth } = machine()
    for (const late of [80, 30, 2000, 3_600_000]) {
      pass(1000)
      clock.heard(truth() - late)
    }
    expect(clock.now()).toBe(truth() - 30)
    clock.notBefore(truth() - 3_600_000)
    expect(clock.now()).toBe(truth() - 30)
  })

  it('is not moved by the machine’s wall clock, whatever is done to that; the skew says it at once', () => {
    const { clock, pass, step, truth } = machine()
    clock.answered(truth(), 1_000_000)
    for (const years of [10, -20]) {
      step(years * 365 * 24 * 60 * minute)
      expect(clock.now()).toBe(truth())
    }
    pass(5000)
    expect(clock.now()).toBe(truth())
    expect(clock.skew()).toBe(10 * minute + 10 * 365 * 24 * 60 * minute)
    expect(clock.steadyFor()).toBe(5000)
  })

  it('follows a platform whose clock was set back as soon as it answers, or within minutes of messages', () => {
    const { clock, pass, truth, asked } = machine()
    clock.answered(truth() + 60 * minute, asked())
    pass(minute)
    const sent = asked()
    pass(40)
    clock.answered(truth() - 20, sent)
    expect(clock.now()).toBe(truth() - 20)
    expect(clock.steadyFor()).toBe(0)

    const slow = machine()
    slow.clock.answered(slow.truth() + 60 * minute, slow.asked())
    for (let i = 0; i < 30; i++) {
      slow.pass(minute)
      slow.clock.heard(slow.truth())
    }
    expect(slow.clock.now()).toBe(slow.truth())
  })

  it('follows the drift between two clocks', () => {
    const { clock, pass, truth } = machine()
    let drift = 0
    for (let i = 0; i < 120; i++) {
      pass(minute)
      // ours is fast by a second in an hour
      drift += 1000 / 60
      clock.heard(truth() - drift)
    }
    expect(truth() - clock.now()).toBeGreaterThan(1500)
  })

  it('is no longer steady when the platform’s clock jumps, and is again as time goes on', () => {
    const { clock, pass, truth } = machine()
    clock.heard(truth())
    pass(minute)
    expect(clock.steadyFor()).toBe(minute)
    clock.heard(truth() + 3_600_000)
    expect(clock.steadyFor()).toBe(0)
    pass(3000)
    clock.heard(truth() + 3_600_000 + 40)
    expect(clock.steadyFor()).toBe(3000)
  })

  it('stays where it was while nothing comes', () => {
    const { clock, pass, truth } = machine()
    clock.heard(truth())
    pass(40 * minute)
    expect(clock.now()).toBe(truth())
    clock.heard(truth() - 15)
    expect(clock.now()).toBe(truth() - 15)
  })
})

describe('what may leave by the platform’s time', () => {
  const day = 1440 * minute
  const year = 365 * day

  it('goes by the machine’s where that one is behind, until two of the platform’s own agree', () => {
    const { clock, pass, step, truth, asked } = machine()
    step(10 * minute - 10 * year)
    clock.answered(truth(), asked())
    expect(clock.now()).toBe(truth())
    expect(clock.atLeast()).toBe(truth() - 10 * year)
    pass(1000)
    clock.heard(truth() - 30, 'A')
    expect(clock.atLeast()).toBe(truth())
    step(20 * year)
    expect(clock.atLeast()).toBe(truth())
    // the answer is old, and says the same still
    pass(60 * minute)
    clock.heard(truth() - 20, 'A')
    expect(clock.atLeast()).toBeGreaterThan(truth() - 1000)
    expect(clock.atLeast()).toBeLessThanOrEqual(truth())
  })

  it.each([
    ['a machine’s clock that is right', 10 * minute],
    ['one ten years behind', -10 * year],
    ['one ten years ahead', 10 * year],
  ])('is not moved by one stamp that is a day ahead, nor is what is shown, beside %s', (_, off) => {
    const { clock, pass, step, truth, asked } = machine()
    step(off)
    clock.answered(truth(), asked())
    for (let i = 0; i < 20; i++) {
      pass(1000)
      for (const stream of ['A', 'B']) clock.heard(truth(), stream)
    }
    const shown = () => [clock.now() - truth(), clock.atLeast() - truth()]
    expect(shown()).toEqual([0, 0])
    clock.heard(truth() + day, 'B')
    expect(shown()).toEqual([0, 0])
    for (let i = 0; i < 65; i++) {
      pass(1000)
      for (const stream of ['A', 'B']) clock.heard(truth(), stream)
      expect(shown()).toEqual([0, 0])
    }
    expect(clock.steadyFor()).toBeGreaterThan(60_000)
  })

  it('is not moved by a third of the streams, whose server is a day ahead, where the machine’s is right', () => {
    const { clock, pass, step, truth } = machine()
    step(10 * minute)
    for (let i = 0; i < 90; i++) {
      pass(1000)
      for (const stream of ['A', 'B', 'C', 'D']) clock.heard(truth(), stream)
      for (const stream of ['E', 'F']) clock.heard(truth() + day, stream)
    }
    expect([clock.now(), clock.atLeast()]).toEqual([truth(), truth()])
  })

  it('is no more than the machine’s where nothing was heard: a stored stamp may have been wrong', () => {
    const { clock, pass, truth } = machine()
    clock.notBefore(t0 + 10 * year)
    pass(61_000)
    expect(clock.atLeast()).toBe(truth() - 10 * minute)
    const behind = machine()
    behind.step(-10 * year)
    behind.clock.notBefore(t0)
    expect(behind.clock.atLeast()).toBe(behind.truth() - 10 * year - 10 * minute)
  })

  it('streams that bring an hour’s backlog do not make it an hour younger', () => {
    const { clock, pass, step, truth, asked } = machine()
    step(10 * minute)
    clock.answered(truth(), asked())
    pass(60 * minute)
    for (const stream of ['A', 'B', 'C']) clock.heard(truth() - 60 * minute, stream)
    expect(clock.now()).toBe(truth())
  })

  it('an answer of a server that is slow does not make the others’ forgotten', () => {
    const { clock, step, truth, asked } = machine()
    step(10 * minute)
    for (const stream of ['A', 'B', 'C']) clock.heard(truth(), stream)
    clock.answered(truth() - day, asked())
    expect(clock.now()).toBe(truth())
  })
})
