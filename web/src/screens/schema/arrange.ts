import { Graph, layout } from '@dagrejs/dagre'
import type { TableDescription } from '../../database/description.ts'

export interface Box {
  readonly id: string
  readonly width: number
  readonly height: number
}

export interface Line {
  readonly from: string
  readonly to: string
}

export interface Place {
  readonly x: number
  readonly y: number
}

/** Top left corners: what is joined by lines in layers from left to right, what stands alone in rows below. */
export function arrange(boxes: readonly Box[], lines: readonly Line[]): ReadonlyMap<string, Place> {
  const joined = new Set(lines.flatMap(({ from, to }) => [from, to]))
  const graph = new Graph({ multigraph: true })
  graph.setGraph({ rankdir: 'LR', nodesep: 28, ranksep: 90, marginx: 0, marginy: 0 })
  graph.setDefaultEdgeLabel(() => ({}))
  for (const { id, width, height } of boxes) if (joined.has(id)) graph.setNode(id, { width, height })
  for (const [index, { from, to }] of lines.entries()) graph.setEdge(from, to, {}, String(index))
  layout(graph)
  const places = new Map<string, Place>()
  let bottom = 0
  for (const { id, width, height } of boxes) {
    if (!joined.has(id)) continue
    const node = graph.node(id)
    places.set(id, { x: node.x - width / 2, y: node.y - height / 2 })
    bottom = Math.max(bottom, node.y + height / 2)
  }
  for (const [id, place] of rows(
    boxes.filter(({ id }) => !joined.has(id)),
    bottom === 0 ? 0 : bottom + 60,
  )) {
    places.set(id, place)
  }
  return places
}

/** Boxes beside each other, in about as many rows as columns. */
function rows(boxes: readonly Box[], top: number): readonly [string, Place][] {
  const across = Math.ceil(Math.sqrt(boxes.length) * 1.4)
  const places: [string, Place][] = []
  let y = top
  for (let start = 0; start < boxes.length; start += across) {
    const row = boxes.slice(start, start + across)
    let x = 0
    for (const { id, width } of row) {
      places.push([id, { x, y }])
      x += width + 28
    }
    y += Math.max(...row.map(({ height }) => height)) + 28
  }
  return places
}

/** References from table to table, each once; of a table to itself none. */
export function referencesOf(tables: readonly TableDescription[]): readonly Line[] {
  const known = new Set(tables.map(({ name }) => name))
  const found = new Map<string, Line>()
  for (const { name, related } of tables) {
    for (const { type, ref_table: to } of related) {
      if (type === 'belongs_to' && to !== name && known.has(to))
        found.set(JSON.stringify([name, to]), { from: name, to })
    }
  }
  return [...found.values()]
}

/** A table and what is up to `steps` lines away from it. */
export function around(start: string, lines: readonly Line[], steps: number): ReadonlySet<string> {
  const near = new Set([start])
  for (let step = 0; step < steps; step++) {
    for (const { from, to } of lines.filter((line) => near.has(line.from) !== near.has(line.to))) {
      near.add(from)
      near.add(to)
    }
  }
  return near
}
