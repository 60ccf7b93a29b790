import { expect, it } from 'vitest'
import { outcome, words } from '../src/lib/actions'

it.each([['QueuePause', 'Queue pause'], ['WorkflowRunCancel', 'Workflow run cancel'], ['FilePut', 'File put'], ['CsvUpload', 'CSV upload'], ['', '']])('%s is %j', (name, text) => expect(words(name)).toBe(text))

it.each([[200, 'done', 'good'], [202, 'done', 'good'], [403, 'not allowed', 'warn'], [404, 'refused (404)', 'warn'], [500, 'failed (500)', 'bad']])('an answer of %i is %s', (status, text, tone) =>
  expect(outcome(status)).toEqual({ text, tone }))
