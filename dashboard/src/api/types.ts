// What the API answers, by its own description of itself (schema.ts), under the names that the page has for it.
import type { components } from './schema'

type Schema<Name extends keyof components['schemas']> = components['schemas'][Name]

export type HealthOverview = Schema<'HealthOverview'>
export type MinuteSeries = Schema<'MinuteSeries'>
export type Execution = Schema<'TaskExecution'>
export type TaskStatistics = Schema<'TaskStatistics'>

export type Queue = Schema<'QueueStatus'>
export type WaitingMessage = Schema<'WaitingMessage'>
export type TaskRecord = Schema<'TaskRecord'>
export type TaskPage = Schema<'TaskPage'>
export type TaskLog = Schema<'TaskLogContent'>
export type PausePage = Schema<'PausePage'>
export type LimitPage = Schema<'LimitPage'>
export type TaskLimit = Schema<'TaskLimit'>
export type Handler = Schema<'HandlerView'>
export type Batch = Schema<'BatchView'>
export type BatchPage = Schema<'BatchPage'>
export type DeadLetterGroup = Schema<'DeadLetterGroup'>
export type DeadLetterGroupPage = Schema<'DeadLetterGroupPage'>
export type DeadLetter = Schema<'DeadLetter'>
// What an operation says of itself depends on what it does.
export type Operation = Omit<Schema<'InstanceStatus'>, 'progress'> & {
  progress?: Partial<Schema<'QueueOperationProgress'> & Schema<'TaskOperationProgress'>> & { phase: string; passed: number } | null
}

export type CsvJob = Schema<'CsvJobStatus'>
export type CsvJobPage = Schema<'CsvJobPage'>
export type CsvProgress = NonNullable<CsvJob['progress']>
export type CsvPreview = Omit<Schema<'CsvPreview'>, 'schema'> & { schema: TableSchema }
export type PreviewRow = Schema<'PreviewRow'>
export type CsvSummary = Schema<'JobSummary'>
export type ColumnSummary = Schema<'ColumnSummary'>
export type RejectReason = Schema<'RejectReason'>
/** A Frictionless Table Schema, which is described elsewhere. */
export interface TableSchema { fields: { name: string; type?: string; format?: string; [member: string]: unknown }[]; [member: string]: unknown }

export type Workflow = Schema<'WorkflowVersion'>
export type WorkflowDetails = Schema<'WorkflowDetails'>
export type WorkflowVersion = WorkflowDetails['definition']
export type StepDefinition = Schema<'WorkflowStep'>
export type Run = Schema<'RunView'>
export type RunPage = Schema<'RunPage'>
export type Step = Schema<'StepView'>
export type WaitingApproval = Schema<'WaitingApproval'>
export type ApprovalPage = Schema<'ApprovalPage'>
export type StepState = Step['status']

export type Schedule = Schema<'ScheduleView'>
export type SchedulePage = Schema<'SchedulePage'>
export type Alarm = Schema<'AlarmView'>
export type AlarmPage = Schema<'AlarmPage'>
export type MailJobPage = Schema<'MailJobPage'>
export type NotificationPage = Schema<'NotificationPage'>
export type Access = Schema<'Caller'>
export type ActionPage = Schema<'ActionPage'>
export type DailyReport = Schema<'DailyReport'>
