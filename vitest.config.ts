import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/helpers/build.ts', 'test/contract/servers/lend-servers.ts'],
    // Many tests wait for a server: two at a time are not too many for two processors.
    maxWorkers: Math.max(2, availableParallelism()),
    // Far beyond what anything takes: these end what hangs, and judge no speed.
    testTimeout: 180_000,
    hookTimeout: 300_000,
    expect: { poll: { timeout: 30_000 } },
  },
})
