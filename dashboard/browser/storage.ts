import { createHmac } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

const version = '2021-12-02'

/** Stores a blob in the emulator of a host at work, past the host. */
export async function storeBlob(folder: string, container: string, name: string, content: string): Promise<void> {
  const { Storage: connection } = JSON.parse(readFileSync(join(folder, 'address.json'), 'utf8')) as { Storage: string }
  const settings = new Map(connection.split(';').filter(Boolean).map(part => [part.slice(0, part.indexOf('=')), part.slice(part.indexOf('=') + 1)]))
  const [account, secret, endpoint] = ['AccountName', 'AccountKey', 'BlobEndpoint'].map(setting => settings.get(setting)!)
  const url = `${endpoint!.replace(/\/$/, '')}/${container}`

  const put = async (address: string, query: string, body: string, headers: Record<string, string>) => {
    const all: Record<string, string> = { ...headers, 'x-ms-date': new Date().toUTCString(), 'x-ms-version': version }
    const named = Object.keys(all).sort().map(header => `${header}:${all[header]!}\n`).join('')
    const length = body.length === 0 ? '' : Buffer.byteLength(body)
    const resource = `/${account!}${new URL(address).pathname}${query && `\n${query.replace('=', ':')}`}`
    const signed = createHmac('sha256', Buffer.from(secret!, 'base64')).update(`PUT\n\n\n${length}\n\n\n\n\n\n\n\n\n${named}${resource}`).digest('base64')
    const answer = await fetch(address + (query && `?${query}`), { method: 'PUT', headers: { ...all, Authorization: `SharedKey ${account!}:${signed}` }, body: body.length === 0 ? undefined : Buffer.from(body) })
    if (!answer.ok && answer.status !== 409) throw new Error(`Storage answered ${answer.status}: ${await answer.text()}`)
  }
  await put(url, 'restype=container', '', {})
  await put(`${url}/${name}`, '', content, { 'x-ms-blob-type': 'BlockBlob' })
}
