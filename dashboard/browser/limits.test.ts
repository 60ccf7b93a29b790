import { createHash } from 'node:crypto'
import { beforeAll, describe, expect, it } from 'vitest'
import { missing } from './host'
import { Session } from './session'

const looking = 'a key that may only look'
const evil = '<img src=x onerror="window.hacked=1">'

describe.skipIf(missing)('what only operators may do', () => {
  const session = new Session({
    Access__Keys__looker__Sha256: createHash('sha256').update(looking).digest('hex'), Access__Keys__looker__Role: 'Read',
  })
  const { host } = session
  let task = ''
  let run = ''
  let dead = ''
  beforeAll(async () => {
    task = String((await host.send('POST', 'tasks/demo.add', { args: { a: 1, b: 2 }, countdown: 86_400 })).json.id)
    dead = String((await host.send('POST', 'tasks/demo.fail', { args: { times: 9, class: 'BusinessRule' }, maxRetries: 0 })).json.id)
    await host.send('PUT', 'workflows/waiting', { steps: [{ name: 'approval', type: 'wait', signal: 'approved' }] })
    run = String((await host.send('POST', 'workflows/waiting/runs', {})).json.id)
    await host.send('PUT', 'workflows/asking', { steps: [{ name: 'release', type: 'approval' }] })
    await host.send('POST', 'workflows/asking/runs', {})
    await host.send('POST', 'batches', { id: 'open' })
    await host.send('PUT', 'alarms/old-mails', { when: 'queueAge', queue: 'email', after: '10m' })
    await host.send('PUT', 'schedules/nightly', { cron: '0 3 * * *', task: 'demo.add', args: { a: 1, b: 2 } })
    await host.until('queues/default', queue => queue.deadLettered > 0)
  })

  it('puts a limit, changes it, says what is wrong with it, and deletes it', async () => {
    const { page } = session
    await session.open('/limits')
    await session.seen('Nothing is limited.')
    await session.click('New limit')
    await page.getByLabel('Name', { exact: true }).fill('adding')
    await page.getByLabel('Tasks, by commas').fill(`demo.add, ${evil}`)
    await page.getByRole('combobox', { name: 'For' }).selectOption('each value of a key')
    await page.getByLabel('Key, JMESPath over the arguments').fill('a')
    await page.getByLabel('At once').fill('3')
    await page.getByLabel('Starts in a time').fill('100/1m')
    await session.click('Save')
    await page.getByRole('alert').filter({ hasText: 'onerror' }).waitFor()
    expect(await page.evaluate('window.hacked')).toBeUndefined()
    await page.getByLabel('Tasks, by commas').fill('demo.add')
    await page.getByText(/curl -X PUT .*"tasks":\["demo.add"\],"key":"a","concurrency":3,"rate":"100\/1m"/).waitFor()
    await session.click('Save')
    const row = page.getByRole('row').filter({ hasText: 'adding' })
    await row.getByText('100 in 1m').waitFor()
    await row.getByText('each value of a', { exact: true }).waitFor()
    expect((await host.send('GET', 'limits/adding')).json).toMatchObject({ tasks: ['demo.add'], key: 'a', concurrency: 3, rate: '100/1m' })
    await session.click('Change adding')
    await page.getByLabel('At once').fill('5')
    await page.getByLabel('Keys that may have several times as much').fill('7=2')
    await session.click('Save')
    await row.getByText('5 at once').waitFor()
    await row.getByText('7 × 2').waitFor()
    await session.click('Delete adding')
    await page.getByRole('dialog').getByText(/curl -X DELETE .*\/limits\/adding/).waitFor()
    await page.getByRole('dialog').getByRole('button', { name: 'Delete', exact: true }).click()
    await session.seen('Nothing is limited.')
    expect((await host.send('GET', 'limits/adding')).status).toBe(404)
  })

  it('is closed to a key that may only look, on every screen, and refused where it is tried all the same', async () => {
    await host.send('PUT', 'limits/adding', { tasks: ['demo.add'], rate: '1000/1s' })
    await session.page.addInitScript(key => sessionStorage.setItem('serverless-key', key), looking)
    const closed: Record<string, string[]> = {
      '/csv': ['Choose files'], '/tasks': ['Send a task'], [`/tasks/${task}`]: ['Revoke', 'Pause this task', 'Send again'], '/alarms': ['New alarm', 'Change old-mails', 'Switch off old-mails'], '/batches': ['Open a batch'], '/batches/open': ['Close'], '/approvals': ['Approve', 'Reject'], '/queues': ['Pause default'], '/queues/default': ['Pause', 'Purge'],
      '/limits': ['New limit', 'Change adding', 'Delete adding'], [`/dead/default/${dead}`]: ['Requeue'], '/workflows/waiting': ['Start a run'], [`/runs/${run}`]: ['Cancel', 'Send the signal'],
      '/schedules': ['New schedule'], '/schedules/nightly': ['Pause', 'Run now', 'Edit'], '/reports': ['Make yesterday’s report'],
    }
    for (const [screen, buttons] of Object.entries(closed)) {
      await session.show(screen)
      await session.seen('looker may only read')
      for (const name of buttons) {
        const button = session.page.getByRole('button', { name, exact: true }).first()
        await button.waitFor()
        expect(await button.isDisabled(), `${name} on ${screen}`).toBe(true)
      }
    }
    const status = await session.page.evaluate(async key => (await fetch(new URL('../limits/adding', location.href), { method: 'DELETE', headers: { 'x-functions-key': key } })).status, looking)
    expect(status).toBe(403)
    await session.show('/actions')
    const refused = session.page.getByRole('row').filter({ hasText: 'Limit delete' }).filter({ hasText: 'looker' })
    await refused.getByText('not allowed').waitFor()
    await refused.getByText('adding', { exact: true }).waitFor()
  })
})
