import { Button } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useMutation } from '@tanstack/react-query'
import { Download } from 'lucide-react'
import { useApi } from '../api/api-context.ts'
import { wordsOf } from '../api/api-error.ts'
import type { ApiRequest } from '../api/send-request.ts'
import { saveFile } from './save-file.ts'

interface DownloadButtonProps {
  /** Names the file, for screen readers; the text is `children` or "Download". */
  readonly label: string
  readonly fileName: string
  readonly request: ApiRequest
  readonly children?: string
}

/** An answer of the API as a file: a plain link could not say who asks. */
export function DownloadButton({ label, fileName, request, children }: DownloadButtonProps) {
  const api = useApi()
  const download = useMutation({
    mutationFn: async () => saveFile(await (await api.fetch(request)).blob(), fileName),
    onError: (error) => {
      const { message, hint } = wordsOf(error)
      notifications.show({ color: 'red', title: message, message: hint })
    },
  })
  return (
    <Button
      variant="default"
      size="xs"
      leftSection={<Download size={14} />}
      // What is heard has to contain what is seen.
      aria-label={children === undefined ? label : `${children}: ${label}`}
      loading={download.isPending}
      onClick={() => download.mutate()}
    >
      {children ?? 'Download'}
    </Button>
  )
}
