import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { typesOf } from '../types.mjs'
import { Host, notBuilt } from './host'

describe.skipIf(notBuilt)('the types of the API', () => {
  const host = new Host()

  beforeAll(() => host.start())
  afterAll(() => host.dispose())

  it('fit what the app says of its answers: each is what the page takes it for, and may be more', async () => {
    const document = (await host.send('GET', 'openapi.json')).json
    const folder = mkdtempSync(join(import.meta.dirname, '../node_modules/.types-'))
    try {
      writeFileSync(join(folder, 'live.ts'), await typesOf(document))
      writeFileSync(join(folder, 'check.ts'), [
        `import type { components as Live } from './live'`, `import type { components as Kept } from '../../src/api/schema'`,
        `export const fits = (live: Live['schemas']): Kept['schemas'] => live`,
      ].join('\n'))
      const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc')
      const run = spawnSync(process.execPath, [tsc, '--noEmit', '--strict', '--skipLibCheck', join(folder, 'check.ts')], { encoding: 'utf8' })
      expect(run.stdout, 'npm run types writes them anew').toBe('')
      expect(run.status).toBe(0)
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })
})
