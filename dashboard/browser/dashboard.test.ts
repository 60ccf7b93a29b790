import type { Page } from 'playwright-core'
import { beforeEach, describe, expect, it } from 'vitest'
import { missing } from './host'
import { excessOf, Session, violationsOf } from './session'

// What would run if any text were taken for markup.
const evil = '<img src=x onerror="window.hacked=1">'

if (missing) console.warn(`The browser tests are skipped. ${missing}`)

describe.skipIf(missing)('the dashboard', () => {
  const session = new Session()
  const host = session.host
  let page: Page
  const open = (path: string) => session.open(path)
  const text = (what: string | RegExp) => page.getByText(what).first()
  const seen = (what: string | RegExp) => session.seen(what)
  const click = (name: string) => session.click(name)
  const idOf = (answer: { json: Record<string, unknown> }) => String(answer.json.id)
  beforeEach(() => { page = session.page })

  it('is where / leads', async () => {
    await page.goto(new URL('/', host.address).href)
    await page.getByRole('heading', { name: 'Overview' }).waitFor()
    expect(page.url()).toContain('/api/dashboard/')
  })

  it('asks nobody else', async () => {
    const others: string[] = []
    page.on('request', request => { if (new URL(request.url()).origin !== new URL(host.address).origin) others.push(request.url()) })
    await open('/')
    await seen('Runs a minute, last hour')
    expect(others).toEqual([])
  })

  it('previews a file, mends its schema, follows the job and marks the faulty cell', async () => {
    const name = 'orders & <b>co.csv'
    const lines = Array.from({ length: 200 }, (_, i) => `${i},${i === 7 ? 'seven' : i * 2},${i === 9 ? `"${evil.replaceAll('"', '""')}"` : 'text'}`)
    await open('/csv')
    await page.locator('input[type=file]').setInputFiles({ name, mimeType: 'text/csv', buffer: Buffer.from(`id,amount,"<i>note</i>"\n${lines.join('\n')}\n`) })
    await seen('Schema, inferred')
    await page.getByLabel('amount').selectOption('integer')
    await seen('Schema, mended')
    await page.getByRole('cell', { name: /seven/ }).locator('mark').waitFor()
    await click('Upload and start')
    await page.getByRole('link', { name }).click()
    await seen('completed')
    await page.getByRole('cell', { name: 'amount' }).first().waitFor()
    expect(await page.locator('mark').first().textContent()).toBe('seven')
    await page.getByRole('tab', { name: 'Columns' }).click()
    await seen('<i>note</i>')
    expect(await page.evaluate('window.hacked')).toBeUndefined()
    expect(await page.locator('main i i, main b.co').count()).toBe(0)
  })

  it('mends rejects: all with one value, one by itself, one left out', async () => {
    await host.send('PUT', 'files/schemas/mended.json', { fields: [
      { name: 'id', type: 'integer' }, { name: 'country', type: 'string', constraints: { enum: ['DE', 'FR'] } }, { name: 'note', type: 'string' },
    ] })
    const lines = Array.from({ length: 120 }, (_, i) => `${i === 5 || i === 6 ? 'x' : i},${i % 10 === 9 ? 'Germny' : 'DE'},${i === 9 ? evil.replaceAll('"', '') : 'text'}`)
    const answer = await fetch(new URL('../csv/mended.csv?schema=schemas/mended.json', host.address), { method: 'PUT', body: `id,country,note\n${lines.join('\n')}\n` })
    const id = (await answer.json() as { id: string }).id
    await host.until(`csv/${id}`, job => job.status === 'Completed')
    await open(`/csv/${id}`)
    await click('Mend row 10')
    await page.getByLabel('country', { exact: true }).fill('DE')
    await page.getByLabel('Apply to all 12 with “Germny” in country').check()
    await click('Keep the change')
    await seen('country: “Germny” becomes “DE” in 12 records')
    await click('Mend row 6')
    await page.getByLabel('id', { exact: true }).fill('5')
    await click('Keep the change')
    await click('Mend row 7')
    await click('Leave the record out')
    await page.getByLabel(/Your name/).fill('Ann <b>Onym</b>')
    await click('Send back')
    await seen('Mended by Ann <b>Onym</b>: 13 accepted, 1 left out')
    await seen('No record is left that was refused.')
    const clean = await (await fetch(new URL(`../files/processed/mended.csv/${id}/clean.csv`, host.address))).text()
    expect(clean.split('\n').filter(l => l.includes('DE,'))).toHaveLength(119)
    expect(clean).toContain('\n5,DE,text\n7,DE,text\n')
    expect(await page.evaluate('window.hacked')).toBeUndefined()
  })

  it('tells a refused argument as text', async () => {
    await open('/tasks')
    await click('Send a task')
    await page.getByLabel('Task', { exact: true }).first().fill('demo.add')
    await page.getByLabel('Arguments (JSON)').fill(JSON.stringify({ a: 1, b: 2, [evil]: evil }))
    await click('Send')
    await page.getByRole('alert').filter({ hasText: 'onerror' }).waitFor()
    expect(await page.evaluate('window.hacked')).toBeUndefined()
  })

  it('sends a task by the fields of its handler and shows its result without a reload', async () => {
    await open('/tasks')
    await click('Send a task')
    await page.getByLabel('Task', { exact: true }).first().fill('demo.add')
    const [json, first, second] = [page.getByLabel('Arguments (JSON)'), page.getByLabel('a required'), page.getByLabel('b required')]
    await first.fill('20')
    await first.press('Tab')
    await expect.poll(() => json.inputValue()).toContain('"a": 20')
    await second.fill('22')
    await second.press('Tab')
    await expect.poll(async () => JSON.parse(await json.inputValue()) as unknown).toEqual({ a: 20, b: 22 })
    await json.fill('{"a": 1, "b": 41}')
    await expect.poll(() => second.inputValue()).toBe('41')
    await click('Send')
    await page.getByRole('heading', { name: 'Result' }).waitFor()
    await seen('42')
  })

  it('hears of changes and shows them in their place, without losing what is chosen and where one has come to', async () => {
    const later = async () => idOf(await host.send('POST', 'tasks/demo.add', { args: { a: 1, b: 2 }, countdown: 86_400 }))
    const ids: string[] = []
    for (let i = 0; i < 30; i++) ids.push(await later())
    const [other, mine] = [ids[3]!, ids[5]!]
    const streamed = page.waitForRequest(request => request.url().includes('/api/events') && request.headers().accept === 'text/event-stream')
    await open('/tasks')
    await streamed
    const choice = page.getByLabel(`Choose ${mine}`)
    await choice.check()
    await seen(/1 task has not ended/)
    await choice.scrollIntoViewIfNeeded()
    const place = async () => (await choice.boundingBox())!.y
    const before = await place()
    expect(await page.evaluate(() => scrollY)).toBeGreaterThan(0)
    await host.send('DELETE', `tasks/${other}`)
    await page.getByRole('row').filter({ hasText: other }).getByText('revoked').waitFor()
    expect(await choice.isChecked()).toBe(true)
    expect(Math.abs(await place() - before)).toBeLessThan(2)
    const newest = await later()
    await page.getByRole('link', { name: 'demo.add' }).first().waitFor()
    await page.getByRole('row').filter({ hasText: newest }).waitFor({ state: 'attached' })
    expect([await choice.isChecked(), await choice.isVisible()]).toEqual([true, true])
    await page.close()
    for (const id of [...ids, newest]) await host.send('DELETE', `tasks/${id}`)
  })

  it('revokes all tasks that fit a filter, and says before how many', async () => {
    for (let i = 0; i < 55; i++) await host.send('POST', 'tasks/demo.sleep', { args: { seconds: 1 }, countdown: 86_400 })
    await open('/tasks?task=demo.sleep&state=PENDING')
    await page.getByLabel(/^Choose all on this page/).check()
    await click('Choose all that fit this filter')
    await seen(/55 tasks have not ended/)
    await click('Revoke 55')
    await page.getByRole('dialog').getByText('Revokes 55 tasks.').waitFor()
    await page.getByRole('dialog').getByText(/curl -X POST .*"kind":"revoke","task":"demo.sleep","state":"PENDING"/).waitFor()
    await page.getByRole('dialog').getByRole('button', { name: 'Revoke 55', exact: true }).click()
    await seen(/of 55 tasks done/)
    await seen('No task fits this filter.')
  })

  it('pauses a queue and resumes it', async () => {
    await open('/queues')
    await click('Pause media')
    await page.getByRole('dialog').getByText(/curl -X POST .*\/queues\/media\/pause/).waitFor()
    await page.getByRole('dialog').getByRole('button', { name: 'Pause', exact: true }).click()
    const row = page.getByRole('row').filter({ has: page.getByRole('link', { name: 'media', exact: true }) })
    await row.getByText('paused', { exact: true }).waitFor()
    expect((await host.send('GET', 'queues/media')).json.paused).toBe(true)
    await click('Resume media')
    await page.getByRole('dialog').getByRole('button', { name: 'Resume', exact: true }).click()
    await row.getByText('paused', { exact: true }).waitFor({ state: 'detached' })
    expect((await host.send('GET', 'queues/media')).json.paused).toBe(false)
  })

  it('retries chosen tasks that failed', async () => {
    const id = idOf(await host.send('POST', 'tasks/demo.fail', { args: { times: 1, class: 'BusinessRule' }, maxRetries: 0 }))
    await host.until(`tasks/${id}`, task => task.state === 'FAILURE')
    await host.until('queues/default', queue => queue.deadLettered > 0)
    await open('/tasks')
    await page.getByLabel(`Choose ${id}`).check()
    await click('Retry 1')
    await seen(/of 1 task done/)
    await host.until(`tasks/${id}`, task => task.redrives > 0)
  })

  it('shows what a handler logged, and finds a task by its tag', async () => {
    const id = idOf(await host.send('POST', 'tasks/demo.fail', { args: { times: 1, class: 'BusinessRule' }, maxRetries: 0, tags: ['customer:7'] }))
    await host.until(`tasks/${id}`, task => task.state === 'FAILURE')
    await open('/tasks')
    await page.getByLabel('Tag', { exact: true }).fill('customer:7')
    await page.getByLabel('Tag', { exact: true }).press('Enter')
    await page.getByRole('row').filter({ hasText: id }).getByRole('link').click()
    await seen('Attempt 0 of 1 that fail as told')
    await page.getByRole('link', { name: 'customer:7' }).click()
    expect(await page.getByLabel('Tag', { exact: true }).inputValue()).toBe('customer:7')
  })

  it('pauses a task by its name, says so where tasks are listed, and resumes it', async () => {
    const id = idOf(await host.send('POST', 'tasks/demo.sum', { args: { numbers: [1] }, countdown: 86_400 }))
    await open(`/tasks/${id}`)
    await click('Pause this task')
    await page.getByRole('dialog').getByRole('button', { name: 'Pause this task', exact: true }).click()
    await open('/tasks')
    await seen('The task demo.sum is paused')
    await click('Resume')
    await page.getByRole('dialog').getByText(/curl -X POST .*\/tasks\/demo.sum\/resume/).waitFor()
    await page.getByRole('dialog').getByRole('button', { name: 'Resume', exact: true }).click()
    await text('The task demo.sum is paused').waitFor({ state: 'detached' })
    expect((await host.send('GET', 'pauses')).json.pauses).toEqual([])
    await host.send('DELETE', `tasks/${id}`)
  })

  it('reruns a run with another input', async () => {
    const run = idOf(await host.send('POST', 'workflows/number_tour/runs', { input: { a: 1, b: 2, double: true, numbers: [1] } }))
    await host.until(`workflows/runs/${run}`, json => json.status === 'completed')
    await open(`/runs/${run}`)
    await click('Run with another')
    await page.getByLabel('Input of a new run (JSON)').fill('{"a": 40, "b": 2, "double": false, "numbers": [1]}')
    await click('Start with this input')
    await page.waitForURL(url => url.href.includes('/runs/') && !url.href.endsWith(run))
    await seen('completed')
  })

  it('shows the arguments of a task before it runs, and sends it again with others', async () => {
    const id = idOf(await host.send('POST', 'tasks/demo.add', { args: { a: 17, b: 4 }, countdown: 86_400 }))
    await open(`/tasks/${id}`)
    await page.getByRole('region', { name: 'Arguments' }).getByText('17').waitFor()
    await click('Send again')
    await page.getByLabel('Arguments (JSON)').fill('{"a": 20, "b": 4}')
    await click('Send')
    await page.waitForURL(url => url.href.includes('/tasks/') && !url.href.endsWith(id))
    await page.getByRole('heading', { name: 'Result' }).waitFor()
    await seen('24')
    await host.send('DELETE', `tasks/${id}`)
  })

  it('groups dead letters by their causes, and requeues one group alone', async () => {
    const send = async (name: string, args: unknown) => idOf(await host.send('POST', `tasks/${name}`, { args, maxRetries: 0, queue: 'data_processing' }))
    const failing = [await send('demo.fail', { times: 9, class: 'BusinessRule' }), await send('demo.fail', { times: 8, class: 'BusinessRule' })]
    const other = await send('demo.fail', { times: 9, class: 'Validation' })
    await host.until('queues/data_processing', queue => queue.deadLettered === 3)
    await open('/dead?queue=data_processing')
    await seen('3 dead letters in 2 groups')
    await page.getByRole('listitem').filter({ hasText: 'BusinessRule' }).getByRole('button', { name: 'Requeue 2 tasks', exact: true }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByText(/curl -X POST .*"group":"[0-9a-f]{16}"/).waitFor()
    await dialog.getByRole('button', { name: 'Requeue 2 tasks', exact: true }).click()
    await seen('2 requeued')
    for (const id of failing) await host.until(`tasks/${id}`, task => task.redrives === 1)
    expect((await host.send('GET', `tasks/${other}`)).json.redrives).toBe(0)
  })

  it('follows a batch from its opening to its callback', async () => {
    await open('/batches')
    await click('Open a batch')
    await page.getByLabel('Id', { exact: true }).fill('import-7')
    await page.getByLabel('Description').fill(evil)
    const callback = page.getByRole('group', { name: 'Sent when all have ended' })
    await callback.getByLabel('Task').fill('demo.add')
    await callback.getByLabel('Arguments (JSON)').fill('{"a": 20, "b": 1}')
    await page.getByText(/curl -X POST .*"id":"import-7".*"onCompletion":{"task":"demo.add","args":{"a":20,"b":1}}/).waitFor()
    await click('Open')
    await page.getByRole('heading', { name: evil }).waitFor()
    for (const a of [1, 2]) await host.send('POST', 'tasks/demo.add', { args: { a, b: 1 }, batch: 'import-7' })
    await page.getByRole('link', { name: '2 succeeded' }).waitFor()
    await click('Close')
    await page.getByRole('dialog').getByRole('button', { name: 'Close', exact: true }).click()
    await page.getByRole('link', { name: 'sent', exact: true }).waitFor()
    await seen('completed')
    await page.getByRole('link', { name: 'All of them' }).click()
    await expect.poll(() => page.getByRole('link', { name: 'demo.add' }).count()).toBe(2)
    expect(await page.evaluate('window.hacked')).toBeUndefined()
  })

  it('puts an alarm, says what is wrong with it, switches it off and deletes it', async () => {
    await open('/alarms')
    await seen('Nobody is told of anything.')
    await click('New alarm')
    await page.getByLabel('Name', { exact: true }).fill('many-failures')
    await page.getByRole('combobox', { name: 'When' }).selectOption('many runs fail')
    await page.getByLabel('Failing, percent').fill('25')
    await page.getByLabel('Quiet time').fill('30m')
    await page.getByLabel('Mail to, by commas').fill(evil)
    await click('Save')
    await page.getByRole('alert').filter({ hasText: 'emails' }).waitFor()
    await page.getByLabel('Mail to, by commas').fill('ada@example.org')
    await page.getByText(/curl -X PUT .*"above":0.25,"quiet":"30m","emails":\["ada@example.org"\]/).waitFor()
    await click('Save')
    const row = page.getByRole('row').filter({ hasText: 'many-failures' })
    await row.getByText('when more than 25 % of any task fail').waitFor()
    await row.getByRole('button', { name: 'Switch off many-failures' }).click()
    await row.getByText('off', { exact: true }).waitFor()
    expect((await host.send('GET', 'alarms/many-failures')).json.definition).toMatchObject({ enabled: false, quiet: '30m' })
    await row.getByRole('button', { name: 'Delete many-failures' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Delete', exact: true }).click()
    await seen('Nobody is told of anything.')
    expect(await page.evaluate('window.hacked')).toBeUndefined()
  })

  it('approves what waits for a decision', async () => {
    await host.send('PUT', 'workflows/paying', { steps: [
      { name: 'release', type: 'approval', ask: { email: 'ada@example.org', subject: `Pay it? ${evil}`, message: 'It is due.', details: { amount: '$.input.amount' } } },
      { name: 'pay', type: 'task', task: 'demo.add', args: { a: 1, b: 2 } },
    ] })
    const run = idOf(await host.send('POST', 'workflows/paying/runs', { input: { amount: 4711 } }))
    await open('/approvals')
    const card = page.getByRole('region', { name: `Approval release of ${run}` })
    await card.getByText('4711').waitFor()
    await page.getByRole('link', { name: /^Approvals\s*: 1$/ }).waitFor()
    await card.getByLabel('Your name').fill('Ann')
    await card.getByRole('button', { name: 'curl' }).click()
    await card.getByText(/curl -X POST .*"approved":true,"by":"Ann"/).waitFor()
    await card.getByRole('button', { name: 'Approve', exact: true }).click()
    await card.waitFor({ state: 'detached' })
    await page.getByRole('link', { name: 'Approvals', exact: true }).waitFor()
    expect((await host.until(`workflows/runs/${run}`, json => json.status === 'completed')).steps[0].result).toMatchObject({ approved: true, by: 'Ann' })
    expect(await page.evaluate('window.hacked')).toBeUndefined()
  })

  it('requeues a dead letter', async () => {
    const id = idOf(await host.send('POST', 'tasks/demo.fail', { args: { times: 9, class: 'BusinessRule' }, maxRetries: 0 }))
    await host.until(`tasks/${id}`, task => task.state === 'FAILURE')
    await host.until('queues/default', queue => queue.deadLettered > 0)
    await open('/dead')
    await page.getByRole('button', { name: 'demo.fail' }).first().click()
    await page.getByRole('link', { name: id }).click()
    await click('Requeue')
    await seen(/requeued/)
    await host.until(`tasks/${id}`, task => task.redrives > 0)
  })

  it('shows a run as it goes, and cancels it', async () => {
    await host.send('PUT', 'workflows/watched', { steps: [
      { name: 'first', type: 'task', task: 'demo.add', args: { a: 1, b: 2 } }, { name: 'long', type: 'task', task: 'demo.sleep', args: { seconds: 1200 } },
    ] })
    await open('/workflows/watched')
    await click('Start a run')
    await page.getByRole('button', { name: /^first.*completed$/ }).waitFor()
    await page.getByRole('button', { name: /^long.*running$/ }).waitFor()
    await click('Cancel')
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel', exact: true }).click()
    await seen('cancelled')
  })

  it('sends the signal that a step waits for', async () => {
    await host.send('PUT', 'workflows/waiting', { steps: [{ name: 'approval', type: 'wait', signal: 'approved' }] })
    const run = idOf(await host.send('POST', 'workflows/waiting/runs', {}))
    await open(`/runs/${run}`)
    await page.getByLabel('Payload (JSON object)').fill('{"by": "Ann"}')
    await click('Send the signal')
    await seen('completed')
    expect((await host.until(`workflows/runs/${run}`, json => json.status === 'completed')).steps[0].result).toMatchObject({ by: 'Ann' })
  })

  it('finds runs by the text of their id', async () => {
    const run = idOf(await host.send('POST', 'workflows/number_tour/runs', { runId: 'order-4711', input: { numbers: [1] } }))
    await open('/workflows')
    await page.getByLabel('Text', { exact: true }).fill('ORDER-47')
    await page.getByLabel('Text', { exact: true }).press('Enter')
    await seen(run)
    await page.getByLabel('State', { exact: true }).selectOption('suspended')
    await seen('No run fits this filter.')
  })

  it('notes who did what', async () => {
    await host.send('POST', 'queues/media/pause')
    await host.send('POST', 'queues/media/resume')
    await open('/actions')
    await page.getByRole('row').filter({ hasText: 'Queue resume' }).first().getByText('media').waitFor()
  })

  it('pauses and resumes a schedule', async () => {
    await host.send('PUT', 'schedules/nightly', { cron: '30 2 * * MON-FRI', timeZone: 'Europe/Berlin', task: 'demo.add', args: { a: 1, b: 2 } })
    await open('/schedules/nightly')
    await seen('at 02:30, Monday to Friday')
    await click('Pause')
    await seen('None while it is paused.')
    expect((await host.send('GET', 'schedules/nightly')).json.definition).toMatchObject({ enabled: false })
    await click('Resume')
    await page.getByRole('button', { name: 'Pause', exact: true }).waitFor()
  })

  it('puts a schedule, says what is wrong with it, and changes it', async () => {
    await open('/schedules')
    await click('New schedule')
    await page.getByLabel('Name', { exact: true }).fill('hourly')
    await page.getByLabel('Cron').fill('61 * * * *')
    await page.getByLabel('Its name').fill('demo.add')
    await page.getByLabel('Arguments (JSON)').fill('{"a": 1, "b": 2}')
    await click('Save')
    await page.getByRole('alert').filter({ hasText: 'cron' }).waitFor()
    await page.getByLabel('Cron').fill('5 * * * *')
    await click('Save')
    await page.getByRole('link', { name: 'hourly' }).click()
    await click('Edit')
    await page.getByRole('form', { name: 'Edit hourly' }).getByLabel('Cron').fill('10 * * * *')
    await click('Save')
    await expect.poll(async () => (await host.send('GET', 'schedules/hourly')).json.definition).toMatchObject({ cron: '10 * * * *', args: { a: 1, b: 2 } })
  })

  it('shows an action as the command that does the same', async () => {
    await open('/schedules/nightly')
    await click('curl')
    await seen(new RegExp(`curl -X POST 'http://.*/api/schedules/nightly/run'`))
  })

  it.each(['light', 'dark'] as const)('has no accessibility violation and fits 390 px on any screen, %s', async theme => {
    const job = (await host.until('csv', json => json.jobs.length > 0)).jobs[0].id as string
    const run = (await host.send('GET', 'workflows/runs')).json.runs as { id: string }[]
    const task = (await host.send('GET', 'tasks')).json.tasks as { id: string }[]
    const waiting = idOf(await host.send('POST', 'workflows/paying/runs', { input: { amount: 1 } }))
    await host.until('approvals', json => json.approvals.some((a: { runId: string }) => a.runId === waiting))
    const screens = [
      '/', '/alarms', '/batches', '/batches/import-7', '/approvals', `/runs/${waiting}`, '/csv', `/csv/${job}`, '/tasks', `/tasks/${task[0]!.id}`, '/queues', '/queues/default', '/limits', '/dead', '/workflows', '/workflows/watched', `/runs/${run[0]!.id}`,
      '/schedules', '/schedules/nightly', '/mail', '/reports', '/actions',
    ]
    for (const width of [390, 1280]) {
      page = await session.renew({ colorScheme: theme, viewport: { width, height: 844 }, reducedMotion: 'reduce' })
      for (const screen of screens) {
        await session.show(screen)
        expect(await violationsOf(page), `${screen} at ${width}`).toEqual([])
        expect(await excessOf(page), `${screen} at ${width}`).toBeLessThanOrEqual(0)
      }
    }
  })

  it('goes on by itself after a restart of the host', async () => {
    await open('/schedules/nightly')
    await seen('Next runs, in your time')
    const port = host.port
    await host.stop()
    await seen(/The app does not answer/)
    await host.start(port)
    await text(/The app does not answer/).waitFor({ state: 'detached', timeout: 180_000 })
    await seen('Next runs, in your time')
  })
})
