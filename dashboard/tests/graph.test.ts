import { expect, it } from 'vitest'
import type { StepDefinition } from '../src/api/types'
import { curve, draw, fit, linksOf } from '../src/lib/graph'

const task = (name: string): StepDefinition => ({ name, type: 'task', task: 'demo.add' })
const steps: StepDefinition[] = [
  task('first'),
  { name: 'both', type: 'parallel', steps: [task('a'), { name: 'inner', type: 'conditional', then: [task('b')], else: [] }] },
  { name: 'large', type: 'conditional', then: [task('split'), task('join')], else: [] },
  task('last'),
]
const links = (list: StepDefinition[]) => linksOf(list).links.map(l => `${l.from}>${l.to}${l.label && ` ${l.label}`}`).sort()

it('links each step with what follows it', () => expect(links(steps)).toEqual([
  'a>large', 'b>large', 'both>a', 'both>inner', 'first>both', 'inner>b then', 'inner>large else', 'join>last', 'large>last else', 'large>split then', 'split>join',
]))

it('has no links in one step', () => expect(links([task('alone')])).toEqual([]))

it('places every step below what it follows', () => {
  const { nodes, edges, width, height } = draw(steps)
  const at = new Map(nodes.map(n => [n.id, n]))
  expect(nodes).toHaveLength(9)
  for (const edge of edges) expect(at.get(edge.to)!.y).toBeGreaterThan(at.get(edge.from)!.y)
  for (const node of nodes) {
    expect(node.x).toBeGreaterThanOrEqual(0)
    expect(node.x + node.width).toBeLessThanOrEqual(width)
    expect(node.y + node.height).toBeLessThanOrEqual(height)
  }
})

it('cuts a name that is too long', () => expect(fit('a'.repeat(60), 120)).toMatch(/^a+…$/))

it('draws a line through two points', () => expect(curve([{ x: 0, y: 0 }, { x: 0, y: 9 }])).toBe('M0,0 L0,9'))
