import * as z from 'zod'

/** What is shown of a table; it stands in the address, so that a view can be kept and sent. */
export interface View {
  readonly filter: string
  /** Name of a field, and the way. */
  readonly order: { readonly field: string; readonly isDown: boolean } | undefined
  readonly offset: number
  readonly size: number
}

export const PAGE_SIZES = [50, 100, 500, 1000] as const

const texts = z.object({
  filter: z.coerce.string().catch(''),
  order: z.coerce.string().catch(''),
  offset: z.coerce.number().int().min(0).catch(0),
  size: z.coerce.number().int().catch(100),
})

/** A view from the search part of an address; what is wrong there counts as absent. */
export function viewOf(search: Readonly<Record<string, unknown>>): View {
  const { filter, order, offset, size } = texts.parse({ filter: '', order: '', ...search })
  const way = /^(?<field>.+?)(?<down> desc)?$/.exec(order)?.groups
  return {
    filter,
    order: way?.field === undefined ? undefined : { field: way.field, isDown: way.down !== undefined },
    offset,
    size: PAGE_SIZES.find((one) => one === size) ?? 100,
  }
}

/** The search part of an address for a view; defaults are left out. */
export function searchOf({ filter, order, offset, size }: View): Record<string, string | number> {
  return {
    ...(filter !== '' && { filter }),
    ...(order && { order: orderText(order) }),
    ...(offset > 0 && { offset }),
    ...(size !== 100 && { size }),
  }
}

export function orderText({ field, isDown }: NonNullable<View['order']>): string {
  return isDown ? `${field} desc` : field
}

/** The order after a click on a field's head: up, down, none. */
export function nextOrder(order: View['order'], field: string): View['order'] {
  if (order?.field !== field) return { field, isDown: false }
  return order.isDown ? undefined : { field, isDown: true }
}
