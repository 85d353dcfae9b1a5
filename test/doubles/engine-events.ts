/** For tests of an engine's process that nobody shares anything through. */
export const nothingShared = { shared: () => undefined, saves: () => undefined }
