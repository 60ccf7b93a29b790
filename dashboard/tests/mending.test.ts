import { expect, it } from 'vitest'
import { byRules, filledUp, mendBody, onlyChange, withRule } from '../src/lib/mending'

const columns = ['id', 'country']
const rule = (from: string, to: string) => ({ column: 'country', from, to, count: 2, isExact: true })

it('applies a rule to the values of its column alone', () => {
  expect(byRules(['Germny', 'Germny'], columns, [rule('Germny', 'DE')])).toEqual(['Germny', 'DE'])
  expect(byRules(['1', 'FR'], columns, [rule('Germny', 'DE')])).toBeNull()
  expect(byRules(null, columns, [rule('Germny', 'DE')])).toBeNull()
})

it('offers the cells that are missing', () => {
  expect(filledUp(['1'], columns)).toEqual(['1', ''])
  expect(filledUp(['1', 'DE', 'more'], columns)).toEqual(['1', 'DE', 'more'])
})

it.each([[['1', 'a'], ['1', 'b'], 1], [['1', 'a'], ['2', 'b'], -1], [['1', 'a'], ['1', 'a'], -1], [['1'], ['1', 'b'], -1]])(
  'the only change from %j to %j is at %i', (before, after, at) => expect(onlyChange(before, after)).toBe(at))

it('keeps one rule a value', () => {
  const rules = withRule(withRule([], rule('Germny', 'DE')), rule('Germny', 'FR'))
  expect(rules.map(r => r.to)).toEqual(['FR'])
  expect(withRule(rules, rule('Frnce', 'FR'))).toHaveLength(2)
})

it('sends records by their numbers, and nothing that is empty', () => {
  expect(mendBody([{ row: 9, drop: true }, { row: 2, values: ['1'] }], [])).toEqual({ records: [{ row: 2, values: ['1'] }, { row: 9, drop: true }] })
  expect(mendBody([], [rule('a', 'b')])).toEqual({ rules: [{ column: 'country', from: 'a', to: 'b' }] })
})
