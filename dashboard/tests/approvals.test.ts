import { expect, it } from 'vitest'
import { decisions } from '../src/lib/approvals'

it('decides by a signal that says who and why', () => {
  const [approve, reject] = decisions({ runId: 'run/1', signal: 'step.release' }, ' Ada ', '')
  expect(approve).toMatchObject({ method: 'POST', path: 'workflows/runs/run%2F1/signals/step.release', body: { approved: true, by: 'Ada' } })
  expect(reject!.body).toEqual({ approved: false, by: 'Ada' })
})
