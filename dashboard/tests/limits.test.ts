import { expect, it } from 'vitest'
import type { TaskLimit } from '../src/api/types'
import { amountOf, bodyOf, formOf, pathOf, scopeOf } from '../src/lib/limits'

const adding: TaskLimit = { name: 'adding', tasks: ['demo.add', 'demo.sum'], key: 'customer.id', perTenant: false, concurrency: 3, rate: '100/1m', burst: 10, weights: { 'a=b': 2 }, source: 'stored' }
const mails: TaskLimit = { name: 'mails', queue: 'email', perTenant: true, concurrency: 2, burst: 1, source: 'stored' }

it.each([
  [adding, { tasks: ['demo.add', 'demo.sum'], key: 'customer.id', concurrency: 3, rate: '100/1m', burst: 10, weights: { 'a=b': 2 } }],
  [mails, { queue: 'email', perTenant: true, concurrency: 2 }],
])('a limit that nobody changes in its form is put as it is', (limit, body) => expect(bodyOf(formOf(limit))).toEqual(body))

it('leaves what was typed wrong to the app, which says what it wants', () => {
  const form = { ...formOf(), name: ' a/b ', tasks: ' demo.add ,, ', concurrency: 'many', by: 'tenant' as const, weights: 'acme, b=3' }
  expect(bodyOf(form)).toEqual({ tasks: ['demo.add'], perTenant: true, concurrency: 'many', weights: { acme: '', b: 3 } })
  expect(pathOf(form.name)).toBe('limits/a%2Fb')
})

it('says weights only where there are keys', () => expect(bodyOf({ ...formOf(), tasks: 'a', rate: '1/1s', weights: 'acme=3' })).toEqual({ tasks: ['a'], rate: '1/1s' }))

it('words a limit', () => {
  expect([scopeOf(adding), scopeOf(mails), scopeOf({ ...mails, perTenant: false })]).toEqual(['each value of customer.id', 'each tenant', 'all together'])
  expect([amountOf(adding), amountOf(mails)]).toEqual([['3 at once', '100 in 1m, 10 together'], ['2 at once']])
})
