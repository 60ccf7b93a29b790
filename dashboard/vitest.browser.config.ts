import { defineConfig } from 'vitest/config'

// Against the real host: in order, with patience for slow machines.
export default defineConfig({
  test: { include: ['browser/**/*.test.ts'], environment: 'node', testTimeout: 900_000, hookTimeout: 300_000, fileParallelism: false, expect: { poll: { timeout: 120_000 } } },
})
