import { Graph, layout } from '@dagrejs/dagre'
import type { StepDefinition } from '../api/types'

export interface Node { id: string; kind: string; x: number; y: number; width: number; height: number }
export interface Edge { from: string; to: string; label: string; path: string; x: number; y: number }
export interface Drawing { nodes: Node[]; edges: Edge[]; width: number; height: number }

interface Link { from: string; to: string; label: string }
interface Tail { from: string; label: string }

const height = 46
const minWidth = 96
const maxWidth = 220
const characterWidth = 7.6
const padding = 28

/** What follows what: the branches of a step begin at it, and what comes next follows the ends of all of them. */
export function linksOf(steps: StepDefinition[]): { steps: StepDefinition[]; links: Link[] } {
  const all: StepDefinition[] = []
  const links: Link[] = []

  function chain(list: StepDefinition[], tails: Tail[]): Tail[] {
    for (const step of list) {
      all.push(step)
      links.push(...tails.map(tail => ({ ...tail, to: step.name })))
      tails = ends(step)
    }
    return tails
  }

  function ends(step: StepDefinition): Tail[] {
    const here = (label: string): Tail[] => [{ from: step.name, label }]
    if (step.type === 'conditional') return [...chain(step.then ?? [], here('then')), ...chain(step.else ?? [], here('else'))]
    if (step.type !== 'parallel') return here('')

    // Side by side: one that has steps of its own is a branch.
    const tails = (step.steps ?? []).flatMap(inner => chain([inner], here('')))
    return tails.length ? tails : here('')
  }

  chain(steps, [])
  return { steps: all, links }
}

/** The line under a step's name: what it runs. */
export const detailOf = (step: StepDefinition): string => step.task ?? step.workflow ?? step.orchestration ?? step.type

const widthOf = (step: StepDefinition): number =>
  Math.min(maxWidth, Math.max(minWidth, Math.max(step.name.length, detailOf(step).length) * characterWidth + padding))

/** Places the steps from above to below. */
export function draw(steps: StepDefinition[]): Drawing {
  const { steps: all, links } = linksOf(steps)
  const graph = new Graph({ multigraph: true })
  graph.setGraph({ rankdir: 'TB', nodesep: 28, ranksep: 38, marginx: 8, marginy: 8 })
  graph.setDefaultEdgeLabel(() => ({}))
  for (const step of all) graph.setNode(step.name, { width: widthOf(step), height })
  links.forEach((link, i) => graph.setEdge(link.from, link.to, { label: link.label, width: link.label ? 32 : 0, height: link.label ? 16 : 0, labelpos: 'c' }, String(i)))
  layout(graph)
  const size = graph.graph() as { width?: number; height?: number }
  return {
    width: size.width ?? 0,
    height: size.height ?? 0,
    nodes: all.map(step => {
      const { x, y, width } = graph.node(step.name) as { x: number; y: number; width: number }
      return { id: step.name, kind: detailOf(step), x: x - width / 2, y: y - height / 2, width, height }
    }),
    edges: links.map((link, i) => {
      const { points, x, y } = graph.edge(link.from, link.to, String(i)) as unknown as { points: { x: number; y: number }[]; x?: number; y?: number }
      return { ...link, path: curve(points), x: x ?? 0, y: y ?? 0 }
    }),
  }
}

/** A soft line through the points. */
export function curve(points: { x: number; y: number }[]): string {
  const [first, ...rest] = points
  if (!first) return ''
  let path = `M${first.x},${first.y}`
  for (let i = 0; i < rest.length - 1; i++) {
    const [at, next] = [rest[i]!, rest[i + 1]!]
    path += ` Q${at.x},${at.y} ${(at.x + next.x) / 2},${(at.y + next.y) / 2}`
  }
  const last = rest.at(-1)
  return last ? `${path} L${last.x},${last.y}` : path
}

/** A name as it fits into its box. */
export const fit = (text: string, width: number): string => {
  const most = Math.floor((width - 16) / characterWidth)
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`
}
