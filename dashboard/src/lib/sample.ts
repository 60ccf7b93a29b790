const textBytes = 256 * 1024
const packedBytes = 4 * 1024 * 1024
const packed = /\.(gz|gzip|zip|xlsx)$/i

/** What of a file is needed for a preview; null when that cannot be had without all of a large file. */
export function sampleOf(file: { name: string; size: number }): number | null {
  if (!packed.test(file.name)) return Math.min(file.size, textBytes)
  return file.size <= packedBytes ? file.size : null
}

/** Bytes as Base64, in pieces that a call can take as arguments. */
export function base64(bytes: Uint8Array): string {
  let text = ''
  const piece = 0x8000
  for (let i = 0; i < bytes.length; i += piece) text += String.fromCharCode(...bytes.subarray(i, i + piece))
  return btoa(text)
}
