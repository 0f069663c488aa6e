/** Rows that are to be had whole, whatever the limits of an answer; their table, rules and filters are those of any read. */
export interface ExportRequest {
  readonly table_name: string
  readonly filter?: string | undefined
  /** A filter as data, besides. */
  readonly where?: object | undefined
  readonly fields?: readonly string[] | undefined
  readonly order?: string | undefined
  readonly format: 'csv' | 'json'
}
