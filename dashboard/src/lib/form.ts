/** A member of a task's arguments, as a form asks for it. */
export interface Field {
  name: string
  kind: 'text' | 'number' | 'yesno' | 'choice' | 'list' | 'numbers' | 'json'
  required: boolean
  choices: string[]
  hint: string
}

interface Schema {
  type?: string | string[]; enum?: unknown[]; format?: string; description?: string; default?: unknown
  properties?: Record<string, Schema | boolean>; required?: string[]; items?: Schema | boolean
}

const typeOf = (schema: Schema): string => (Array.isArray(schema.type) ? schema.type.find(t => t !== 'null') : schema.type) ?? ''

function kindOf(schema: Schema): Field['kind'] {
  if (schema.enum) return 'choice'
  const type = typeOf(schema)
  if (type === 'string') return 'text'
  if (type === 'integer' || type === 'number') return 'number'
  if (type === 'boolean') return 'yesno'
  const item = type === 'array' && typeof schema.items === 'object' ? typeOf(schema.items) : ''
  return item === 'string' ? 'list' : item === 'integer' || item === 'number' ? 'numbers' : 'json'
}

const hintOf = (schema: Schema): string => schema.description
  ?? (schema.format === 'date-time' ? '2026-01-31T12:00:00Z' : schema.default !== undefined && schema.default !== null ? String(schema.default) : '')

/** The fields of an object's JSON schema; null where it is no object of known members. */
export function fieldsOf(schema: unknown): Field[] | null {
  const { properties, required = [] } = (schema ?? {}) as Schema
  if (!properties) return null
  return Object.entries(properties).map(([name, value]) => {
    const member = typeof value === 'object' ? value : {}
    return {
      name, kind: kindOf(member), required: required.includes(name), hint: hintOf(member),
      choices: (member.enum ?? []).filter(v => v !== null).map(String),
    }
  })
}

/** A value as its field shows it. */
export function shown(field: Field, value: unknown): string {
  if (value === undefined || value === null) return ''
  if (field.kind === 'list' || field.kind === 'numbers') return Array.isArray(value) ? value.join('\n') : JSON.stringify(value)
  return typeof value === 'string' ? value : JSON.stringify(value)
}

// What is no number stays as it was typed: the app says what is wrong with it.
const numberOf = (text: string): unknown => text.trim() !== '' && Number.isFinite(Number(text)) ? Number(text) : text

function valueOf(field: Field, text: string): unknown {
  const lines = () => text.split('\n').filter(line => line.trim() !== '')
  switch (field.kind) {
    case 'number': return numberOf(text)
    case 'yesno': return text === 'true'
    case 'list': return lines()
    case 'numbers': return lines().map(numberOf)
    case 'json': try { return JSON.parse(text) as unknown } catch { return text }
    default: return text
  }
}

/** The arguments after a field was filled in; one that is emptied is left out. */
export function withField(args: unknown, field: Field, text: string): Record<string, unknown> {
  const known = typeof args === 'object' && args !== null && !Array.isArray(args) ? args as Record<string, unknown> : {}
  const { [field.name]: _, ...others } = known
  return text === '' ? others : { ...known, [field.name]: valueOf(field, text) }
}
