import type { Reporter, TestCase, TestModule } from 'vitest/node'

/** The default reporter prints failures with a function that Node 20 lacks; this one says the same, shorter. */
export default class UnitReporter implements Reporter {
  onTestCaseResult(test: TestCase): void {
    const { state, errors } = test.result()
    if (state === 'failed') say(`✗ ${test.module.relativeModuleId} › ${test.fullName}`, errors)
  }

  onTestModuleEnd(module: TestModule): void {
    const errors = module.errors()
    const mark = module.ok() ? '✓' : '✗'
    const tests = [...module.children.allTests()].length
    say(`${mark} ${module.relativeModuleId} (${tests})`, errors)
  }

  onTestRunEnd(
    _modules: readonly TestModule[],
    errors: Parameters<NonNullable<Reporter['onTestRunEnd']>>[1],
  ): void {
    if (errors.length > 0) say('✗ errors outside of any test', errors)
  }
}

interface Told {
  message: string
  stack?: string | undefined
  diff?: string | undefined
}

function say(line: string, errors: readonly Told[] | undefined): void {
  const told = (errors ?? []).map(({ message, stack, diff }) =>
    [stack ?? message, diff].filter(Boolean).join('\n'),
  )
  process.stdout.write(`${[line, ...told].join('\n')}\n`)
}
