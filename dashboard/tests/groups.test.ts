import { expect, it } from 'vitest'
import type { DeadLetterGroup } from '../src/api/types'
import { lastDay, merge } from '../src/lib/groups'

const group = (key: string, count: number, first: string, last: string, hours: DeadLetterGroup['hours'] = []): DeadLetterGroup =>
  ({ key, count, first, last, lastId: `${key} ${last}`, hours, message: 'Order … late' })

it('adds up what two answers have of a group, the largest first', () => {
  const merged = merge(
    [group('a', 2, '2026-01-02T00:00:00Z', '2026-01-03T00:00:00Z', [{ at: '2026-01-03T00:00:00Z', count: 2 }]), group('b', 4, '2026-01-01T00:00:00Z', '2026-01-01T00:00:00Z')],
    [group('c', 1, '2026-01-01T00:00:00Z', '2026-01-01T00:00:00Z'), group('a', 3, '2026-01-01T00:00:00Z', '2026-01-02T00:00:00Z', [{ at: '2026-01-03T00:00:00Z', count: 1 }, { at: '2026-01-02T00:00:00Z', count: 2 }])],
  )
  expect(merged.map(g => [g.key, g.count])).toEqual([['a', 5], ['b', 4], ['c', 1]])
  expect(merged[0]).toMatchObject({ first: '2026-01-01T00:00:00Z', last: '2026-01-03T00:00:00Z', lastId: 'a 2026-01-03T00:00:00Z' })
  expect(merged[0]!.hours).toEqual([{ at: '2026-01-03T00:00:00Z', count: 3 }, { at: '2026-01-02T00:00:00Z', count: 2 }])
})

it('counts the last 24 hours, the one that runs last', () => {
  const now = Date.parse('2026-01-02T12:30:00Z')
  const counts = lastDay([{ at: '2026-01-02T12:00:00Z', count: 3 }, { at: '2026-01-01T13:00:00Z', count: 2 }, { at: '2026-01-01T12:00:00Z', count: 9 }, { at: '2026-01-02T13:00:00Z', count: 9 }], now)
  expect([counts.length, counts[23], counts[0], counts.reduce((a, b) => a + b)]).toEqual([24, 3, 2, 5])
})
