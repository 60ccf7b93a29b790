import { expect, it } from 'vitest'
import { cellsOf, readStrip } from '../src/lib/strip'

it('reads runs of states', () =>
  expect(readStrip('p12r2aw')).toEqual([
    { state: 'proven', count: 12 }, { state: 'running', count: 2 }, { state: 'again', count: 1 }, { state: 'waiting', count: 1 },
  ]))

it('shows every range while there is room', () => expect(cellsOf(readStrip('p2w'), 10)).toEqual(['proven', 'proven', 'waiting']))

it('shows what matters where a cell stands for several ranges', () => {
  const cells = cellsOf(readStrip('p99r1w100'), 20)
  expect(cells).toHaveLength(20)
  expect(cells[9]).toBe('running')
  expect(cells[0]).toBe('proven')
  expect(cells[19]).toBe('waiting')
})
