import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'eslint/config'
import svelte from 'eslint-plugin-svelte'
import typescript from 'typescript-eslint'
import { arrows } from './arrows.mjs'

const root = dirname(dirname(fileURLToPath(import.meta.url)))

export default defineConfig(
  { ignores: ['out/**', 'dist/**', 'node_modules/**', 'test-results/**', 'resources/**'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  ...typescript.configs.strictTypeChecked,
  ...svelte.configs['flat/recommended'],
  {
    languageOptions: {
      parserOptions: {
        project: './tsconfig.json',
        tsconfigRootDir: root,
        extraFileExtensions: ['.svelte'],
      },
    },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      '@typescript-eslint/no-confusing-void-expression': 'off',
      // A value that another callback changes between two awaits looks constant to this rule.
      '@typescript-eslint/no-unnecessary-condition': 'off',
      // What a function returns here is closures in an object: nothing has a `this` to lose.
      '@typescript-eslint/unbound-method': 'off',
      // There are no enums here and hardly a class, but these two take a third of the time.
      '@typescript-eslint/no-unsafe-enum-assignment': 'off',
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/no-non-null-assertion': 'off',
      eqeqeq: 'error',
      'no-console': 'error',
      'no-var': 'error',
      'prefer-const': 'error',
    },
  },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: { parserOptions: { parser: typescript.parser } },
    rules: {
      // Runes are declared with let and changed by the template.
      'prefer-const': 'off',
      // Only what a person acts on is reactive; tracks and ages live in plain maps on purpose.
      'svelte/prefer-svelte-reactivity': 'off',
      // It takes a comment for unused where svelte-check, which has the last word, needs it.
      'svelte/no-unused-svelte-ignore': 'off',
    },
  },
  {
    // Scripts that run before anything is compiled, and asymmetric matchers of vitest, deal in untyped JSON.
    files: ['build/**/*.mjs', 'test/unit/**', 'test/rooms/**', 'test/faults/*.cjs'],
    rules: {
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
    },
  },
  {
    files: ['build/**', 'test/bench/**'],
    rules: {
      'no-console': 'off',
      '@typescript-eslint/restrict-template-expressions': 'off',
      '@typescript-eslint/restrict-plus-operands': 'off',
    },
  },
  ...arrows(root),
)
