import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { missing } from './host'
import { patience, Session } from './session'

const part = 16 << 20
const rows = 400_000

describe.skipIf(missing)('a large file', () => {
  const session = new Session()

  it('goes in parts, shows how far it is, goes on after a broken line and a reload, and starts one job with its options', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'upload-'))
    try {
      const file = join(folder, 'large & long.csv')
      const text = 'x'.repeat(90)
      writeFileSync(file, `id,text\n${Array.from({ length: rows }, (_, i) => `${i},${text}`).join('\n')}\n`)
      const sent: string[] = []
      let upload = ''
      session.page.on('request', request => {
        const url = new URL(request.url())
        if (request.method() !== 'PUT' || !url.pathname.includes('/api/uploads/')) return
        upload = url.pathname.replace('/api/', '') + `?upload=${url.searchParams.get('upload')}`
        sent.push(url.searchParams.get('offset')!)
      })
      const choose = async () => {
        await session.open('/csv')
        await session.page.getByText('Options', { exact: true }).click()
        await session.page.getByLabel('Output').selectOption('jsonl')
        await session.page.locator('input[type=file]').setInputFiles(file)
        await session.click('Upload and start')
      }

      // The line breaks for whatever comes after the first two parts.
      const last = (url: URL) => Number(url.searchParams.get('offset')) >= 2 * part && url.pathname.includes('/api/uploads/')
      await session.page.route(last, route => route.abort())
      await choose()
      await session.seen(/The line broke/)
      const bar = session.page.getByRole('progressbar', { name: /^Upload of/ })
      await expect.poll(async () => Number(await bar.getAttribute('aria-valuenow')), { timeout: patience }).toBeGreaterThan(60)
      await session.host.until(upload, json => json.parts.length === 1 && json.parts[0].size === 2 * part)
      await session.page.unroute(last)
      await session.page.reload()
      sent.length = 0
      await choose()
      await session.page.getByRole('link', { name: 'large & long.csv' }).waitFor()

      expect(sent).toEqual([String(2 * part)])
      const job = await session.host.until('csv', json => json.jobs[0]?.status === 'Completed')
      expect(job.jobs).toHaveLength(1)
      expect([job.jobs[0].blob, job.jobs[0].total]).toEqual(['incoming/large & long.csv', rows])
      const { outputs } = await session.host.until(`csv/${job.jobs[0].id}`, json => json.status === 'Completed')
      expect(outputs.map((o: { name: string }) => o.name.split('/').at(-1))).toContain('clean.jsonl')
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })

  it('that is cancelled leaves nothing behind', async () => {
    const held = (url: URL) => url.pathname.includes('/api/uploads/') && url.searchParams.has('offset')
    await session.page.route(held, () => new Promise(() => {}))
    await session.open('/csv')
    await session.page.locator('input[type=file]').setInputFiles({ name: 'cancelled.csv', mimeType: 'text/csv', buffer: Buffer.from(`id\n${'1\n'.repeat(part)}`) })
    await session.click('Upload and start')
    await session.page.getByRole('button', { name: 'Cancel cancelled.csv' }).click()
    await session.page.getByRole('button', { name: 'Cancel cancelled.csv' }).waitFor({ state: 'detached' })
    expect((await session.host.send('GET', 'files/incoming?prefix=cancelled')).json.files).toEqual([])
  })
})
