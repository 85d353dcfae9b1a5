/** For tests of an engine's process that nobody shares anything through, and where nobody enters a line or delivers a file. */
export const nothingShared = {
  ...{ shared: () => undefined, saves: () => undefined },
  ...{ log: () => undefined, deliveries: () => undefined, addressed: () => undefined },
}
