import { createInterface } from 'node:readline'
import { Writable } from 'node:stream'
import { fail, ok, type Result } from '../../preload/contract/result.ts'
import { Secret } from './secret.ts'

/**
 * Asks for a passphrase at the terminal of a command; what is typed is not shown, nor kept in a history.
 *
 * @param prompt goes to stderr: stdout is the command's own
 */
export function askAtTerminal(prompt: string): Promise<Result<Secret>> {
  const missing = (why: string) => fail<Secret>('identity.passphrase-missing', why, '--passphrase-file')
  if (!process.stdin.isTTY)
    return Promise.resolve(missing('there is no terminal to ask for the passphrase at'))
  // as a terminal, readline echoes to its output: this one shows nothing
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() })
  const terminal = createInterface({
    input: process.stdin,
    output: nowhere,
    terminal: true,
    historySize: 0,
  })
  // only now that the terminal itself echoes nothing either
  process.stderr.write(prompt)
  return new Promise((resolve) => {
    const done = (answer: Result<Secret>) => {
      resolve(answer)
      terminal.close()
      process.stderr.write('\n')
    }
    terminal.once('line', (line) => done(ok(new Secret(line))))
    terminal.once('SIGINT', () => done(missing('nobody typed the passphrase')))
    // Ctrl D, or the terminal went away; after an answer it says nothing new
    terminal.once('close', () => resolve(missing('nobody typed the passphrase')))
  })
}
