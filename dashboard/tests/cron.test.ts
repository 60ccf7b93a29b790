import { describe, expect, it } from 'vitest'
import { cronText, intervalText } from '../src/lib/cron'

describe('cronText', () => {
  it.each([
    ['30 2 * * MON-FRI', 'at 02:30, Monday to Friday'], ['0 9 * * 1', 'at 09:00, Monday'], ['*/15 * * * *', 'every 15 minutes'], ['* * * * *', 'each minute'],
    ['5 * * * *', 'each hour at minute 5'], ['0 */6 * * *', 'every 6 hours'], ['0 0 1 * *', 'at 00:00, on day 1 of the month'],
    ['0 0 1 JAN *', 'at 00:00, on day 1 of January'], ['0 8-18 * * *', 'at 08:00 to 18:00'], ['*/10 * * * * *', 'every 10 seconds'], ['30 0 12 * * SUN,SAT', 'at 12:00:30, Sunday, Saturday'],
    ['0 12 * 7 *', 'at 12:00, in July'], ['0 12 L * *', '0 12 L * *'], ['nonsense', 'nonsense'],
  ])('%s is %s', (cron, text) => expect(cronText(cron)).toBe(text))
})

describe('intervalText', () => {
  it.each([
    ['PT15M', 'every 15 minutes'], ['PT1H', 'every hour'], ['P1DT2H', 'every day and 2 hours'], ['00:00:10', 'every 10 seconds'], ['1.00:00:00', 'every day'], ['soon', 'soon'],
  ])('%s is %s', (interval, text) => expect(intervalText(interval)).toBe(text))
})
