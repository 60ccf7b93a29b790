export type Tone = 'good' | 'bad' | 'warn' | 'busy' | 'idle'

const tones: Record<string, Tone> = {
  success: 'good', completed: 'good', healthy: 'good', done: 'good', sent: 'good', delivered: 'good', active: 'good', good: 'good',
  failure: 'bad', failed: 'bad', unhealthy: 'bad', dead: 'bad', stopped: 'bad', raised: 'bad',
  retry: 'warn', retrying: 'warn', degraded: 'warn', suspended: 'warn', paused: 'warn', cancelled: 'warn', undone: 'warn', revoked: 'warn', terminated: 'warn',
  started: 'busy', progress: 'busy', running: 'busy', waiting: 'busy', committing: 'busy', process: 'busy', canaries: 'busy', working: 'busy', undoing: 'busy', open: 'busy', closed: 'busy',
}

/** Which of five colours a state has, whichever part of the app names it. */
export const toneOf = (state: string): Tone => tones[state.toLowerCase()] ?? 'idle'

/** A state as people read it: no capitals, whoever sends them. */
export const stateText = (state: string): string => state.toLowerCase()

export const hasEnded = (state: string): boolean =>
  ['success', 'failure', 'revoked', 'completed', 'failed', 'cancelled', 'terminated'].includes(state.toLowerCase())
