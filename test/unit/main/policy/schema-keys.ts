/** The keys of a JSON schema. */
export interface Node {
  properties?: Record<string, Node>
  anyOf?: Node[]
  items?: Node
  const?: unknown
}

/** Every key that there is, by its path; of an array's things as of one. */
export const keysOf = (node: Node, path = ''): string[] => [
  ...Object.entries(node.properties ?? {}).flatMap(([key, value]) => [
    `${path}${key}`,
    ...keysOf(value, `${path}${key}.`),
  ]),
  ...(node.anyOf ?? []).flatMap((each) => keysOf(each, path)),
  ...(node.items === undefined ? [] : keysOf(node.items, path)),
]

/** Those that say something themselves: no key lies in them, and more than one value may be written there. */
export const valueKeysOf = (schema: Node): string[] => {
  const keys = keysOf(schema)
  return keys.filter(
    (key) =>
      !keys.some((other) => other.startsWith(`${key}.`)) && schema.properties?.[key]?.const === undefined,
  )
}
