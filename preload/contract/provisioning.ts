/** What the provisioning window asks of main, and hears from it. */
import * as v from 'valibot'
import { call, nothing, notification } from './row.ts'
import { NodeSchema } from './state.ts'
import { LanguageSchema } from './words.ts'

export const ProvisioningStateSchema = v.object({
  node: NodeSchema,
  version: v.string(),
  /** the folder in which this node keeps its data */
  profile: v.string(),
  /** a wall runs beside this window */
  running: v.boolean(),
})
export type ProvisioningState = v.InferOutput<typeof ProvisioningStateSchema>

const here = ['provisioning'] as const

export const provisioning = {
  state: call(here, nothing, ProvisioningStateSchema),
  stateChanged: notification(here, ProvisioningStateSchema),
  speak: call(here, v.strictObject({ language: LanguageSchema }), nothing),
} as const
