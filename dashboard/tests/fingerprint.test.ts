import { describe, expect, it } from 'vitest'
import type { DeadLetter } from '../src/api/types'
import { blank, groupsOf, overTime } from '../src/lib/fingerprint'

const letter = (id: string, description: string, deadLettered: string, task = 'mail.send'): DeadLetter =>
  ({ id, lane: 'email', number: 1, task, reason: 'Timeout', exceptionType: 'System.TimeoutException', description, deadLettered })

describe('blank', () => {
  it.each([
    ['Order 10231 took 3.5 s', 'Order … took … s'], ['at 12:30:05', 'at …'], ['id 0f8fad5b-d9cb-469f-a165-70867728950e is gone', 'id … is gone'],
    ['run 01a22421fd3471e28d03d21efb0fd54f failed', 'run … failed'], ['no such file', 'no such file'],
  ])('%s', (message, text) => expect(blank(message)).toBe(text))
})

it('groups what differs in numbers only, the largest first', () => {
  const groups = groupsOf([
    letter('1', 'Refused', '2026-01-01T00:00:00Z'), letter('2', 'Order 1 late', '2026-01-03T00:00:00Z'), letter('3', 'Order 22 late', '2026-01-02T00:00:00Z'),
    letter('4', 'Order 3 late', '2026-01-02T00:00:00Z', 'other.task'),
  ])
  expect(groups.map(g => g.letters.map(l => l.id))).toEqual([['2', '3'], ['1'], ['4']])
  expect([groups[0]!.first, groups[0]!.last]).toEqual(['2026-01-02T00:00:00Z', '2026-01-03T00:00:00Z'])
})

it('counts over time, both ends included', () => {
  const at = (seconds: number) => new Date(seconds * 1000).toISOString()
  expect(overTime([at(0), at(9), at(5), at(10), at(11)], 0, 10_000, 2)).toEqual([1, 3])
})
