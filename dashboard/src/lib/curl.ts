/** A request of the page, as it could be typed. */
export interface Call {
  method: string
  path: string
  body?: unknown
  /** The file that is sent, by name. */
  file?: string
}

const quote = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`

/** The same request as a curl command. The key stays a variable: a command is copied to where others read it. */
export function curl(call: Call, base: string, hasKey: boolean): string {
  const parts = ['curl']
  if (call.method !== 'GET') parts.push('-X', call.method)
  if (hasKey) parts.push('-H', '"x-functions-key: $KEY"')
  if (call.body !== undefined) parts.push('-H', quote('Content-Type: application/json'), '-d', quote(JSON.stringify(call.body)))
  if (call.file !== undefined) parts.push('-T', quote(call.file))
  parts.push(quote(new URL(call.path, base).href))
  return parts.join(' ')
}
