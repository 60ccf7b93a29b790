import { describe, expect, it } from 'vitest'
import { frequent, histogram, parseCsv, splitRecord } from '../src/lib/csv'

describe('parseCsv', () => {
  it('reads quotes, delimiters and line ends inside quotes', () =>
    expect(parseCsv('a,b\r\n"x, ""y""\nz",2\n')).toEqual([['a', 'b'], ['x, "y"\nz', '2']]))
  it('keeps empty cells', () => expect(parseCsv(',,\n"",x,')).toEqual([['', '', ''], ['', 'x', '']]))
  it('takes a last record without a line end', () => expect(parseCsv('a,b')).toEqual([['a', 'b']]))
  it('leaves a record out that is cut off', () => expect(parseCsv('a,b\nc,"d', ',', false)).toEqual([['a', 'b']]))
  it('has no records in nothing', () => expect(parseCsv('')).toEqual([]))
  it('takes a quote inside a bare cell as it is', () => expect(parseCsv('5" disk,1\n')).toEqual([['5" disk', '1']]))
})

describe('splitRecord', () => {
  it.each([
    ['1;2,5;x', 3, ['1', '2,5', 'x']], ['1,2,x', 3, ['1', '2', 'x']], ['1\t2', 2, ['1', '2']], ['a|b|"c|d"', 3, ['a', 'b', 'c|d']],
    ['alone', 1, ['alone']], ['1,2,3,4', 3, ['1', '2', '3', '4']], ['', 3, ['']],
  ])('%s with %i columns', (raw, columns, cells) => expect(splitRecord(raw, columns)).toEqual(cells))
})

describe('histogram', () => {
  it('has each value in one bin, the largest in the last', () => {
    const bars = histogram([0, 1, 2, 3, 4, 5, 6, 7, 8, 10], 5)
    expect(bars.map(b => b.count)).toEqual([2, 2, 2, 2, 2])
    expect([bars[0]!.from, bars[4]!.to]).toEqual([0, 10])
  })
  it('has one bin for one value', () => expect(histogram([3, 3], 5)).toEqual([{ from: 3, to: 3, count: 2 }]))
  it('has none for none', () => expect(histogram([], 5)).toEqual([]))
})

it('frequent counts what it does not show', () =>
  expect(frequent(['a', 'b', 'a', 'c'], 1)).toEqual({ top: [{ value: 'a', count: 2 }], others: 2 }))
