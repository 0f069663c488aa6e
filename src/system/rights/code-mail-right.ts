import type { Filter } from '../../core/database/query.ts'
import type { Json, Row } from '../../core/database/value.ts'
import { CODE_TEMPLATES } from '../email-templates.ts'
import { toConfig } from '../service-config.ts'
import type { Given } from '../system-resource.ts'
import type { WriteContext } from '../write-context.ts'

type Context = Pick<WriteContext, 'isBound' | 'requireUnbound' | 'rows' | 'stored'>

const EVERY_ROW: Filter = { op: '>', field: 'id', value: 0 }
const OF_SERVER: Filter = { op: '=', field: 'deletable', value: false }

/** The messages that codes for new passwords are sent in: whoever writes one can have the codes sent along to themselves. */
export async function templatesOfCodes({ rows }: Pick<Context, 'rows'>): Promise<readonly Row[]> {
  const ids = await idsInUse({ rows })
  const all = await rows('email_template', EVERY_ROW)
  return all.filter(({ id, name }) => ids.has(Number(id)) || isOfCodes(name))
}

/** Throws `forbidden` for a message that codes are sent in. `given` undefined: it goes. */
export async function requireTemplateRight(given: Given | undefined, context: Context): Promise<void> {
  const { isBound, requireUnbound, stored } = context
  if (!isBound) return
  const used = await templatesOfCodes(context)
  const isUsed = used.some(({ id }) => id === stored?.id)
  if (isUsed || isOfCodes(given?.name)) requireUnbound()
}

function isOfCodes(name: Json | undefined): boolean {
  return typeof name === 'string' && CODE_TEMPLATES.has(name.trim().toLowerCase())
}

/** Of the templates that the configs of the services of the server name. */
async function idsInUse({ rows }: Pick<Context, 'rows'>): Promise<ReadonlySet<number>> {
  const services = await rows('service', OF_SERVER)
  const entries = services.flatMap(({ config }) => Object.entries(toConfig(config) ?? {}))
  return new Set(
    entries.flatMap(([key, id]) =>
      key.endsWith('_email_template_id') && typeof id === 'number' ? [id] : [],
    ),
  )
}
