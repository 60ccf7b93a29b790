// What the API answers, as far as the page reads it.

export interface Page { next?: string | null }

export interface Check { name: string; status: Health; detail?: string | null }
export type Health = 'healthy' | 'degraded' | 'unhealthy'
export interface Period {
  total: number; succeeded: number; failed: number; retried: number; revoked: number; successRate?: number | null; meanMs: number
}
export interface HealthOverview {
  status: Health
  checks: Check[]
  system: { at: string; instances: number; active: number; openBreakers: string[]; hours: number; overall: Period; lastHour: Period }
}
export interface MinuteSeries { from: string; succeeded: number[]; failed: number[]; retried: number[]; revoked: number[] }
export interface Execution {
  taskId: string; task: string; lane: string; state: string; error?: string | null; attempt: number; started: string; durationMs?: number
  message?: string | null
}

export interface Lane { name: string; active: number; scheduled: number; deadLettered: number; runsPerMinute: number; paused: boolean; meanMs?: number | null }
export interface Queue extends Lane {
  maxPriority: number; concurrency: number; maxDeliveryCount: number; requiresSession: boolean; lanes: Lane[]
}
export interface WaitingMessage {
  id: string; lane: string; number: number; state: string; enqueued: string; deliveries: number; bytes: number
  task?: string | null; due?: string | null; session?: string | null
}

export type TaskState = 'PENDING' | 'STARTED' | 'PROGRESS' | 'RETRY' | 'SUCCESS' | 'FAILURE' | 'REVOKED'
export interface TaskRecord {
  id: string; task?: string | null; state: TaskState; queue?: string | null; tenant?: string | null
  parentId?: string | null; workflowId?: string | null; attempt: number; redrives: number
  enqueued?: string | null; started?: string | null; ended?: string | null; due?: string | null; forgotten?: string | null
  progress?: { current: number; total: number; status: string | null } | null
  result?: unknown
  error?: { class: string | null; type: string | null; message: string } | null
}
export interface TaskPage extends Page { tasks: TaskRecord[] }

export interface DeadLetter {
  id: string; task?: string | null; lane: string; number: number; reason?: string | null; description?: string | null
  deadLettered: string; enqueued?: string | null; firstFailed?: string | null; attempt?: number | null; redrives?: number | null
  tenant?: string | null; exceptionType?: string | null
  stack?: string | null; args?: unknown; argsBlob?: string | null; headers?: Record<string, string> | null; body?: string | null
}
export interface Operation {
  id: string; status: string; error?: string | null; createdAt: string; updatedAt: string
  progress?: { phase: string; requeued?: number; deleted?: number; canaries?: number; found?: number; done?: number; passed: number; stopped?: string | null } | null
}

export interface CsvProgress {
  current: number; total: number; status: string; phase: string; rejected: number; bytes: number; totalBytes: number
  rowsPerSecond: number; etaSeconds?: number | null; strip?: string | null
}
export interface CsvJob {
  id: string; blob: string; status: string; progress?: CsvProgress | null; outputs: { name: string; url: string }[]; error?: string | null
  total?: number | null; accepted?: number | null; rejected?: number | null; createdAt: string; endedAt?: string | null
  warnings?: string[] | null
  mending?: string | null; mended?: MendRound[] | null
}
export interface MendRound {
  id: string; at: string; by?: string | null; accepted: number; rejected: number; dropped: number; unknown: number; error?: string | null
}
export interface CsvJobPage extends Page { jobs: CsvJob[] }
export interface RejectReason { code: string; field: string; count: number; row: number; line: number; message: string }
export interface ColumnSummary {
  name: string; type: string; count: number; missing: number; minimum?: string; maximum?: string; mean?: number
  minLength?: number; maxLength?: number
}
export interface CsvSummary {
  rows: number; accepted: number; rejected: number; countsByCode: Record<string, number>; reasons?: RejectReason[] | null
  topReasons: RejectReason[]; columns: ColumnSummary[]; bytes: number; durationSeconds: number; rowsPerSecond: number; chunks: number
  chunksReadTwice: number; warnings?: string[] | null; notes?: string[]; skipped?: number
  inference?: { records: number; columns: { name: string; type: string; format: string; missing: number; share?: number; remark?: string }[] } | null
}

export interface StepDefinition {
  name: string; type: string; task?: string; args?: unknown; condition?: string; then?: StepDefinition[]; else?: StepDefinition[]
  steps?: StepDefinition[]; workflow?: string; orchestration?: string; items?: unknown; queue?: string
}
export interface WorkflowVersion {
  name: string; version: number; description?: string | null; timeoutSeconds?: number; steps: StepDefinition[]; created?: string
}
export type StepState = 'pending' | 'running' | 'completed' | 'failed' | 'skipped' | 'cancelled'
export interface Step {
  name: string; type: string; status: StepState; started?: string | null; ended?: string | null; attempts?: number | null
  workId?: string | null; result?: unknown; resultBlob?: string | null; error?: StepError | null; takenFrom?: string | null
}
export interface StepError { step?: string | null; class?: string | null; type?: string | null; message: string }
export interface Run {
  id: string; workflow: string; version: number; status: string; currentStep?: string | null; endedSteps?: number; totalSteps: number
  created: string; ended?: string | null; rerunOf?: string | null; parent?: string | null; input?: unknown; inputBlob?: string | null
  output?: unknown; outputBlob?: string | null; error?: StepError | null; steps: Step[]
}
export interface RunPage extends Page { runs: Omit<Run, 'steps'>[] }

export interface Schedule {
  name: string
  definition: {
    cron?: string | null; interval?: string | null; timeZone: string; from?: string | null; until?: string | null
    task?: string | null; args?: unknown; queue?: string | null; priority?: number; tenant?: string | null
    workflow?: string | null; input?: unknown; enabled: boolean; overlap: string; catchUp: string; jitterSeconds: number
  }
  nextRuns: string[]; lastRun?: { id: string; due?: string | null; started: string } | null; waiting: string[]
  started: number; skipped: number; missed: number; failed: number; lastError?: string | null; created: string; updated: string
}
export interface SchedulePage extends Page { schedules: Schedule[] }

export interface MailFigures { total: number; successful: number; failed: number; suppressed: number }
export interface MailJob {
  id: string; template: string; recipients: string; status: string; error?: string | null; createdAt: string; endedAt?: string | null
  progress?: MailFigures & { current: number; status: string; phase: string } | null
  result?: MailFigures & { success_rate: number; failed_sends?: { index: number; address: string; code?: number | null; answer: string }[] | null } | null
}
export interface MailJobPage extends Page { jobs: MailJob[] }

export interface Notification {
  id: string; channel: string; target: string; subject?: string | null; template?: string | null; state: string; due: string
  createdAt: string; endedAt?: string | null; attempts: number; error?: string | null
}
export interface NotificationPage extends Page { notifications: Notification[] }

export interface TaskStatistics {
  task: string; active: number; total: number; succeeded: number; failed: number; retried: number; revoked: number
  successRate?: number | null; meanMs: number; maximumMs: number; p50Ms: number; p95Ms: number; p99Ms: number
}
export interface RunLine {
  name: string; runs: number; succeeded: number; failed: number; retried: number; revoked: number; successRate?: number | null
  meanSeconds: number; p95Seconds: number; maxSeconds: number
}
export interface DailyReport {
  date: string; made: string; total: RunLine; tasks: RunLine[]; hours: { hour: number; runs: number; failed: number }[]
  errors: { error: string; runs: number }[]
  csv: {
    jobs: number; completed: number; failed: number; rows: number; rejected: number; rowsPerSecond?: number | null
    largest: { id: string; path: string; state: string; rows?: number | null; rejected?: number | null; seconds?: number | null }[]
  }
  mail?: { jobs: number; completed: number; failed: number; sent: number; refused: number; suppressed: number } | null
}

export interface TableSchema { fields: { name: string; type?: string; format?: string; [member: string]: unknown }[]; [member: string]: unknown }
export interface PreviewRow { row: number; raw: string; clean?: string | null; field?: string | null; code?: string | null; message?: string | null }
export interface CsvPreview {
  delimiter: string; encoding: string; hasHeader: boolean; schema: TableSchema; inference?: CsvSummary['inference']; notes: string[]
  columns: string[]; rows: PreviewRow[]; sampled: number; rejected: number
  forecast: { records: number; rejected: number; ranges: number; parallel: number; memoryBytes: number; seconds?: number | null }
}
