import '@xyflow/react/dist/style.css'
import { SegmentedControl, Select, Switch, useComputedColorScheme } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { Background, Controls, type Edge, MarkerType, MiniMap, ReactFlow, useStore } from '@xyflow/react'
import { useMemo, useState } from 'react'
import { useApi } from '../../api/api-context.ts'
import { listOf } from '../../api/wire.ts'
import { calledName, type TableDescription, tableDescription } from '../../database/description.ts'
import { ErrorPanel } from '../../parts/error-panel.tsx'
import { Loading } from '../../parts/loading.tsx'
import { around, arrange, referencesOf } from './arrange.ts'
import classes from './diagram.module.css'
import { type Detail, sizeOf, TableNode, type TableNodeData } from './table-node.tsx'

/** The buttons of the lower left corner lie over nothing. */
const BESIDE_CONTROLS = { left: '56px', top: '16px', right: '16px', bottom: '16px' } as const

interface DiagramProps {
  readonly service: string
  readonly names: readonly string[]
}

/** Tables as boxes, references as lines. Of many tables each shows its keys only; one and what is around it can be looked at alone. */
export function Diagram({ service, names }: DiagramProps) {
  const tables = useDescriptions(service, names)
  const [centre, setCentre] = useState<string | null>(null)
  const [steps, setSteps] = useState('1')
  const [isWhole, setWhole] = useState(false)
  const scheme = useComputedColorScheme()
  const navigate = useNavigate()
  const picture = useMemo(
    () => tables.data && pictureOf(tables.data, centre, Number(steps), isWhole),
    [tables.data, centre, steps, isWhole],
  )
  return (
    <>
      <div className={classes.bar}>
        <Select
          aria-label="Only what is around a table"
          placeholder="All tables"
          searchable
          clearable
          w={260}
          data={[...names]}
          value={centre}
          onChange={setCentre}
        />
        {centre !== null && (
          <SegmentedControl
            aria-label="How far around it"
            data={[
              { value: '1', label: '1 step' },
              { value: '2', label: '2 steps' },
              { value: '3', label: '3 steps' },
            ]}
            value={steps}
            onChange={setSteps}
          />
        )}
        <Switch
          label="All fields"
          checked={isWhole}
          onChange={(event) => setWhole(event.currentTarget.checked)}
        />
        {picture && (
          <span className={classes.count} role="status">
            {picture.nodes.length} tables, {picture.edges.length} references
          </span>
        )}
      </div>
      {tables.error && <ErrorPanel error={tables.error} onRetry={() => void tables.refetch()} />}
      {!picture && !tables.error && <Loading label="Drawing" />}
      {picture && (
        <div className={classes.picture}>
          <ReactFlow
            key={`${centre}/${steps}/${isWhole}`}
            nodes={picture.nodes}
            edges={picture.edges}
            nodeTypes={NODE_TYPES}
            colorMode={scheme}
            fitView
            fitViewOptions={{ padding: BESIDE_CONTROLS, minZoom: 0.12, maxZoom: 1 }}
            minZoom={0.08}
            nodesConnectable={false}
            nodesDraggable={false}
            onlyRenderVisibleElements
            onNodeClick={(_event, { id }) =>
              void navigate({ to: `/schema/${encodeURIComponent(service)}/${encodeURIComponent(id)}` })
            }
            aria-label={`Tables of ${service}`}
          >
            <Background gap={24} />
            <Controls showInteractive={false} />
            {picture.nodes.length > CROWD && (
              <MiniMap pannable zoomable ariaLabel="Small map of the tables" />
            )}
            <Distance />
          </ReactFlow>
        </div>
      )}
    </>
  )
}

const ARROW = { type: MarkerType.ArrowClosed, width: 18, height: 18 } as const
const NODE_TYPES = { table: TableNode }

/** From afar boxes show their names alone, large. */
function Distance() {
  const isFar = useStore(({ transform }) => transform[2] < 0.55)
  return isFar ? <span data-far hidden /> : null
}

function useDescriptions(service: string, names: readonly string[]) {
  const api = useApi()
  return useQuery({
    queryKey: ['descriptions', service, names],
    queryFn: async ({ signal }) =>
      (
        await api.read(
          {
            verb: 'POST',
            path: `${encodeURIComponent(service)}/_schema`,
            query: { method: 'GET' },
            body: { ids: names },
            signal,
          },
          listOf(tableDescription),
        )
      ).resource,
  })
}

/** More than these show their keys alone, unless all fields are asked for. */
const MANY = 6
/** More than these show their names alone, and need a map. */
const CROWD = 40

function pictureOf(all: readonly TableDescription[], centre: string | null, steps: number, isWhole: boolean) {
  const references = referencesOf(all)
  const start = all.find((table) => calledName(table) === centre)?.name
  const near = start === undefined ? undefined : around(start, references, steps)
  const tables = all.filter(({ name }) => near === undefined || near.has(name))
  const lines = referencesOf(tables)
  const detail = detailOf(tables.length, isWhole)
  const boxes = tables.map((table) => ({ id: table.name, ...sizeOf(table, detail) }))
  const places = arrange(boxes, lines)
  const nodes = tables.map((table, index) => ({
    id: table.name,
    type: 'table' as const,
    position: places.get(table.name) ?? { x: 0, y: 0 },
    data: { table, detail, isCentre: table.name === start } satisfies TableNodeData,
    width: boxes[index]?.width ?? 0,
    height: boxes[index]?.height ?? 0,
    ariaLabel: `${calledName(table)}: show the table`,
  }))
  const edges = lines.map(
    ({ from, to }): Edge => ({ id: JSON.stringify([from, to]), source: from, target: to, markerEnd: ARROW }),
  )
  return { nodes, edges }
}

function detailOf(count: number, isWhole: boolean): Detail {
  if (isWhole || count <= MANY) return 'fields'
  return count > CROWD ? 'name' : 'keys'
}
