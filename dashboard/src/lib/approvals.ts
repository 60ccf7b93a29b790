import type { WaitingApproval } from '../api/types'
import type { Action } from '../components/ActionBar.vue'

export type Waiting = WaitingApproval

/** The two ways to decide, as signals to the step that waits. */
export function decisions(approval: Pick<Waiting, 'runId' | 'signal'>, by: string, comment: string): Action[] {
  const path = `workflows/runs/${encodeURIComponent(approval.runId)}/signals/${encodeURIComponent(approval.signal)}`
  const said = { ...(by.trim() && { by: by.trim() }), ...(comment.trim() && { comment: comment.trim() }) }
  return [
    { label: 'Approve', kind: 'primary', method: 'POST', path, body: { approved: true, ...said }, done: 'It was approved.' },
    { label: 'Reject', kind: 'danger', method: 'POST', path, body: { approved: false, ...said }, done: 'It was rejected.', ask: 'The run does what its definition says of a rejection: most fail.' },
  ]
}
