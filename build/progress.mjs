// @ts-check
// What a person sees while something is being set up. Plain Node: it runs before any package is there.
import { spawn } from 'node:child_process'

/** An end that the person in front of the terminal can mend: said in words, without a stack trace. */
export class Stop extends Error {
  /**
   * @param {string} message what happened, to what
   * @param {string} [line] the exact line to run
   */
  constructor(message, line) {
    super(line === undefined ? message : `${message}\n\n  ${line}\n`)
    this.name = 'Stop'
  }
}

/** @param {string} text goes to stderr, so that stdout stays a command's own output */
export function say(text) {
  process.stderr.write(`${text}\n`)
}

/** @param {number} since milliseconds of the epoch */
const seconds = (since) => `${Math.round((Date.now() - since) / 1000)} s`

/**
 * Runs a command, says every ten seconds, later every thirty, how long it has been and what it said last, and ends when it ends.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {{ label: string, cwd?: string, env?: NodeJS.ProcessEnv, interactive?: boolean }} options
 *   `interactive` hands over the terminal, for a command that may ask for a password
 * @returns {Promise<{ code: number, output: string }>} code 127 where the command does not exist
 */
export function runShowing(command, args, { label, cwd, env, interactive = false }) {
  const since = Date.now()
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd,
      env: env ?? process.env,
      stdio: interactive ? 'inherit' : ['ignore', 'pipe', 'pipe'],
    })
    let output = ''
    /** @param {Buffer} chunk */
    const keep = (chunk) => {
      output = (output + chunk.toString('utf8')).slice(-200_000)
    }
    child.stdout?.on('data', keep)
    child.stderr?.on('data', keep)
    const ticking = setInterval(() => {
      const tens = Math.round((Date.now() - since) / 10_000)
      if (tens > 6 && tens % 3 !== 0) return
      const last = output.trimEnd().split('\n').at(-1)?.trim().slice(0, 80) ?? ''
      say(`  … ${label}, ${seconds(since)}${last === '' ? '' : `: ${last}`}`)
    }, 10_000)
    /** @param {number} code */
    const end = (code) => {
      clearInterval(ticking)
      resolve({ code, output })
    }
    child.on('error', (error) => {
      output += String(error)
      end(127)
    })
    child.on('close', (code) => end(code ?? 1))
  })
}

/** @param {string} output @param {number} [lines] */
export const lastLines = (output, lines = 30) => output.trimEnd().split('\n').slice(-lines).join('\n')

/**
 * One step of several: nothing is said when it is done already.
 *
 * @param {string} what as in "Install the locked packages"
 * @param {{ done: () => boolean | Promise<boolean>, act: () => Promise<void> }} step
 */
export async function step(what, { done, act }) {
  if (await done()) return
  const since = Date.now()
  say(`• ${what}`)
  await act()
  say(`  done in ${seconds(since)}`)
}

/**
 * Runs a command line's whole life: a `Stop` is told in its own words, anything else with its stack.
 *
 * @param {() => Promise<number | void>} life
 */
export async function runAsCommand(life) {
  try {
    process.exitCode = (await life()) ?? 0
  } catch (error) {
    say(error instanceof Stop ? `\n${error.message}` : String(error instanceof Error ? error.stack : error))
    process.exitCode = 1
  }
}
