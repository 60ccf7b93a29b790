/** A record that was refused, as the app lists it. */
export interface Reject {
  row: number; line: number; field: string; code: string; message: string; raw: string; values?: string[] | null; file?: string | null
}
export interface RejectPage {
  columns: string[]; rejects: Reject[]; next?: string | null; refusal?: string | null; count?: number | null; isExact: boolean
}

/** What becomes of one record: it has these values, or this text, or is left out for good. */
export type Mended = { row: number } & ({ values: string[] } | { raw: string } | { drop: true })

/** Another value wherever one stands in a column of a reject. */
export interface Rule { column: string; from: string; to: string }
export interface CountedRule extends Rule { count: number; isExact: boolean }

/** Values by a rule that fits them; null when none does. A record that was mended by itself is no rule's. */
export function byRules(values: string[] | null | undefined, columns: string[], rules: Rule[]): string[] | null {
  if (!values) return null
  const next = values.map((value, i) => rules.find(r => r.column === columns[i] && r.from === value)?.to ?? value)
  return next.some((value, i) => value !== values[i]) ? next : null
}

/** As many cells as there are columns, so that what is missing can be filled in. */
export const filledUp = (values: string[], columns: string[]): string[] =>
  [...values, ...columns.slice(values.length).map(() => '')]

/** The one cell in which two records differ; -1 when it is none or several. */
export function onlyChange(before: string[], after: string[]): number {
  if (before.length !== after.length) return -1
  const changed = after.flatMap((value, i) => value === before[i] ? [] : [i])
  return changed.length === 1 ? changed[0]! : -1
}

/** A rule among others: one for the same value takes the place of the one before. */
export const withRule = (rules: CountedRule[], rule: CountedRule): CountedRule[] =>
  [...rules.filter(r => r.column !== rule.column || r.from !== rule.from), rule]

/** What is sent: nothing that is empty. */
export const mendBody = (records: Iterable<Mended>, rules: Rule[]): { records?: Mended[]; rules?: Rule[] } => {
  const list = [...records].sort((a, b) => a.row - b.row)
  return {
    ...(list.length && { records: list }), ...(rules.length && { rules: rules.map(({ column, from, to }) => ({ column, from, to })) }),
  }
}
