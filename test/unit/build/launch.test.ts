import { describe, expect, it } from 'vitest'
import { entersPlatform } from '../../../build/launch.mjs'

describe('a real platform is entered, which asks for the shipped runtime', () => {
  const nowhere = ['--profile', '/nonexistent']
  it.each([
    [['--platform', 'tls://a.example:4222']],
    [['--platform=tls://a.example:4222']],
    [['--identity', 'wall.p12', '--ca', 'ca.pem', '--policy', 'policy.yaml']],
    [['--card', '--ca', 'ca.pem']],
  ])('%j', (args) => {
    expect(entersPlatform([...args, ...nowhere])).toBe(true)
  })

  it('not in the exercise', () => {
    expect(entersPlatform(['--exercise', 'paris', ...nowhere])).toBe(false)
  })
})
