/** An entity such as `inc-042` is a number that people say aloud; they write it INC-042. Others stay as they are. */
export const identifierInWords = (entity: string): string =>
  /^\p{L}{2,5}-\d{1,5}$/u.test(entity) ? entity.toLocaleUpperCase() : entity
