import { flushPromises, mount } from '@vue/test-utils'
import { afterEach, expect, it, vi } from 'vitest'
import type { PausePage } from '../src/api/types'
import PauseList from '../src/components/PauseList.vue'
import { resuming } from '../src/lib/pauses'

const since = new Date().toISOString()
const pauses: PausePage['pauses'] = [
  { kind: 'queue', name: 'email', since, breaker: 'payments', until: since, probing: false },
  { kind: 'queue', name: 'media', since, breaker: 'images', until: since, probing: true },
  { kind: 'schedule', name: 'nightly', since, by: 'ada', probing: false },
  { kind: 'queue', name: 'reports', probing: false },
]

afterEach(() => vi.unstubAllGlobals())

it('names who paused what, a breaker as well as somebody', async () => {
  vi.stubGlobal('fetch', async () => new Response(JSON.stringify({ pauses }), { headers: { 'content-type': 'application/json' } }))
  const list = mount(PauseList)
  await flushPromises()
  const rows = list.findAll('li').map(row => row.find('span').text().replace(/\s+/g, ' '))
  expect(rows[0]).toMatch(/^The queue email is paused .* by the circuit breaker payments$/)
  expect(rows[1]).toMatch(/^The queue media is paused .* by the circuit breaker images; a run finds out whether it goes on$/)
  expect(rows[2]).toMatch(/^The schedule nightly is paused .* by ada$/)
  expect(rows[3]).toBe('The queue reports is paused')
  list.unmount()
})

it.each([
  ['task', 'demo.add', 'tasks/demo.add/resume', /within two minutes/], ['tenant', 'a/b', 'tenants/a%2Fb/resume', /within two minutes/],
  ['queue', 'email', 'queues/email/resume', /hands out/], ['schedule', 'nightly', 'schedules/nightly/resume', /next due time/],
])('resumes a %s by its own endpoint, and says what follows', (kind, name, path, said) => {
  const action = resuming({ kind, name })
  expect([action.path, action.method]).toEqual([path, 'POST'])
  expect(action.done).toMatch(said)
})
