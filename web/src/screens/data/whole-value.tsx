import { Group } from '@mantine/core'
import type { FieldDescription } from '../../database/description.ts'
import { CopyText } from '../../parts/copy-text.tsx'
import { bytesOf, Cell, sizeText } from './cell.tsx'

interface WholeValueProps {
  readonly field: FieldDescription
  readonly value: unknown
}

/** A value with nothing cut off. */
export function WholeValue({ field, value }: WholeValueProps) {
  if (field.type === 'binary' && typeof value === 'string' && value !== '')
    return <Binary base64={value} name={field.name} />
  if (typeof value === 'object' && value !== null) {
    return <CopyText label={field.name} text={JSON.stringify(value, null, 2)} isBlock />
  }
  if (typeof value === 'string' && (value.length > 120 || value.includes('\n'))) {
    return <CopyText label={field.name} text={value} isBlock />
  }
  return <Cell field={field} value={value} />
}

function Binary({ base64, name }: { readonly base64: string; readonly name: string }) {
  return (
    <Group gap="sm">
      <span>{sizeText(bytesOf(base64))} of binary data</span>
      <a href={`data:application/octet-stream;base64,${base64}`} download={name}>
        Download
      </a>
    </Group>
  )
}
