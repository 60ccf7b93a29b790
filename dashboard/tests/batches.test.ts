import { expect, it } from 'vitest'
import type { Batch } from '../src/api/types'
import { bodyOf, emptyForm, hasBadArgs, partsOf } from '../src/lib/batches'

const batch: Batch = { id: 'a', state: 'open', total: 8, pending: 5, succeeded: 2, failed: 1, revoked: 0, opened: '2026-01-01T00:00:00Z', callbacks: [] }

it('shows the parts that have ended by their shares', () => {
  expect(partsOf(batch)).toEqual([{ name: 'succeeded', tone: 'good', count: 2, share: 25 }, { name: 'failed', tone: 'bad', count: 1, share: 12.5 }])
  expect(partsOf({ ...batch, total: 0, succeeded: 0, failed: 0 })).toEqual([])
})

it('opens a batch by what was written, and leaves out what was not', () => {
  expect(bodyOf(emptyForm())).toEqual({})
  const form = { ...emptyForm(), id: ' import-7 ' }
  form.callbacks.onFailure = { task: 'ops.page', args: '' }
  form.callbacks.onCompletion = { task: 'demo.add', args: '{"a": 1}' }
  expect(bodyOf(form)).toEqual({ id: 'import-7', onFailure: { task: 'ops.page' }, onCompletion: { task: 'demo.add', args: { a: 1 } } })
  expect(hasBadArgs(form)).toBe(false)
  form.callbacks.onCompletion.args = '{"a"'
  expect(hasBadArgs(form)).toBe(true)
})
