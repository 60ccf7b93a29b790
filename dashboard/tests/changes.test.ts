import { mount, type VueWrapper } from '@vue/test-utils'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { defineComponent, h } from 'vue'
import type { ChangePage } from '../src/lib/changes'

// The app, as far as these tests need it: what it is asked, and a stream that says what a test lets it say.
class Stream extends EventTarget {
  static readonly CLOSED = 2
  static readonly OPEN = 1
  static all: Stream[] = []
  readyState = 1
  onerror: (() => void) | null = null
  constructor(readonly url: URL) {
    super()
    Stream.all.push(this)
  }
  close(): void { this.readyState = Stream.CLOSED }
  say(page: Partial<ChangePage>): void {
    this.dispatchEvent(new MessageEvent('changes', { data: JSON.stringify({ changes: [], next: 'c1', reset: false, ...page }) }))
  }
  fail(): void {
    this.readyState = Stream.CLOSED
    this.onerror?.()
  }
}

let asked: string[] = []
let events: () => unknown
// Answers that are there at once, so that nothing waits for what no test turns on.
const answer = (body: unknown, status = 200) => ({ ok: status < 300, status, json: async () => body, text: async () => JSON.stringify(body) })
let hidden = false
let shown: VueWrapper
let stop: () => void
const askedFor = (path: string) => asked.filter(a => a === path).length
const task = (id: string | null) => ({ kind: 'task' as const, id, state: 'SUCCESS', at: '2026-01-31T12:00:00Z', count: 1 })
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms)

function hide(on: boolean): void {
  hidden = on
  document.dispatchEvent(new Event('visibilitychange'))
}

/** A screen with the list of tasks and one task, on a host of this name. */
async function show(host: string): Promise<void> {
  vi.resetModules()
  Object.defineProperty(document, 'hidden', { configurable: true, get: () => hidden })
  window.location.href = `http://${host}/api/dashboard/`
  const { startChanges } = await import('../src/lib/changes')
  const { usePoll } = await import('../src/lib/poll')
  const { get } = await import('../src/api/http')
  stop = startChanges()
  shown = mount(defineComponent({
    setup() {
      usePoll(signal => get('tasks', signal), [], { kinds: ['task'] })
      usePoll(signal => get('tasks/a', signal), [], { kinds: ['task'], id: 'a' })
      return () => h('p')
    },
  }))
  await pass(0)
}

beforeEach(() => {
  vi.useFakeTimers()
  asked = []
  hidden = false
  Stream.all = []
  events = () => answer({ changes: [], next: 'c1', reset: false })
  vi.stubGlobal('EventSource', Stream)
  vi.stubGlobal('fetch', async (url: URL) => {
    const path = `${url.pathname}${url.search}`.replace(/^.*?\/api\//, '')
    asked.push(path)
    return path.startsWith('events') ? events() : answer({})
  })
})
afterEach(() => {
  shown.unmount()
  stop()
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

it('hears on the own machine what changes, and reads that alone', async () => {
  await show('localhost')
  Stream.all[0]!.say({})
  await pass(2000)
  asked = []
  await pass(10_000)
  expect(asked).toEqual([])
  Stream.all[0]!.say({ changes: [task('b')] })
  await pass(1000)
  expect(asked).toEqual(['tasks'])
  Stream.all[0]!.say({ changes: [task('a')] })
  await pass(1000)
  expect([askedFor('tasks'), askedFor('tasks/a')]).toEqual([2, 1])
  Stream.all[0]!.say({ changes: [task(null)] })
  await pass(1000)
  expect([askedFor('tasks'), askedFor('tasks/a')]).toEqual([3, 2])
})

it('reads what changes fast about once a second', async () => {
  await show('localhost')
  Stream.all[0]!.say({})
  await pass(2000)
  asked = []
  for (let i = 0; i < 100; i++) {
    Stream.all[0]!.say({ changes: [task('a')] })
    await pass(100)
  }
  expect(askedFor('tasks/a')).toBeGreaterThan(8)
  expect(askedFor('tasks/a')).toBeLessThan(15)
})

it('asks by itself when the stream fails, and begins another where the first ended', async () => {
  await show('localhost')
  Stream.all[0]!.say({ next: 'c7' })
  await pass(2000)
  asked = []
  Stream.all[0]!.fail()
  await pass(4500)
  expect(askedFor('tasks')).toBeGreaterThanOrEqual(2)
  await pass(1000)
  expect(Stream.all[1]!.url.search).toBe('?after=c7')
})

it('asks for nothing while it is hidden, and goes on where it was', async () => {
  await show('localhost')
  Stream.all[0]!.say({ next: 'c7' })
  await pass(2000)
  hide(true)
  asked = []
  expect(Stream.all[0]!.readyState).toBe(Stream.CLOSED)
  await pass(60_000)
  expect([asked, Stream.all.length]).toEqual([[], 1])
  hide(false)
  await pass(100)
  expect(Stream.all[1]!.url.search).toBe('?after=c7')
  expect(askedFor('tasks')).toBe(1)
})

it('asks elsewhere for what changed, and reads nothing when nothing did', async () => {
  await show('app.azurewebsites.net')
  await pass(2000)
  expect(Stream.all).toEqual([])
  asked = []
  events = () => answer(null, 304)
  await pass(10_000)
  expect([...new Set(asked)]).toEqual(['events?after=c1'])
  expect(asked.length).toBeGreaterThanOrEqual(3)
  events = () => answer({ changes: [task('a')], next: 'c2', reset: false })
  await pass(3500)
  expect(askedFor('tasks/a')).toBeGreaterThanOrEqual(1)
  hide(true)
  asked = []
  await pass(60_000)
  expect(asked).toEqual([])
})

it('reads all of it again when it was away for too long', async () => {
  await show('app.azurewebsites.net')
  await pass(2000)
  asked = []
  events = () => answer({ changes: [], next: 'c2', reset: true })
  await pass(3000)
  expect([askedFor('tasks'), askedFor('tasks/a')].every(n => n >= 1)).toBe(true)
})
