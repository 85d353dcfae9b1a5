import { CST, Lexer, Parser } from 'yaml'

/** A scene has five levels: what composes and checks it calls itself once for each, and must not run out of stack. */
const deepest = 32
/** Of what stands for something else, or says what something is, nobody needs more. */
const mostNames = 50
const named: readonly (CST.TokenType | null)[] = ['anchor', 'alias', 'tag']

export interface OutOfBounds {
  why: string
  /** where in the text it begins, UTF-16 units */
  offset: number
}

/** Reads YAML word by word, as its parser does, but stops where it goes beyond what people write. */
export function yamlOutOfBounds(text: string): OutOfBounds | null {
  const parser = new Parser()
  let names = 0
  for (const lexeme of new Lexer().lex(text)) {
    const { offset } = parser
    if (named.includes(CST.tokenType(lexeme)) && ++names > mostNames)
      return { why: `more than ${mostNames} anchors, aliases and tags`, offset }
    // what it makes of the text is not wanted here: how deep it is in it is
    for (const _token of parser.next(lexeme)) if (parser.stack.length > deepest) break
    if (parser.stack.length > deepest) return { why: `nested deeper than ${deepest} levels`, offset }
  }
  return null
}
