// Reads CSV as RFC 4180 has it: enough for what the app itself wrote, and for one record of somebody's file.

/** The records of a text. A record that is cut off at the end is left out unless the text is whole. */
export function parseCsv(text: string, delimiter = ',', whole = true): string[][] {
  const records: string[][] = []
  let record: string[] = []
  let field = ''
  let quoted = false
  let any = false
  for (let i = 0; i < text.length; i++) {
    const c = text[i]!
    if (quoted) {
      if (c !== '"') field += c
      else if (text[i + 1] === '"') field += text[++i]
      else quoted = false
    } else if (c === '"' && field === '') quoted = any = true
    else if (c === delimiter) {
      record.push(field)
      field = ''
      any = true
    } else if (c === '\n' || (c === '\r' && text[i + 1] === '\n')) {
      if (c === '\r') i++
      record.push(field)
      records.push(record)
      record = []
      field = ''
      any = false
    } else {
      field += c
      any = true
    }
  }
  if (whole && (any || record.length > 0)) records.push([...record, field])
  return records
}

const delimiters = [',', ';', '\t', '|']

/** The cells of one record, by the delimiter that gives about as many as there are columns. */
export function splitRecord(raw: string, columns: number): string[] {
  const readings = delimiters.map(d => parseCsv(raw.replace(/\r?\n$/, ''), d)[0] ?? [raw])
  return readings.reduce((best, cells) => Math.abs(cells.length - columns) < Math.abs(best.length - columns) ? cells : best)
}

/** Equal bins between the smallest and the largest number. */
export function histogram(values: number[], bins: number): { from: number; to: number; count: number }[] {
  if (values.length === 0) return []
  let min = Infinity
  let max = -Infinity
  for (const v of values) {
    if (v < min) min = v
    if (v > max) max = v
  }
  if (min === max) return [{ from: min, to: max, count: values.length }]
  const width = (max - min) / bins
  const counts = new Array<number>(bins).fill(0)
  for (const v of values) counts[Math.min(bins - 1, Math.floor((v - min) / width))]!++
  return counts.map((count, i) => ({ from: min + i * width, to: min + (i + 1) * width, count }))
}

/** The most frequent values, and how many others there are. */
export function frequent(values: string[], shown: number): { top: { value: string; count: number }[]; others: number } {
  const counts = new Map<string, number>()
  for (const v of values) counts.set(v, (counts.get(v) ?? 0) + 1)
  const sorted = [...counts].sort((a, b) => b[1] - a[1])
  return { top: sorted.slice(0, shown).map(([value, count]) => ({ value, count })), others: Math.max(0, sorted.length - shown) }
}
