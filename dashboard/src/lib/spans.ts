const hour = 3_600_000

/** Times that lists are limited to. */
export const spans = [{ hours: '', text: 'any time' }, { hours: '1', text: 'last hour' }, { hours: '24', text: 'last 24 h' }, { hours: '168', text: 'last 7 days' }]

/** The time so many hours ago, to the minute, so that the same question stays the same for a while; empty for none. */
export const sinceOf = (hours: string, now: number): string => hours ? new Date(Math.floor(now / 60_000) * 60_000 - Number(hours) * hour).toISOString() : ''
