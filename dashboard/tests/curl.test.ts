import { expect, it } from 'vitest'
import { curl } from '../src/lib/curl'

const base = 'https://app.example.org/api/'

it('quotes what a shell would read', () =>
  expect(curl({ method: 'POST', path: 'tasks/demo.add', body: { args: { text: "it's $HOME" } } }, base, false))
    .toBe(`curl -X POST -H 'Content-Type: application/json' -d '{"args":{"text":"it'\\''s $HOME"}}' 'https://app.example.org/api/tasks/demo.add'`))

it('names the key, never shows it', () =>
  expect(curl({ method: 'DELETE', path: 'tasks/1' }, base, true)).toBe(`curl -X DELETE -H "x-functions-key: $KEY" 'https://app.example.org/api/tasks/1'`))

it('needs no method to get', () => expect(curl({ method: 'GET', path: 'queues' }, base, false)).toBe(`curl 'https://app.example.org/api/queues'`))
