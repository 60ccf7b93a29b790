import { describe, expect, it } from 'vitest'
import type { Alarm } from '../src/api/types'
import { bodyOf, formOf, switching, watchOf } from '../src/lib/alarms'

type Given = Omit<Alarm['definition'], 'enabled'> & { enabled?: boolean }

const alarm = (definition: Given): Alarm =>
  ({ name: 'mine', definition: { enabled: true, ...definition }, isRaised: false, causes: [], told: 0, created: '2026-01-01T00:00:00Z', updated: '2026-01-01T00:00:00Z' })

const definitions: [string, Given][] = [
  ['a message of email waits 10m', { when: 'queueAge', queue: 'email', after: '10m', quiet: '2h', emails: ['a@example.org', 'b@example.org'] }],
  ['any schedule is 5m late', { when: 'scheduleLate', after: '5m', webhooks: ['https://example.org/a'] }],
  ['more than 12.5 % of demo.add fail, 3 times as many as before', { when: 'failureRate', task: 'demo.add', above: 0.125, times: 3, minRuns: 20, within: '15m' }],
  ['more than 50 % of any task fail', { when: 'failureRate', above: 0.5, enabled: false }],
]

describe('an alarm', () => {
  it.each(definitions)('that is raised when %s', (words, definition) => {
    expect(watchOf(alarm(definition))).toBe(words)
    expect(bodyOf(formOf(alarm(definition)))).toEqual(definition)
  })

  it('is switched off and on by its definition', () => {
    const definition = definitions[0]![1]
    expect(switching(alarm(definition)).body).toEqual({ ...definition, enabled: false })
    expect(switching(alarm({ ...definition, enabled: false }))).toMatchObject({ label: 'Switch on', method: 'PUT', path: 'alarms/mine', body: { enabled: true } })
  })

  it('sends what is no number as it was typed', () => {
    expect(bodyOf({ ...formOf(), when: 'failureRate', above: 'many' })).toEqual({ when: 'failureRate', above: 'many' })
  })
})
