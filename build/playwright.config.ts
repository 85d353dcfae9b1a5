import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { defineConfig } from '@playwright/test'

const root = dirname(dirname(fileURLToPath(import.meta.url)))

export default defineConfig({
  testDir: join(root, 'test'),
  testMatch: ['e2e/**/*.test.ts', 'faults/**/*.test.ts'],
  // a folder of its own: it is emptied, and what the fuzzer found lies beside it
  outputDir: join(root, 'test-results/app'),
  // One wall at a time: each app draws four screens in software.
  workers: 1,
  fullyParallel: false,
  retries: 0,
  timeout: 180_000,
  expect: { timeout: 30_000 },
  forbidOnly: true,
})
