import { MssqlQueryCompiler } from 'kysely'

/** Values that stand several times in a statement are sent once: a statement takes no more than 2100. */
export class SqlserverQueryCompiler extends MssqlQueryCompiler {
  readonly #places = new Map<unknown, number>()

  protected override appendValue(parameter: unknown): void {
    const known = this.#places.get(parameter)
    if (known !== undefined) {
      this.append(`@${known}`)
      return
    }
    this.addParameter(parameter)
    this.#places.set(parameter, this.numParameters)
    this.append(`@${this.numParameters}`)
  }
}
