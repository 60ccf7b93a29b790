export type Cell = 'waiting' | 'running' | 'read' | 'proven' | 'again'

const letters: Record<string, Cell> = { w: 'waiting', r: 'running', d: 'read', p: 'proven', a: 'again' }

/** Reads a strip as the app sends it: a letter for each state, behind it how many ranges have it in a row ("p12r2w40"). */
export function readStrip(text: string): { state: Cell; count: number }[] {
  return [...text.matchAll(/([wrdpa])(\d*)/g)].map(([, letter, count]) => ({ state: letters[letter!]!, count: count ? Number(count) : 1 }))
}

// A cell that stands for several ranges shows the state that matters most.
const rank: Cell[] = ['again', 'running', 'waiting', 'read', 'proven']

/** At most so many cells, each for as many ranges as any other. */
export function cellsOf(runs: { state: Cell; count: number }[], most: number): Cell[] {
  const all = runs.flatMap(r => new Array<Cell>(r.count).fill(r.state))
  if (all.length <= most) return all
  return Array.from({ length: most }, (_, i) => {
    const part = all.slice(Math.floor(i * all.length / most), Math.max(Math.floor((i + 1) * all.length / most), Math.floor(i * all.length / most) + 1))
    return rank.find(state => part.includes(state))!
  })
}
