import { DefaultQueryCompiler } from 'kysely'
import { checkedName } from './names.ts'

/** Kysely has none for this engine: names in double quotes, placeholders `:1`, `:2` …, which the driver binds in the order of the text. */
export class OracleQueryCompiler extends DefaultQueryCompiler {
  protected override getCurrentParameterPlaceholder(): string {
    return `:${this.numParameters}`
  }

  protected override sanitizeIdentifier(identifier: string): string {
    return checkedName(identifier)
  }
}
