import { describe, expect, it } from 'vitest'
import { bytes, count, decimal, duration, grouped, moment, percent, plural, relative } from '../src/lib/format'

describe('numbers', () => {
  it.each([[0, '0'], [1234567, '1,234,567'], [null, '–'], [undefined, '–']])('count(%s) is %s', (value, text) => expect(count(value)).toBe(text))
  it.each([[0.00001, '< 0.01 %'], [0.0166, '1.66 %'], [1, '100 %'], [0.99999, '> 99.99 %'], [0, '0 %'], [null, '–']])(
    'percent(%s) is %s', (value, text) => expect(percent(value)).toBe(text))
  it.each([[0, '0 bytes'], [999, '999 bytes'], [586_600, '586.6 kB'], [5e12, '5.0 TB'], [3e15, '3000.0 TB']])(
    'bytes(%s) is %s', (value, text) => expect(bytes(value)).toBe(text))
  it.each([[1.23456, '1.23'], [12345.6, '12,300']])('decimal(%s) is %s', (value, text) => expect(decimal(value)).toBe(text))
  it('names one thing as one', () => expect([plural(1, 'task'), plural(2, 'task'), plural(0, 'query', 'queries')]).toEqual(['1 task', '2 tasks', '0 queries']))
})

describe('durations', () => {
  it.each([
    [0, '0 ms'], [0.2, '< 1 ms'], [999, '999 ms'], [1000, '1.0 s'], [59_940, '59.9 s'], [59_960, '1 min'], [192_000, '3 min 12 s'],
    [3_600_000, '1 h'], [7_500_000, '2 h 5 min'], [86_400_000, '1 d'], [-5, '0 ms'], [Number.NaN, '–'],
  ])('duration(%s) is %s', (value, text) => expect(duration(value)).toBe(text))
})

describe('times', () => {
  const now = Date.parse('2026-03-01T12:00:00Z')

  it.each([
    ['2026-03-01T12:00:00Z', 'now'], ['2026-03-01T11:59:30Z', '30 s ago'], ['2026-03-01T11:59:00.2Z', '1 min ago'], ['2026-03-01T09:00:00Z', '3 h ago'], ['2026-03-01T12:05:00Z', 'in 5 min'],
    ['2026-03-03T12:00:00Z', 'in 2 d'], [null, '–'],
  ])('relative(%s) is %s', (time, text) => expect(relative(time, now)).toBe(text))

  it('tells the day of another day', () => {
    expect(moment('2026-02-20T12:00:00Z', now)).toMatch(/20/)
    expect(moment('2026-03-01T11:00:00Z', now)).not.toMatch(/Mar/)
  })
})

it.each([['1234567', '1,234,567'], ['-1000.50', '-1,000.50'], ['12', '12'], ['0.123456', '0.123456'], ['1e21', '1e21'], ['2026-01-31', '2026-01-31'], ['', '']])('%j is written %j', (text, written) =>
  expect(grouped(text)).toBe(written))
