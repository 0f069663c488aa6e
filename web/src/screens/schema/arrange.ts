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

/**
 * Top left corners: what is joined by lines in layers from left to right, what stands alone in rows below. A layer that would make the
 * picture a strip becomes several columns.
 */
export function arrange(boxes: readonly Box[], lines: readonly Line[]): ReadonlyMap<string, Place> {
  const joined = new Set(lines.flatMap(({ from, to }) => [from, to]))
  const alone = boxes.filter(({ id }) => !joined.has(id))
  const layers = layersOf(
    boxes.filter(({ id }) => joined.has(id)),
    lines,
  )
  const most = Math.ceil(2 * Math.sqrt(boxes.length))
  const isStrip = boxes.length > most && layers.some((layer) => layer.length > most)
  const places = new Map(
    isStrip ? columns(layers, most) : layers.flat().map(({ id, x, y }) => [id, { x, y }]),
  )
  const bottom = Math.max(-60, ...boxes.map(({ id, height }) => (places.get(id)?.y ?? -Infinity) + height))
  for (const [id, place] of rows(alone, bottom + 60)) places.set(id, place)
  return places
}

type Placed = Box & Place

/** Layers from left to right, each from top to bottom. */
function layersOf(boxes: readonly Box[], lines: readonly Line[]): readonly (readonly Placed[])[] {
  const graph = new Graph({ multigraph: true })
  graph.setGraph({ rankdir: 'LR', nodesep: 28, ranksep: 90, marginx: 0, marginy: 0 })
  graph.setDefaultEdgeLabel(() => ({}))
  for (const { id, width, height } of boxes) graph.setNode(id, { width, height })
  for (const [index, { from, to }] of lines.entries()) graph.setEdge(from, to, {}, String(index))
  layout(graph)
  const byLayer = new Map<number, Placed[]>()
  for (const box of boxes) {
    const { x, y } = graph.node(box.id)
    const placed = { ...box, x: x - box.width / 2, y: y - box.height / 2 }
    byLayer.set(Math.round(x), [...(byLayer.get(Math.round(x)) ?? []), placed])
  }
  return [...byLayer]
    .toSorted(([one], [other]) => one - other)
    .map(([, layer]) => layer.toSorted((one, other) => one.y - other.y))
}

/** Layers as columns of at most `most` boxes. */
function columns(layers: readonly (readonly Placed[])[], most: number): readonly [string, Place][] {
  const places: [string, Place][] = []
  let x = 0
  for (const layer of layers) {
    const count = Math.ceil(layer.length / most)
    const each = Math.ceil(layer.length / count)
    for (let start = 0; start < layer.length; start += each) {
      const column = layer.slice(start, start + each)
      let y = 0
      for (const { id, height } of column) {
        places.push([id, { x, y }])
        y += height + 16
      }
      x += Math.max(...column.map(({ width }) => width)) + 30
    }
    x += 50
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
