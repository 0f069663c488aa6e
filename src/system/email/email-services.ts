import type { EmailAdapter, EmailMessage, EmailType } from '../../core/email/email.ts'
import { AppError } from '../../core/errors.ts'
import { resolveLookups } from '../service/resolve-lookups.ts'
import type { ServiceConfig } from '../service-config.ts'
import type { Snapshot } from '../snapshot.ts'

export interface EmailServices {
  /** By the service with this id; without one, by the default type. Throws `unavailable`. */
  send(serviceId: number | undefined, message: EmailMessage): Promise<void>
  isType(name: string): boolean
  /** Whether a service of this type would take over messages. Throws `unavailable` with the reason in plain words. */
  check(type: string, config: ServiceConfig): Promise<void>
}

export function createEmailServices(options: {
  readonly types: readonly EmailType[]
  readonly fallback: EmailType
  readonly snapshot: () => Snapshot
  readonly spoolDir: string
}): EmailServices {
  const { types, fallback, snapshot, spoolDir } = options
  const typeNamed = (name: string | undefined) => types.find((type) => type.name === name)

  function open(type: EmailType, config: ServiceConfig): EmailAdapter {
    const parsed = type.config.safeParse(resolveLookups(config, snapshot().configLookups))
    if (parsed.success) return type.open(parsed.data, { spoolDir })
    throw new AppError('unavailable', `The config of a service of type '${type.name}' is not complete.`, {
      cause: parsed.error,
    })
  }

  return {
    isType: (name) => typeNamed(name) !== undefined,
    async send(serviceId, message) {
      if (serviceId === undefined) return await open(fallback, {}).send(message)
      const service = snapshot().services.find(({ id }) => id === serviceId)
      const type = typeNamed(service?.type)
      if (!service || !type)
        throw new AppError('unavailable', `Service ${serviceId} is no e-mail service that can be used.`)
      if (!service.isActive)
        throw new AppError('unavailable', `The e-mail service '${service.name}' is not active.`)
      await open(type, service.config).send(message)
    },
    async check(name, config) {
      const type = typeNamed(name)
      if (!type) throw new AppError('internal', `There is no type of e-mail service '${name}'.`)
      await open(type, config).check()
    },
  }
}
