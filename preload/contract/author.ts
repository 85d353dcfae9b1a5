import * as v from 'valibot'

/** Who did it: a person in a function at a node, or what does things there by itself. */
export const AuthorSchema = v.strictObject({
  person: v.nullable(v.pipe(v.string(), v.maxLength(200))),
  function: v.nullable(v.pipe(v.string(), v.maxLength(200))),
  node: v.pipe(v.string(), v.minLength(1), v.maxLength(100)),
  /** what did it; null: somebody */
  automation: v.nullable(v.pipe(v.string(), v.maxLength(100))),
})
export type Author = v.InferOutput<typeof AuthorSchema>

/** Who did it, where nobody did. */
export const automationOf = (node: string, automation: string): Author => ({
  ...{ person: null, function: null },
  ...{ node, automation },
})
