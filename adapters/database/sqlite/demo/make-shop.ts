import { makeAuditLog } from './make-audit-log.ts'
import { makeCatalogue } from './make-catalogue.ts'
import { makeCustomers } from './make-customers.ts'
import { makeEmployees } from './make-employees.ts'
import { makeOrders } from './make-orders.ts'
import { makePayments } from './make-payments.ts'
import { makeReviews } from './make-reviews.ts'

/** Column name → value; money in euros. */
export type Row = Readonly<Record<string, string | number | Uint8Array | null>>

export interface TableRows {
  readonly table: string
  /** All with the same columns. */
  readonly rows: readonly Row[]
}

/** Every row of the shop, parents before children; the same on every machine. */
export function makeShop(): readonly TableRows[] {
  const catalogue = makeCatalogue()
  const { products, productsByLeaf } = catalogue
  const employees = makeEmployees()
  const customers = makeCustomers()
  const orders = makeOrders({ customers, employees, productsByLeaf })
  const rowsOf = <T extends { readonly row: Row }>(things: readonly T[]) => things.map((thing) => thing.row)
  return [
    { table: 'categories', rows: catalogue.categories },
    { table: 'suppliers', rows: catalogue.suppliers },
    { table: 'products', rows: rowsOf(products) },
    { table: 'tags', rows: catalogue.tags },
    { table: 'product_tags', rows: catalogue.productTags },
    { table: 'employees', rows: rowsOf(employees) },
    { table: 'customers', rows: rowsOf(customers) },
    { table: 'addresses', rows: customers.flatMap((customer) => customer.addresses) },
    { table: 'orders', rows: rowsOf(orders) },
    { table: 'order_items', rows: orders.flatMap((order) => rowsOf(order.items)) },
    { table: 'payments', rows: makePayments(orders) },
    { table: 'reviews', rows: makeReviews(orders) },
    { table: 'audit log', rows: makeAuditLog({ orders, products, employees }) },
  ]
}
