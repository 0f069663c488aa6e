import { ActionIcon, Tooltip } from '@mantine/core'
import { Ban, Plug, RefreshCw } from 'lucide-react'
import { useState } from 'react'
import type { AnyRecord } from '../../api/wire.ts'
import { RecordScreen } from '../../records/record-screen.tsx'
import { KEYS } from './key-definition.tsx'
import { RevokeKey } from './revoke-key.tsx'
import { RotateKey } from './rotate-key.tsx'
import { ShowKey } from './show-key.tsx'

const STEPS = [
  { step: 'show', label: 'Key and client configuration', icon: Plug },
  { step: 'rotate', label: 'Replace', icon: RefreshCw },
  { step: 'revoke', label: 'Revoke', icon: Ban },
] as const
type Step = (typeof STEPS)[number]['step']

/** Made, copied, replaced, revoked. */
export function KeysScreen() {
  const [open, setOpen] = useState<{ readonly step: Step; readonly record: AnyRecord }>()
  const close = () => setOpen(undefined)
  return (
    <>
      <RecordScreen
        definition={KEYS}
        onAdded={(record) => setOpen({ step: 'show', record })}
        rowActions={(record) =>
          STEPS.filter(({ step }) => step !== 'revoke' || record.is_active === true).map(
            ({ step, label, icon: Icon }) => (
              <Tooltip key={step} label={label}>
                <ActionIcon
                  variant="subtle"
                  color="gray"
                  aria-label={`${label}: ${String(record.name)}`}
                  onClick={() => setOpen({ step, record })}
                >
                  <Icon size={15} />
                </ActionIcon>
              </Tooltip>
            ),
          )
        }
      />
      {open?.step === 'show' && <ShowKey record={open.record} onClose={close} />}
      {open?.step === 'rotate' && (
        <RotateKey
          record={open.record}
          onDone={(record) => setOpen({ step: 'show', record })}
          onClose={close}
        />
      )}
      {open?.step === 'revoke' && <RevokeKey record={open.record} onClose={close} />}
    </>
  )
}
