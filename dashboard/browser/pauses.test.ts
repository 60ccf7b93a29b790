import { describe, expect, it } from 'vitest'
import { missing } from './host'
import { Session } from './session'

describe.skipIf(missing)('what is paused', () => {
  const session = new Session()
  const { host } = session

  it('names a paused schedule and who paused it, and resumes it', async () => {
    await host.send('PUT', 'schedules/nightly', { cron: '30 2 * * *', task: 'demo.add', args: { a: 1, b: 2 } })
    await host.send('POST', 'schedules/nightly/pause')
    const { page } = session
    await session.open('/tasks')
    const row = page.getByRole('listitem').filter({ hasText: 'The schedule nightly is paused' })
    await row.getByText('by local').waitFor()
    await row.getByRole('button', { name: 'Resume', exact: true }).click()
    await page.getByRole('dialog').getByText(/curl -X POST .*\/schedules\/nightly\/resume/).waitFor()
    await page.getByRole('dialog').getByRole('button', { name: 'Resume', exact: true }).click()
    await row.waitFor({ state: 'detached' })
    expect((await host.send('GET', 'schedules/nightly')).json.definition).toMatchObject({ enabled: true })
  })

  it('names the breaker that paused a queue, and that it is being probed', async () => {
    const since = new Date().toISOString()
    const pauses = [{ kind: 'queue', name: 'email', since, breaker: 'payments', until: since, probing: true }]
    await session.page.route('**/api/pauses', route => route.fulfill({ json: { pauses } }))
    await session.open('/tasks')
    await session.seen('The queue email is paused')
    await session.seen('by the circuit breaker payments; a run finds out whether it goes on')
  })

  it('lists a queue that somebody paused by their name', async () => {
    await host.send('POST', 'queues/media/pause')
    await session.open('/tasks')
    const row = session.page.getByRole('listitem').filter({ hasText: 'The queue media is paused' })
    await row.getByText('by local').waitFor()
    await host.send('POST', 'queues/media/resume')
  })
})
