/** A blob's name without its container and, for uploads, what the page put before it. */
export const fileName = (blob: string): string => blob.slice(blob.indexOf('/') + 1)

export const baseName = (blob: string): string => blob.slice(blob.lastIndexOf('/') + 1)

/** The address of a blob below the API: each part of the path is escaped, the slashes stay. */
export const fileAddress = (blob: string): string => `files/${blob.split('/').map(encodeURIComponent).join('/')}`
