/** An enrolment as it is drawn: six steps, each with what it did or waits for. */
import { enrolmentSteps, type Enrolment, type EnrolmentStep } from '../../../preload/contract/identities.ts'
import type { Speech } from '../../speech/speech.ts'
import { spanInMinutes } from './span.ts'

export type StepState = 'done' | 'now' | 'waiting' | 'failed' | 'later'
export interface SaidStep {
  step: EnrolmentStep
  state: StepState
  title: string
  /** two lines at most */
  lines: string[]
}

/** `3FA9 17C2 … 8E04` */
export const shortFingerprint = (hex: string): string => {
  const all = hex.toUpperCase().match(/.{4}/g) ?? []
  return `${all.slice(0, 2).join(' ')} … ${all.at(-1) ?? ''}`
}
/** As it is compared, four by four. */
export const wholeFingerprint = (hex: string): string => (hex.toUpperCase().match(/.{4}/g) ?? []).join(' ')

export function stateOfStep({ step: at, ended, waiting }: Enrolment, step: EnrolmentStep): StepState {
  const [here, there] = [enrolmentSteps.indexOf(step), enrolmentSteps.indexOf(at)]
  if (here !== there) return here < there ? 'done' : 'later'
  if (ended === 'done') return 'done'
  if (ended === 'untried') return 'later'
  if (ended !== null) return 'failed'
  return waiting === null ? 'now' : 'waiting'
}

export function saidSteps(enrolment: Enrolment, now: number, { say, date }: Speech): SaidStep[] {
  const { authority, key, resumed, server, waiting, notAfter, ended } = enrolment
  const lines = (step: EnrolmentStep, state: StepState): string[] => {
    switch (step) {
      case 'authority':
        return [say('identities.step.authority.said'), shortFingerprint(authority.fingerprint)]
      case 'secret':
        return [say('identities.step.secret.said'), '•••• ••••']
      case 'key':
        if (key === null) return [say('identities.step.key.making')]
        return [
          say('identities.step.key.made', { key }),
          say(resumed ? 'identities.step.key.again' : 'identities.step.key.stays'),
        ]
      case 'request':
        if (waiting !== null)
          return [
            say('identities.step.request.waiting'),
            say('identities.step.request.next', { time: spanInMinutes(waiting.next - now, say) }),
          ]
        return state === 'done'
          ? [say('identities.step.request.answered')]
          : [say('identities.step.request.sent', { server })]
      case 'certificate':
        return notAfter === null
          ? [say('identities.step.certificate.expected')]
          : [
              say('identities.step.certificate.judged'),
              say('identities.step.certificate.until', { date: date(notAfter) }),
            ]
      case 'trial':
        if (ended === 'untried') return [say('identities.step.trial.untried')]
        if (state === 'done') return [say('identities.step.trial.done')]
        return [say(state === 'now' ? 'identities.step.trial.running' : 'identities.step.trial.expected')]
    }
  }
  return enrolmentSteps.map((step) => {
    const state = stateOfStep(enrolment, step)
    return { step, state, title: say(`identities.step.${step}`), lines: lines(step, state) }
  })
}
