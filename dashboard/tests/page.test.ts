import { expect, it } from 'vitest'
import { baseName, fileAddress, fileName } from '../src/lib/blobs'
import { usePaging } from '../src/lib/paging'
import { base64, sampleOf } from '../src/lib/sample'
import { sinceOf } from '../src/lib/spans'
import { hasEnded, toneOf } from '../src/lib/states'

it('escapes each part of a path', () => expect(fileAddress('processed/a b/100%/c#?.csv')).toBe('files/processed/a%20b/100%25/c%23%3F.csv'))

it('names a file with and without its folders', () =>
  expect([fileName('incoming/sales/a.csv'), baseName('incoming/sales/a.csv')]).toEqual(['sales/a.csv', 'a.csv']))

it('goes through pages and back', () => {
  const paging = usePaging()
  paging.next('b')
  paging.next('c')
  paging.next(null)
  expect([paging.after.value, paging.hasBack.value]).toEqual(['c', true])
  paging.back()
  expect(paging.after.value).toBe('b')
  paging.reset()
  expect([paging.after.value, paging.hasBack.value]).toEqual([null, false])
})

it.each([[{ name: 'a.csv', size: 10 }, 10], [{ name: 'a.csv', size: 1e9 }, 262144], [{ name: 'a.csv.gz', size: 1e6 }, 1e6], [{ name: 'a.XLSX', size: 1e9 }, null]])(
  'a sample of %o has %s bytes', (file, size) => expect(sampleOf(file)).toBe(size))

it('writes bytes as Base64, however many', () => {
  const bytes = Uint8Array.from({ length: 100_000 }, (_, i) => i % 256)
  expect(Uint8Array.from(atob(base64(bytes)), c => c.charCodeAt(0))).toEqual(bytes)
})

it('knows states whoever writes them', () =>
  expect([toneOf('SUCCESS'), toneOf('Completed'), toneOf('failed'), toneOf('anything'), hasEnded('REVOKED'), hasEnded('RETRY')]).toEqual(['good', 'good', 'bad', 'idle', true, false]))

it('goes so many hours back, to the minute', () => {
  const now = Date.parse('2026-01-31T12:00:45.123Z')
  expect([sinceOf('', now), sinceOf('1', now), sinceOf('24', now)]).toEqual(['', '2026-01-31T11:00:00.000Z', '2026-01-30T12:00:00.000Z'])
})
