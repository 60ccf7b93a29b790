import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

const program = ['Debug', 'Release'].map(c => resolve(import.meta.dirname, `../../local/bin/${c}/net10.0/Serverless.Local.dll`)).find(existsSync)
const browser = [process.env.CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(p => p && existsSync(p))

export const chromium = browser ?? ''

/** Why tests that need the host cannot run here; empty when they can. */
export const notBuilt = program ? '' : 'The local host was not built: dotnet build.'

/** Why tests that need a browser as well cannot run here; empty when they can. */
export const missing = browser ? notBuilt : 'There is no Chromium: apt-get install chromium, or name one in CHROMIUM.'

const patienceMs = 180_000

/** The real local host in a process and a folder of its own. */
export class Host {
  readonly folder = mkdtempSync(join(tmpdir(), 'dashboard-'))
  address = ''
  private child: ChildProcess | null = null

  constructor(private readonly settings: Record<string, string> = {}) {}

  async start(port = '0'): Promise<void> {
    const child = this.child = spawn('dotnet', [program!, '--port', port, '--data', this.folder], { stdio: ['ignore', 'pipe', 'ignore'], env: { ...process.env, ...this.settings } })
    this.address = await new Promise<string>((done, fail) => {
      let said = ''
      const timer = setTimeout(() => fail(new Error(`The host does not start: ${said}`)), patienceMs)
      child.once('exit', code => fail(new Error(`The host ended with ${code}: ${said}`)))
      child.stdout!.on('data', (text: Buffer) => {
        said += text.toString()
        const found = /Dashboard: (http\S+)/.exec(said)
        if (!found) return
        clearTimeout(timer)
        done(found[1]!)
      })
    })
  }

  get port(): string { return new URL(this.address).port }

  async stop(): Promise<void> {
    const child = this.child
    if (!child || child.exitCode !== null) return
    const ended = new Promise(done => child.once('exit', done))
    child.kill('SIGTERM')
    await ended
  }

  /** Ends at once whatever still runs in it. */
  async dispose(): Promise<void> {
    await this.stop()
    rmSync(this.folder, { recursive: true, force: true })
  }

  async send(method: string, path: string, body?: unknown): Promise<{ status: number; json: Record<string, unknown> }> {
    const answer = await fetch(new URL(path, new URL('../', this.address)), {
      method, ...(body !== undefined && { body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } }),
    })
    const text = await answer.text()
    return { status: answer.status, json: text ? JSON.parse(text) as Record<string, unknown> : {} }
  }

  /** Sends a file, or its lines. */
  async put(path: string, body: string): Promise<{ status: number; json: Record<string, unknown> }> {
    const answer = await fetch(new URL(path, new URL('../', this.address)), { method: 'PUT', body })
    return { status: answer.status, json: await answer.json() as Record<string, unknown> }
  }

  /** Asks until the answer is as it should be. */
  async until(path: string, holds: (json: Record<string, any>) => boolean): Promise<Record<string, any>> {
    const end = Date.now() + patienceMs
    for (;;) {
      const { json } = await this.send('GET', path)
      if (holds(json)) return json
      if (Date.now() > end) throw new Error(`${path} stays ${JSON.stringify(json)}`)
      await new Promise(done => setTimeout(done, 200))
    }
  }
}
