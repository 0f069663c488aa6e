import { Button, Menu } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useMutation } from '@tanstack/react-query'
import { Download } from 'lucide-react'
import { useApi } from '../../api/api-context.ts'
import { wordsOf } from '../../api/api-error.ts'
import { calledName, type TableDescription } from '../../database/description.ts'
import { nameText } from './filter-text.ts'
import { tablePath } from './record-address.ts'
import { orderText, type View } from './view.ts'

interface ExportMenuProps {
  readonly service: string
  readonly description: TableDescription
  readonly view: View
  readonly hidden: ReadonlySet<string>
}

/** What the filter selects, as a file: the columns that are shown, in the order that is shown. */
export function ExportMenu({ service, description, view, hidden }: ExportMenuProps) {
  const api = useApi()
  const table = calledName(description)
  const shown = description.field.map(calledName).filter((name) => !hidden.has(name))
  const download = useMutation({
    mutationFn: async (ending: 'csv' | 'json') => {
      const file = `${table}.${ending}`
      const answer = await api.fetch({
        path: tablePath(service, table),
        query: {
          file,
          fields: hidden.size === 0 ? '*' : shown.map(nameText).join(','),
          filter: view.filter || undefined,
          order: view.order && orderText({ ...view.order, field: nameText(view.order.field) }),
        },
      })
      keep(await answer.blob(), file)
      const total = Number(answer.headers.get('x-total-count') ?? 0)
      if (total > 0)
        notifications.show({
          color: 'yellow',
          message: `The table has ${total} records; the service gives fewer at once. Filter, or raise its max_records.`,
        })
    },
    onError: (error) => {
      const { message, hint } = wordsOf(error)
      notifications.show({
        color: 'red',
        title: 'The export failed',
        message: [message, hint].filter(Boolean).join(' '),
      })
    },
  })
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button variant="default" leftSection={<Download size={15} />} loading={download.isPending}>
          Export
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{view.filter === '' ? 'All records' : 'Records that fit the filter'}</Menu.Label>
        <Menu.Item onClick={() => download.mutate('csv')}>CSV, for spreadsheets</Menu.Item>
        <Menu.Item onClick={() => download.mutate('json')}>JSON</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}

/** Gives the person a file. */
function keep(content: Blob, name: string): void {
  const address = URL.createObjectURL(content)
  const link = document.createElement('a')
  link.href = address
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(address), 60_000)
}
