import { Button, FileInput, Group, Stack, Switch, Text } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { FileJson } from 'lucide-react'
import { useState } from 'react'
import * as z from 'zod'
import { useApi } from '../../api/api-context.ts'
import { ApiError } from '../../api/api-error.ts'
import { ConfirmStep } from '../../parts/confirm-step.tsx'
import { ErrorPanel } from '../../parts/error-panel.tsx'
import { Panel } from '../../parts/panel.tsx'
import { type Imported, ImportResult, imported } from './import-result.tsx'
import { PackageChanges } from './package-changes.tsx'
import { type ConfigPackage, configPackage, packageDiff } from './package-diff.ts'

interface Compared {
  readonly wanted: ConfigPackage
  readonly here: ConfigPackage
}

/** A file is compared first; nothing is applied before somebody has seen what it changes and says so. */
export function ImportPackage() {
  const api = useApi()
  const queries = useQueryClient()
  const [file, setFile] = useState<File | null>(null)
  const [overwrite, setOverwrite] = useState(false)
  const [isAsking, setAsking] = useState(false)
  const [result, setResult] = useState<Imported>()
  const compare = useMutation({
    mutationFn: async (chosen: File): Promise<Compared> => ({
      wanted: await packageIn(chosen),
      here: await api.read({ path: 'system/config_package' }, configPackage),
    }),
  })
  const changes = compare.data ? packageDiff(compare.data.wanted, compare.data.here) : []
  const applied = changes.filter(({ effect }) => effect === 'new' || (effect === 'changed' && overwrite))
  const choose = (chosen: File | null) => {
    setFile(chosen)
    setResult(undefined)
    if (chosen) compare.mutate(chosen)
    else compare.reset()
  }
  const carryOut = async () => {
    const answer = await api.read(
      { verb: 'POST', path: 'system/config_package', query: { overwrite }, body: compare.data?.wanted },
      imported,
    )
    await queries.invalidateQueries({ queryKey: ['system'] })
    setResult(answer)
    setFile(null)
    compare.reset()
  }
  return (
    <Panel title="Import" lead="Nothing is changed before you have seen the differences and confirmed them.">
      <Stack gap="md">
        <FileInput
          label="JSON document of another instance"
          placeholder="sluice-config.json"
          accept=".json,application/json"
          leftSection={<FileJson size={16} />}
          clearable
          clearButtonProps={{ 'aria-label': 'Choose no file' }}
          maw={420}
          value={file}
          onChange={choose}
        />
        {compare.error && <ErrorPanel error={compare.error} />}
        {compare.data && (
          <>
            <Switch
              label="Overwrite what is there"
              description="Records of the same name become as the file says. Otherwise they stay as they are."
              checked={overwrite}
              onChange={(event) => setOverwrite(event.currentTarget.checked)}
            />
            <PackageChanges changes={changes} overwrite={overwrite} />
            <Group gap="sm">
              <Button disabled={applied.length === 0} onClick={() => setAsking(true)}>
                Import {applied.length} {applied.length === 1 ? 'change' : 'changes'}
              </Button>
              {applied.length === 0 && (
                <Text size="sm" c="dimmed">
                  {overwrite ? 'This instance is as the file says.' : 'There is nothing new in the file.'}
                </Text>
              )}
            </Group>
          </>
        )}
        {result && <ImportResult result={result} />}
        {isAsking && (
          <ConfirmStep
            title={`Import ${applied.length} ${applied.length === 1 ? 'change' : 'changes'}?`}
            label="Import them"
            carryOut={carryOut}
            onClose={() => setAsking(false)}
          >
            {applied.map(({ kind, name }) => `${kind} ${name}`).join(', ')}. Whoever uses what changes notices
            at once. Any mistake in the file refuses all of it.
          </ConfirmStep>
        )}
      </Stack>
    </Panel>
  )
}

async function packageIn(file: File): Promise<ConfigPackage> {
  const parsed = z.preprocess(jsonOf, configPackage).safeParse(await file.text())
  if (parsed.success) return parsed.data
  throw new ApiError(`${file.name} is no configuration of Sluice.`, {
    status: 400,
    hint: 'Choose a JSON document that was exported here or by sluice config export.',
  })
}

/** Undefined for what is no JSON. */
function jsonOf(text: unknown): unknown {
  try {
    const parsed: unknown = JSON.parse(String(text))
    return parsed
  } catch {
    return undefined
  }
}
