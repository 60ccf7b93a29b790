import { expect, it } from 'vitest'
import { fieldsOf, shown, withField, type Field } from '../src/lib/form'

const schema = {
  type: 'object', required: ['to', 'count'],
  properties: {
    to: { type: 'array', items: { type: 'string' } }, count: { type: 'integer' }, class: { type: 'string', default: 'Other' }, at: { type: ['string', 'null'], format: 'date-time' },
    deep: { type: 'object', properties: {} }, any: true, fast: { type: ['boolean', 'null'] }, mode: { enum: ['skip', 'queue', null] }, numbers: { type: 'array', items: { type: 'number' } },
  },
}
const field = (kind: Field['kind']): Field => ({ name: 'x', kind, required: false, choices: [], hint: '' })

it('asks for each member by its type', () =>
  expect(fieldsOf(schema)!.map(f => [f.name, f.kind, f.required])).toEqual([
    ['to', 'list', true], ['count', 'number', true], ['class', 'text', false], ['at', 'text', false], ['deep', 'json', false], ['any', 'json', false],
    ['fast', 'yesno', false], ['mode', 'choice', false], ['numbers', 'numbers', false],
  ]))

it('offers what is listed, and hints at what is left out', () => {
  const fields = fieldsOf(schema)!
  expect([fields[7]!.choices, fields[2]!.hint]).toEqual([['skip', 'queue'], 'Other'])
})

it.each([[true], [{ type: 'array' }], [null], [{ type: 'object', additionalProperties: { type: 'string' } }]])('has no fields for %o', other => expect(fieldsOf(other)).toBeNull())

it.each<[Field['kind'], string, unknown]>([
  ['text', '007', '007'], ['number', '1.5', 1.5], ['number', 'seven', 'seven'], ['yesno', 'false', false], ['list', 'a\n\nb', ['a', 'b']], ['numbers', '1\n2', [1, 2]], ['json', '{"a":1}', { a: 1 }], ['json', '{', '{'],
])('a %s of %j is %j', (kind, text, value) => {
  expect(withField({ y: 1 }, field(kind), text)).toEqual({ y: 1, x: value })
  if (typeof value !== 'string' || kind === 'text') expect(withField({}, field(kind), shown(field(kind), value))).toEqual({ x: value })
})

it('leaves out what is emptied', () => expect(withField({ x: 1, y: 2 }, field('number'), '')).toEqual({ y: 2 }))
it('begins anew where there was no object', () => expect(withField(undefined, field('text'), 'a')).toEqual({ x: 'a' }))
