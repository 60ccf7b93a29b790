import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { type Browser, type BrowserContextOptions, chromium as launcher, type Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach } from 'vitest'
import { chromium, Host } from './host'

/** As long as slow machines take. */
export const patience = 120_000

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** A host and a browser for the tests of a file, and a new page for each of them. */
export class Session {
  readonly host: Host
  page!: Page
  private browser!: Browser

  /** Registers what starts and ends them. */
  constructor(settings: Record<string, string> = {}) {
    this.host = new Host(settings)
    beforeAll(async () => {
      await this.host.start()
      this.browser = await launcher.launch({ executablePath: chromium, args: ['--no-sandbox'] })
    })
    afterAll(async () => {
      await this.browser?.close()
      await this.host.dispose()
    })
    beforeEach(() => this.renew())
  }

  /** Another page, in a context of its own. */
  async renew(options: BrowserContextOptions = {}): Promise<Page> {
    await this.page?.context().close()
    this.page = await (await this.browser.newContext(options)).newPage()
    this.page.setDefaultTimeout(patience)
    return this.page
  }

  async open(path: string): Promise<void> {
    await this.page.goto(`${this.host.address}#${path}`)
  }

  /** Opens a screen anew, and returns once it shows what it asked for. */
  async show(path: string): Promise<void> {
    await this.page.goto('about:blank')
    await this.open(path)
    await this.page.getByRole('heading', { level: 1 }).waitFor()
    await this.page.locator('main[aria-busy=false]').waitFor()
  }

  seen(what: string | RegExp): Promise<void> {
    return this.page.getByText(what).first().waitFor()
  }

  click(name: string): Promise<void> {
    return this.page.getByRole('button', { name, exact: true }).first().click()
  }
}

/** The accessibility faults of what a page shows, each with its first place. */
export async function violationsOf(page: Page): Promise<string[]> {
  await page.evaluate(axe)
  return page.evaluate(async () => {
    const result = await (window as unknown as { axe: { run: () => Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> } }).axe.run()
    return result.violations.map(v => `${v.id}: ${v.nodes[0]!.html}`)
  })
}

/** By how many pixels a page is wider than its window. */
export const excessOf = (page: Page): Promise<number> => page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
