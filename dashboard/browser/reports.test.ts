import { mkdirSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { missing } from './host'
import { excessOf, Session, violationsOf } from './session'
import { storeBlob } from './storage'

// A day that is over, however late the test runs.
const day = new Date(Date.now() - 24 * 3_600_000).toISOString().slice(0, 10)

const line = (name: string, runs: number, failed: number, seconds: number) => ({
  name, runs, succeeded: runs - failed - 3, failed, retried: 3, revoked: 0, successRate: (runs - failed) / runs, meanSeconds: seconds / 4, p95Seconds: seconds * 0.8, maxSeconds: seconds,
  slowest: '019acf3e4b1c7d0e9a5b3c2d1e0f4a6b',
})
const figures = {
  date: day, made: `${day}T23:59:59Z`, total: line('all', 1_234_567, 42, 3723), tasks: [line('email.send', 1_200_000, 40, 61), line('a.task.whose.name_is_longer.than_any_column.can_hold', 34_000, 0, 3723.5), line('demo.add', 567, 2, 0.0004)],
  queues: [{ runs: line('default', 34_567, 2, 3723.5), deadLetters: 42, waiting: 1_000_000 }, { runs: line('email', 1_200_000, 40, 61), deadLetters: 0, waiting: 0 }, { runs: line('media', 0, 0, 0), deadLetters: 0, waiting: 0 }],
  hours: Array.from({ length: 24 }, (_, hour) => ({ hour, runs: hour * 4300, failed: hour % 7 })), errors: [{ error: 'Connection', runs: 31 }, { error: 'Validation', runs: 11 }],
  csv: { jobs: 12, completed: 11, failed: 1, rows: 98_765_432, rejected: 1234, rowsPerSecond: 845_123.5, largest: [
    { id: 'csv-0123456789abcdef0123456789abcdef', path: 'customers/of the whole year/2025/orders & <b>returns</b>.csv', state: 'Completed', rows: 98_000_000, rejected: 1200, seconds: 116.2 },
    { id: 'csv-fedcba9876543210fedcba9876543210', path: 'broken.csv', state: 'Failed', rows: null, rejected: null, seconds: 1.2 },
  ] },
  mail: { jobs: 3, completed: 3, failed: 0, sent: 1_199_960, refused: 40, suppressed: 7 },
}

describe.skipIf(missing)('a report', () => {
  const session = new Session()

  /** Looks at a page as it is stored: the app serves it in a sandbox, in which nothing can be asked. */
  async function look(html: string, name: string): Promise<void> {
    for (const colorScheme of ['light', 'dark'] as const) {
      for (const width of [390, 1280]) {
        const page = await session.renew({ colorScheme, viewport: { width, height: 844 } })
        await page.setContent(html)
        expect(await violationsOf(page), `${name}, ${colorScheme}, ${width} px`).toEqual([])
        expect(await excessOf(page), `${name} at ${width}`).toBeLessThanOrEqual(0)

        // What is drawn is drawn in letters of a size that can be read, whatever it is scaled to.
        const small = await page.locator('svg text').evaluateAll(texts => texts.map(t => {
          const svg = (t as SVGTextElement).ownerSVGElement!
          return parseFloat(getComputedStyle(t).fontSize) * svg.getBoundingClientRect().width / svg.viewBox.baseVal.width
        }).filter(size => size < 11))
        expect(small, `${name} at ${width}`).toEqual([])
        // No figure is broken in two.
        const broken = await page.locator('.key dd').evaluateAll(figures => figures.filter(f => f.firstChild!.nodeType === Node.TEXT_NODE && (() => {
          const range = document.createRange()
          range.selectNode(f.firstChild!)
          return range.getClientRects().length > 1
        })()).map(f => f.textContent))
        expect(broken, `${name} at ${width}`).toEqual([])
        const cut = await page.locator('th, td').evaluateAll(cells => cells.filter(c => c.scrollWidth > c.clientWidth + 1 && getComputedStyle(c).position !== 'absolute').map(c => c.textContent))
        expect(cut, `${name} at ${width}`).toEqual([])
        if (process.env.SHOTS) {
          mkdirSync(process.env.SHOTS, { recursive: true })
          await page.screenshot({ path: `${process.env.SHOTS}/${name}-${width}-${colorScheme}.png`, fullPage: true })
        }
      }
    }
  }

  it('of a file can be read on any screen, in both themes, and by whoever cannot see it', async () => {
    const lines = Array.from({ length: 3000 }, (_, i) => [
      i, i % 97 === 0 ? 'many' : (i * 37) % 1000, `${1 + i % 28}.${1 + i % 12}.2025`, ['Germany', 'France', '<b>Spain</b>', 'a country whose name is so long that it hardly fits anywhere'][i % 4], i % 5 ? `note ${i}` : '',
    ].join(';'))
    const schema = { fields: [
      { name: 'id', type: 'integer' }, { name: 'amount of the order in cents', type: 'integer' }, { name: 'ordered_on', type: 'date', format: '%d.%m.%Y' },
      { name: 'country', type: 'string', constraints: { enum: ['Germany', 'France', '<b>Spain</b>'] } }, { name: 'note', type: 'string' },
    ] }
    await session.host.send('PUT', 'files/schemas/reported.json', schema)
    const { json } = await session.host.put('csv/orders%20of%202025.csv?schema=schemas/reported.json', `id;amount of the order in cents;ordered_on;country;note\n${lines.join('\n')}\n`)
    const job = await session.host.until(`csv/${String(json.id)}`, job => job.status === 'Completed')
    const report = job.outputs.find((o: { name: string }) => o.name.endsWith('/report.html'))
    const html = await (await fetch(new URL(report.url as string, session.host.address))).text()
    await look(html, 'report')
  })

  it('of a day can be read on any screen, in both themes, and by whoever cannot see it', async () => {
    // Whoever stores its figures first decides what the report says.
    await storeBlob(session.host.folder, 'reports', `${day}/report.json`, JSON.stringify(figures))
    const { json } = await session.host.send('POST', 'tasks/reports.daily', { args: { date: day } })
    await session.host.until(`tasks/${String(json.id)}`, task => task.state === 'SUCCESS')
    const html = await (await fetch(new URL(`../reports/${day}?format=html`, session.host.address))).text()
    await look(html, 'day')
  })
})
