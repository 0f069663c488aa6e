import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/helpers/build.ts', 'test/contract/servers/lend-servers.ts'],
    testTimeout: 20_000,
    hookTimeout: 60_000,
  },
})
