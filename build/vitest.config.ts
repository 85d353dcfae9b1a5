import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { svelte } from '@sveltejs/vite-plugin-svelte'
import { defineConfig } from 'vitest/config'
import UnitReporter from './unit-reporter.ts'

export default defineConfig({
  root: dirname(dirname(fileURLToPath(import.meta.url))),
  plugins: [svelte({ configFile: false, compilerOptions: { runes: true } })],
  // Components are mounted, not rendered to text: the pieces of Svelte for a page.
  resolve: { conditions: ['browser'] },
  test: {
    include: ['test/unit/**/*.test.ts', 'test/rooms/**/*.test.ts'],
    globalSetup: ['build/for-rooms.mjs'],
    reporters: [new UnitReporter()],
    // Rooms wait for servers more than they reckon: by itself vitest leaves one of two cores idle.
    maxWorkers: '100%',
    // Real servers and databases start in these tests, on machines that have other things to do.
    testTimeout: 240_000,
    hookTimeout: 240_000,
    expect: { poll: { timeout: 90_000 } },
  },
})
