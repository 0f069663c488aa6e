import { z } from 'zod'
import { defineEmailType } from '../../../src/core/email/email.ts'
import { openSpool } from './open.ts'

/** What is used until another one is chosen. */
export const localEmail = defineEmailType({
  name: 'local_email',
  label: 'Local spool folder',
  description: 'Writes each message to a file in the folder mail of the data folder.',
  group: 'Email',
  config: z.strictObject({}),
  open: (_config, { spoolDir }) => openSpool(spoolDir),
})
