import { ApiError, get, put, query, send, Unreachable } from '../api/http'

export interface Range { offset: number; size: number }

/** Smaller files go in one piece. */
export const partBytes = 16 << 20

const atOnce = 3
const triesOfAFault = 5
const longestWaitMs = 15_000

/** The name of an upload: the same for a file that is chosen again, another once it was changed. */
export function uploadId(file: Pick<File, 'name' | 'size' | 'lastModified'>): string {
  let hash = 0xcbf29ce484222325n
  for (const byte of new TextEncoder().encode(file.name)) hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n)
  return `page-${file.size.toString(36)}-${file.lastModified.toString(36)}-${hash.toString(36)}`
}

/** The parts of a file that have not arrived, none larger than the given size. */
export function missing(arrived: Range[], length: number, most: number): Range[] {
  const parts: Range[] = []
  let start = 0
  for (const range of [...arrived, { offset: length, size: 0 }]) {
    const end = Math.min(range.offset, length)
    for (; start < end; start += most) parts.push({ offset: start, size: Math.min(most, end - start) })
    start = range.offset + range.size
  }
  return parts
}

/** How an upload is watched and ended. */
export interface Watch {
  signal: AbortSignal
  progress: (sent: number) => void
  /** The line broke, or holds again: it is tried again by itself. */
  waiting: (waits: boolean) => void
}

const pause = (ms: number, signal: AbortSignal): Promise<void> => new Promise((done, fail) => {
  const stop = () => { clearTimeout(timer); fail(new DOMException('Cancelled', 'AbortError')) }
  const timer = setTimeout(() => { signal.removeEventListener('abort', stop); done() }, ms)
  signal.addEventListener('abort', stop, { once: true })
})

/** Tries until it is done: for as long as nobody answers, and some times when the app fails. A refusal stays one. */
export async function patiently<T>(ask: () => Promise<T>, { signal, waiting }: Pick<Watch, 'signal' | 'waiting'>, firstWaitMs = 1000): Promise<T> {
  for (let tries = 1, faults = 0; ; tries++) {
    try {
      const answer = await ask()
      waiting(false)
      return answer
    } catch (fault) {
      if (signal.aborted) throw new DOMException('Cancelled', 'AbortError')
      if (fault instanceof ApiError ? fault.status < 500 || ++faults === triesOfAFault : !(fault instanceof Unreachable)) throw fault
      waiting(true)
      await pause(Math.min(longestWaitMs, firstWaitMs * 2 ** Math.min(tries - 1, 4)), signal)
    }
  }
}

/** A part that cannot be read is no broken line: the file was changed, and no patience helps. */
async function sendPart(path: string, file: File, part: Range, watch: Watch): Promise<void> {
  const content = file.slice(part.offset, part.offset + part.size)
  try {
    await put(path, content, watch.progress, watch.signal)
  } catch (fault) {
    if (fault instanceof Unreachable) {
      await content.slice(0, 1).arrayBuffer().catch(() => { throw new Error('The file was changed or removed while it was sent. Choose it again.') })
    }
    throw fault
  }
}

/** Sends a large file in parts, some at once. What arrived before, from here or before a reload, is not sent again. */
export async function sendInParts(path: string, file: File, watch: Watch): Promise<string> {
  const id = uploadId(file)
  const address = `uploads/${path}`
  const state = await patiently(() => get<{ parts: Range[] }>(`${address}${query({ upload: id })}`, watch.signal), watch)
  const left = missing(state.parts, file.size, partBytes)
  const halt = new AbortController()
  const stop = () => halt.abort()
  watch.signal.addEventListener('abort', stop)
  let arrived = file.size - left.reduce((sum, part) => sum + part.size, 0)
  const under = new Map<number, number>()
  const tell = () => watch.progress(arrived + [...under.values()].reduce((sum, sent) => sum + sent, 0))
  tell()

  async function work(): Promise<void> {
    for (let part = left.shift(); part; part = left.shift()) {
      const { offset, size } = part
      const progress = (sent: number) => { under.set(offset, Math.min(sent, size)); tell() }
      const mine = { ...watch, signal: halt.signal, progress }
      await patiently(() => sendPart(`${address}${query({ upload: id, offset: String(offset) })}`, file, { offset, size }, mine), mine)
      under.delete(offset)
      arrived += size
      tell()
    }
  }

  try {
    await Promise.all(Array.from({ length: atOnce }, work))
  } finally {
    halt.abort()
    watch.signal.removeEventListener('abort', stop)
  }
  return id
}

/** Sends a CSV file and starts its job: a small one in one request, a large one in parts that become a file with the job's options. */
export async function startJob(file: File, options: Record<string, string>, watch: Watch): Promise<{ id: string }> {
  const name = encodeURIComponent(file.name)
  if (file.size <= partBytes) return put<{ id: string }>(`csv/${name}${query(options)}`, file, watch.progress, watch.signal)
  const upload = await sendInParts(`incoming/${name}`, file, watch)
  const path = `csv/${name}${query({ ...options, upload, length: String(file.size) })}`
  return (await patiently(() => send<{ id: string }>('PUT', path), watch))!
}
