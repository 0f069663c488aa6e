import type { EmailMessage, EmailType } from '../../core/email/email.ts'
import { AppError } from '../../core/errors.ts'
import { resolveLookups } from '../service/resolve-lookups.ts'
import type { ServiceConfig } from '../service-config.ts'
import type { Snapshot } from '../snapshot.ts'

/** Sends by the service with this id; without one, by the default type. Throws `unavailable`. */
export function createEmailSender(options: {
  readonly types: readonly EmailType[]
  readonly fallback: EmailType
  readonly snapshot: () => Snapshot
  readonly spoolDir: string
}): (serviceId: number | undefined, message: EmailMessage) => Promise<void> {
  const { types, fallback, snapshot, spoolDir } = options
  return async (serviceId, message) => {
    if (serviceId === undefined) return await open(fallback, {}).send(message)
    const { services, configLookups } = snapshot()
    const service = services.find(({ id }) => id === serviceId)
    const type = service && types.find(({ name }) => name === service.type)
    if (!type || !service.isActive)
      throw new AppError('unavailable', `Service ${serviceId} is no active e-mail service.`)
    await open(type, resolveLookups(service.config, configLookups)).send(message)
  }

  function open(type: EmailType, config: ServiceConfig) {
    const parsed = type.config.safeParse(config)
    if (parsed.success) return type.open(parsed.data, { spoolDir })
    throw new AppError('unavailable', `The config of a service of type '${type.name}' is not complete.`, {
      cause: parsed.error,
    })
  }
}
