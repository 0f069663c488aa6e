import { Button, SegmentedControl, Select, Textarea, TextInput } from '@mantine/core'
import { useMutation, useQuery } from '@tanstack/react-query'
import { Play } from 'lucide-react'
import { type FormEvent, useState } from 'react'
import * as z from 'zod'
import { useApi } from '../../api/api-context.ts'
import { ApiError } from '../../api/api-error.ts'
import { listOf } from '../../api/wire.ts'
import { useDatabases } from '../../database/use-database.ts'
import { ErrorPanel } from '../../parts/error-panel.tsx'
import { Page } from '../../parts/page.tsx'
import { Panel } from '../../parts/panel.tsx'
import { bodyOf, EXAMPLES, type Trial, tried } from './trial.ts'
import { TriedAnswer } from './tried-answer.tsx'
import classes from './try.module.css'

const named = z.object({ id: z.number(), name: z.string() })

/** Carries out a tool or a REST request as a role or a key, to see what they get. */
export function TryScreen() {
  const api = useApi()
  const [trial, setTrial] = useState<Trial>({ as: '', kind: 'tool', service: '', ...EXAMPLES.tool })
  const change = (values: Partial<Trial>) => setTrial({ ...trial, ...values })
  const run = useMutation({
    mutationFn: () => api.read({ verb: 'POST', path: 'system/try', body: bodyOf(trial) }, tried),
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    run.mutate()
  }
  return (
    <Page
      title="Try it as"
      lead="What a role or a key gets, through the same doors as an agent. It is carried out for real: what writes, writes. The call log has it with your name."
    >
      <Panel>
        <form onSubmit={submit} className={classes.form}>
          <Who value={trial.as} onChange={(as) => change({ as })} />
          <SegmentedControl
            aria-label="What to try"
            data={[
              { value: 'tool', label: 'A tool (MCP)' },
              { value: 'rest', label: 'A REST request' },
            ]}
            value={trial.kind}
            onChange={(kind) =>
              change(
                kind === 'rest' ? { kind: 'rest', ...EXAMPLES.rest } : { kind: 'tool', ...EXAMPLES.tool },
              )
            }
          />
          {trial.kind === 'tool' ? (
            <Tool trial={trial} onChange={change} />
          ) : (
            <Rest trial={trial} onChange={change} />
          )}
          <Textarea
            label={trial.kind === 'tool' ? 'Arguments (JSON)' : 'Body (JSON, may be empty)'}
            classNames={{ input: classes.code }}
            rows={5}
            value={trial.json}
            onChange={(event) => change({ json: event.currentTarget.value })}
          />
          {run.error && <ErrorPanel title="It was not tried" error={run.error} />}
          <div>
            <Button
              type="submit"
              leftSection={<Play size={16} />}
              loading={run.isPending}
              disabled={trial.as === ''}
            >
              Try it
            </Button>
          </div>
        </form>
      </Panel>
      {run.data && <TriedAnswer answer={run.data} />}
    </Page>
  )
}

interface PartProps {
  readonly trial: Trial
  readonly onChange: (values: Partial<Trial>) => void
}

function Who({ value, onChange }: { readonly value: string; readonly onChange: (as: string) => void }) {
  const api = useApi()
  const found = useQuery({
    queryKey: ['system', 'role', 'and keys'],
    queryFn: async ({ signal }) => {
      const query = { fields: 'id,name', order: 'name' }
      const [roles, keys] = await Promise.all(
        ['role', 'app'].map((resource) =>
          api.read({ path: `system/${resource}`, query, signal }, listOf(named)),
        ),
      )
      return { roles: roles?.resource ?? [], keys: keys?.resource ?? [] }
    },
  })
  const items = (kind: string, all: readonly { readonly id: number; readonly name: string }[] = []) =>
    all.map(({ id, name }) => ({ value: `${kind} ${id}`, label: name }))
  return (
    <Select
      label="As"
      placeholder="Choose a role or a key"
      description={found.error instanceof ApiError ? found.error.message : undefined}
      searchable
      required
      data={[
        { group: 'Roles', items: items('role', found.data?.roles) },
        { group: 'Keys', items: items('app', found.data?.keys) },
      ]}
      value={value === '' ? null : value}
      onChange={(next) => onChange(next ?? '')}
    />
  )
}

function Tool({ trial, onChange }: PartProps) {
  const databases = useDatabases()
  const names = (databases.data ?? []).map(({ name }) => name)
  return (
    <div className={classes.pair}>
      <Select
        label="Service"
        placeholder="Choose a service"
        required
        data={names}
        value={trial.service === '' ? null : trial.service}
        onChange={(service) => onChange({ service: service ?? '' })}
      />
      <TextInput
        label="Tool"
        required
        value={trial.name}
        onChange={(event) => onChange({ name: event.currentTarget.value })}
      />
    </div>
  )
}

const VERBS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']

function Rest({ trial, onChange }: PartProps) {
  return (
    <div className={classes.pair}>
      <Select
        label="Verb"
        data={VERBS}
        allowDeselect={false}
        value={trial.verb}
        onChange={(verb) => onChange({ verb: verb ?? 'GET' })}
      />
      <TextInput
        label="Path"
        description="What stands after /api/v2/"
        required
        value={trial.path}
        onChange={(event) => onChange({ path: event.currentTarget.value })}
      />
    </div>
  )
}
