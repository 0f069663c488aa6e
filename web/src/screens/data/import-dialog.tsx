import { Alert, Button, FileInput, Group, Modal, Progress, Stack, Text } from '@mantine/core'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import * as z from 'zod'
import { useApi } from '../../api/api-context.ts'
import { calledName, type TableDescription } from '../../database/description.ts'
import { ErrorPanel } from '../../parts/error-panel.tsx'
import { previewOf } from './csv-preview.ts'
import classes from './import-dialog.module.css'

interface ImportDialogProps {
  readonly service: string
  readonly description: TableDescription
  readonly onDone: () => void
  readonly onClose: () => void
}

const progress = z.object({
  id: z.number(),
  status: z.enum(['running', 'done', 'failed', 'cancelled']),
  rows_total: z.number().nullable(),
  rows_done: z.number(),
  message: z.string().nullable(),
})

type Run = z.infer<typeof progress>

/** A CSV file into a table: looked at first, then written in the background with its progress shown. */
export function ImportDialog({ service, description, onDone, onClose }: ImportDialogProps) {
  const api = useApi()
  const [file, setFile] = useState<File | null>(null)
  const table = calledName(description)
  const imports = `${encodeURIComponent(service)}/_import`
  const preview = useQuery({
    queryKey: ['preview', file?.name, file?.size, file?.lastModified],
    enabled: file !== null,
    queryFn: async () => (file ? await previewOf(file, description) : undefined),
  })
  const start = useMutation({
    mutationFn: (content: File) =>
      api.read(
        {
          verb: 'POST',
          path: `${imports}/${encodeURIComponent(table)}`,
          body: content,
          contentType: 'text/csv',
        },
        progress,
      ),
  })
  const id = start.data?.id
  const run = useQuery<Run>({
    queryKey: ['import', service, id],
    enabled: id !== undefined,
    refetchInterval: ({ state }) => (state.data && state.data.status !== 'running' ? false : 500),
    queryFn: async ({ signal }): Promise<Run> => {
      const now = await api.read({ path: `${imports}/${id}`, signal }, progress)
      if (now.status !== 'running') onDone()
      return now
    },
  })
  const stop = useMutation({ mutationFn: () => api.change({ verb: 'DELETE', path: `${imports}/${id}` }) })
  const isRunning = id !== undefined && (run.data === undefined || run.data.status === 'running')
  return (
    <Modal opened onClose={onClose} title={`Import CSV into ${table}`} size="xl" closeOnClickOutside={false}>
      <Stack gap="md">
        {id === undefined && (
          <FileInput
            label="File"
            description="CSV, UTF-8, with a line of names first. Names that are no field are refused; an empty cell is null."
            accept=".csv,.tsv,.txt,text/csv"
            placeholder="Choose a file"
            value={file}
            onChange={setFile}
          />
        )}
        {preview.error && <ErrorPanel error={preview.error} title="The file cannot be read" />}
        {id === undefined && preview.data && <Preview {...preview.data} />}
        {start.error && <ErrorPanel error={start.error} title="Nothing was written" />}
        {run.error && <ErrorPanel error={run.error} />}
        {run.data && <RunState {...run.data} />}
        {stop.error && <ErrorPanel error={stop.error} />}
        <Group justify="flex-end">
          {isRunning ? (
            <>
              <Text size="sm" c="dimmed">
                It goes on when you close this.
              </Text>
              <Button variant="default" c="red" loading={stop.isPending} onClick={() => stop.mutate()}>
                Stop the import
              </Button>
            </>
          ) : null}
          <Button variant="default" onClick={onClose}>
            Close
          </Button>
          {id === undefined && (
            <Button
              disabled={!file || !preview.data || preview.data.unknown.length > 0}
              loading={start.isPending}
              onClick={() => file && start.mutate(file)}
            >
              Import
            </Button>
          )}
        </Group>
      </Stack>
    </Modal>
  )
}

function RunState({ status, rows_total, rows_done, message }: Run) {
  const share = rows_total ? (rows_done / rows_total) * 100 : 0
  return (
    <Stack gap="xs">
      <Progress.Root size="lg">
        <Progress.Section
          value={status === 'done' ? 100 : share}
          aria-label="Rows written"
          color={COLOURS[status]}
        />
      </Progress.Root>
      <Text size="sm" role="status">
        {STATUS_WORDS[status]} {rows_done.toLocaleString('en')} of {rows_total?.toLocaleString('en') ?? '…'}{' '}
        rows are written.
      </Text>
      {message !== null && (
        <Alert color="red" variant="light">
          {message}
        </Alert>
      )}
    </Stack>
  )
}

const STATUS_WORDS = {
  running: 'Writing:',
  done: 'Done:',
  failed: 'It failed:',
  cancelled: 'It was stopped:',
} as const
const COLOURS = { running: 'indigo', done: 'teal', failed: 'red', cancelled: 'gray' } as const

function Preview({ names, rows, unknown, missing }: Awaited<ReturnType<typeof previewOf>>) {
  return (
    <Stack gap="xs">
      {unknown.length > 0 && (
        <Alert color="red" variant="light" title="Names that are no fields of the table">
          {unknown.join(', ')}. Correct the first line of the file.
        </Alert>
      )}
      {missing.length > 0 && (
        <Alert color="indigo" variant="light" title="Required fields that the file does not have">
          {missing.join(', ')}
        </Alert>
      )}
      <Text size="sm" c="dimmed">
        The first {rows.length} rows:
      </Text>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard must reach it */}
      <section className={classes.scroll} tabIndex={0} aria-label="Preview">
        <table className={classes.preview}>
          <thead>
            <tr>
              {names.map((name) => (
                <th key={name} scope="col" data-unknown={unknown.includes(name) || undefined}>
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row, place) => (
              <tr key={String(place)}>
                {names.map((name, at) => (
                  <td key={name}>{row[at]}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </Stack>
  )
}
