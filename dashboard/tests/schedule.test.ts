import { flushPromises, mount } from '@vue/test-utils'
import { afterEach, expect, it, vi } from 'vitest'
import { createMemoryHistory, createRouter } from 'vue-router'
import ScheduleScreen from '../src/screens/ScheduleScreen.vue'

const since = new Date(Date.now() - 3_600_000).toISOString()

afterEach(() => vi.unstubAllGlobals())

async function show(paused: { since: string, by?: string } | null): Promise<string> {
  const schedule = {
    name: 'nightly', definition: { cron: '0 3 * * *', timeZone: 'UTC', workflow: 'import', enabled: !paused }, nextRuns: [], waiting: [],
    started: 0, skipped: 0, missed: 0, failed: 0, created: since, updated: since, paused,
  }
  vi.stubGlobal('fetch', async () => new Response(JSON.stringify(schedule), { headers: { 'content-type': 'application/json' } }))
  const router = createRouter({ history: createMemoryHistory(), routes: [{ path: '/:name?', component: ScheduleScreen }] })
  await router.push('/nightly')
  const screen = mount(ScheduleScreen, { global: { plugins: [router] } })
  await flushPromises()
  const text = screen.text().replace(/\s+/g, ' ')
  screen.unmount()
  return text
}

it('says who paused it and since when', async () => {
  expect(await show({ since, by: 'ada' })).toMatch(/paused (an|1) h\S* ago by ada/)
  expect(await show({ since })).toMatch(/paused (an|1) h\S* ago(?! by)/)
  expect(await show(null)).not.toMatch(/ago by|paused (an|1)/)
})
