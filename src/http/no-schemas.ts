/** Routes have no schemas: zod checks what comes in. The compilers that fastify brings for them would be 6 % of the idle memory. */
export const NO_SCHEMAS = { compilersFactory: { buildValidator: refuse, buildSerializer: refuse } } as const

function refuse(): never {
  throw new Error('Routes of this server have no schemas.')
}
