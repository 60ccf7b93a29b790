import { ref } from 'vue'

const keyName = 'serverless-key'

/** The API's address: the page lies one folder below it. */
export const apiBase = new URL('../', new URL('./', location.href)).href

/** The Functions key, kept for this tab only. */
export const key = ref(sessionStorage.getItem(keyName) ?? '')

/** The last answer said that a key is needed, or that the one given does not do. */
export const keyWanted = ref(false)

/** The last answer said that one must sign in: App Service says so itself, in a header that the app's own refusals have not. */
export const signInWanted = ref(false)

/** Where one signs in, and comes back to the page from. */
export const signInAddress = (): string => `${new URL('/.auth/login/aad', location.href).href}?post_login_redirect_uri=${encodeURIComponent(location.pathname)}`

export function setKey(text: string): void {
  key.value = text.trim()
  if (key.value) sessionStorage.setItem(keyName, key.value)
  else sessionStorage.removeItem(keyName)
  keyWanted.value = false
}

/** A refusal, as the app worded it. */
export class ApiError extends Error {
  constructor(readonly status: number, readonly title: string, readonly detail: string, readonly faults: Record<string, string[]>) {
    super(detail || title)
  }
}

/** A failure in words: a refusal's faults by member, else the one sentence that there is. */
export function faultsOf(fault: unknown): string[] {
  const faults = fault instanceof ApiError ? Object.entries(fault.faults).flatMap(([name, texts]) => texts.map(t => `${name}: ${t}`)) : []
  return faults.length ? faults : [(fault as Error).message]
}

/** The app did not answer: it is restarting, or the network is gone. */
export class Unreachable extends Error {}

interface Problem {
  title?: string
  detail?: string
  errors?: Record<string, string[]>
}

async function refusal(response: Response): Promise<ApiError> {
  const text = await response.text()
  let problem: Problem = {}
  try {
    problem = JSON.parse(text) as Problem
  } catch {
    problem = { title: response.status === 401 ? 'A key is needed' : `The app answered ${response.status}` }
  }
  return new ApiError(response.status, problem.title ?? 'Refused', problem.detail ?? '', problem.errors ?? {})
}

export const headers = (): Record<string, string> => key.value ? { 'x-functions-key': key.value } : {}

async function request(path: string, init: RequestInit): Promise<Response> {
  let response: Response
  try {
    response = await fetch(new URL(path, apiBase), { ...init, headers: { ...headers(), ...init.headers }, cache: 'no-store' })
  } catch (fault) {
    if (init.signal?.aborted) throw fault
    throw new Unreachable('The app does not answer.')
  }
  if (response.status === 401) signInWanted.value = response.headers.get('www-authenticate') !== null
  if (response.status === 401 || (response.status === 403 && init.method === undefined)) keyWanted.value = true
  if (!response.ok && response.status !== 304) throw await refusal(response)
  return response
}

export async function get<T>(path: string, signal?: AbortSignal): Promise<T> {
  return await (await request(path, { signal })).json() as T
}

/** Null when it is what the tag says: nothing has changed. */
export async function getChanged<T>(path: string, tag: string): Promise<T | null> {
  const response = await request(path, { headers: tag ? { 'If-None-Match': tag } : {} })
  return response.status === 304 ? null : await response.json() as T
}

export async function getText(path: string, signal?: AbortSignal): Promise<string> {
  return (await request(path, { signal })).text()
}

export async function getBlob(path: string): Promise<Blob> {
  return (await request(path, {})).blob()
}

export async function send<T = unknown>(method: string, path: string, body?: unknown): Promise<T | null> {
  const json = body === undefined ? {} : { body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } }
  const text = await (await request(path, { method, ...json })).text()
  return text ? JSON.parse(text) as T : null
}

/** Streams a file, or a part of one, to the app. Only this old interface tells how far it is. */
export function put<T>(path: string, content: Blob, progress: (sent: number) => void, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const call = new XMLHttpRequest()
    const stop = () => call.abort()
    call.open('PUT', new URL(path, apiBase))
    for (const [name, value] of Object.entries(headers())) call.setRequestHeader(name, value)
    call.setRequestHeader('Content-Type', 'application/octet-stream')
    call.upload.onprogress = event => progress(event.loaded)
    call.onerror = () => reject(new Unreachable('The app does not answer; the upload was broken off.'))
    call.onabort = () => reject(new DOMException('Cancelled', 'AbortError'))
    call.onloadend = () => signal.removeEventListener('abort', stop)
    call.onload = async () => {
      const response = new Response(call.responseText, { status: call.status })
      if (call.status === 401) keyWanted.value = true
      if (call.status < 300) resolve(JSON.parse(call.responseText) as T)
      else reject(await refusal(response))
    }
    signal.addEventListener('abort', stop)
    call.send(content)
  })
}

/** A query string without what is empty. */
export function query(values: Record<string, string | number | boolean | null | undefined>): string {
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(values)) {
    if (value !== undefined && value !== null && value !== '' && value !== false) search.set(name, String(value))
  }
  const text = search.toString()
  return text ? `?${text}` : ''
}

/** The start of a text, and whether that is all of it. */
export async function getHead(path: string, most: number): Promise<{ text: string; whole: boolean }> {
  const response = await request(path, { headers: { Range: `bytes=0-${most - 1}` } })
  const total = Number(/\/(\d+)$/.exec(response.headers.get('Content-Range') ?? '')?.[1] ?? 0)
  return { text: await response.text(), whole: response.status !== 206 || total <= most }
}
