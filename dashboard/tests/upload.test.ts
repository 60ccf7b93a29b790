import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { ApiError, Unreachable } from '../src/api/http'
import { missing, patiently, uploadId } from '../src/lib/upload'

beforeEach(() => { vi.useFakeTimers() })
afterEach(() => { vi.useRealTimers() })

it.each([
  [[], 250, [[0, 100], [100, 100], [200, 50]]],
  [[[0, 80]], 250, [[80, 100], [180, 70]]],
  [[[0, 100], [150, 50]], 250, [[100, 50], [200, 50]]],
  [[[0, 250]], 250, []],
  [[[0, 300]], 250, []],
  [[], 0, []],
])('of what %j has arrived of %s bytes, these parts are missing', (arrived, length, parts) => {
  const ranges = (arrived as number[][]).map(([offset, size]) => ({ offset: offset!, size: size! }))
  expect(missing(ranges, length, 100).map(p => [p.offset, p.size])).toEqual(parts)
})

it('names an upload by its file as it is', () => {
  const file = { name: 'größe & co.csv', size: 390 * 2 ** 30, lastModified: 1_800_000_000_000 }
  const others = [{ ...file, name: 'a.csv' }, { ...file, size: 1 }, { ...file, lastModified: 1 }]
  expect(uploadId({ ...file })).toBe(uploadId(file))
  expect(new Set([file, ...others].map(uploadId)).size).toBe(4)
  expect(uploadId(file)).toMatch(/^[a-zA-Z0-9_-]{1,64}$/)
})

it('goes on for as long as nobody answers, and says that it waits', async () => {
  const told: boolean[] = []
  let left = 9
  const sent = patiently(() => left-- > 0 ? Promise.reject(new Unreachable('gone')) : Promise.resolve('there'), { signal: new AbortController().signal, waiting: waits => told.push(waits) })
  await vi.runAllTimersAsync()
  expect(await sent).toBe('there')
  expect([told.filter(Boolean).length, told.at(-1)]).toEqual([9, false])
})

it.each([[400, 1], [409, 1], [503, 5]])('an answer of %s is taken for one after %s tries', async (status, tries) => {
  let asked = 0
  const refused = expect(patiently(() => { asked++; return Promise.reject(new ApiError(status, 'No', '', {})) }, { signal: new AbortController().signal, waiting: () => {} })).rejects.toThrow('No')
  await vi.runAllTimersAsync()
  await refused
  expect(asked).toBe(tries)
})

it('ends when it is told to, also while it waits', async () => {
  const stop = new AbortController()
  const ended = expect(patiently(() => Promise.reject(new Unreachable('gone')), { signal: stop.signal, waiting: () => {} })).rejects.toThrow('Cancelled')
  await vi.advanceTimersByTimeAsync(500)
  stop.abort()
  await ended
})
