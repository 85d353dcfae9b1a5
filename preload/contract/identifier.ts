/** An entity such as `inc-042` is a number that people say aloud; they write it INC-042. Others stay as they are. */
export const identifierInWords = (entity: string): string =>
  /^\p{L}{2,5}-\d{1,5}$/u.test(entity) ? entity.toLocaleUpperCase() : documentInWords(entity)

/** A document has no number: people tell it from the others by how it begins. */
const documentInWords = (entity: string): string => {
  const begins = /^document\.[^.]+\.[^.]+\.([a-z0-9]{4})/.exec(entity)?.[1]
  return begins === undefined ? entity : `DOC-${begins.toUpperCase()}`
}
