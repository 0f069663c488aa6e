import { createRequire } from 'node:module'

/** What is used of the packages, whose own types name members that other settings than theirs refuse. */
interface Antlr {
  readonly CharStreams: { fromString(text: string): object }
  readonly CommonTokenStream: new (lexer: object) => object
  readonly CaseChangingStream: new (stream: object, isUpper: boolean) => object
  readonly PlSqlLexer: new (stream: object) => Recognizer
  readonly PlSQLGrammar: {
    readonly PlSqlParser: new (tokens: object) => Recognizer & { sql_script(): object }
  }
}

interface Recognizer {
  removeErrorListeners(): void
  addErrorListener(listener: object): void
}

// CommonJS without names that an import would find.
const require = createRequire(import.meta.url)
const antlr: Antlr = { ...require('antlr4ts'), ...require('antlr4ts-sql') }

/** Why a text is no PL/SQL by the grammar of ANTLR's collection; empty when it is. */
export function plsqlProblems(text: string): readonly string[] {
  const problems: string[] = []
  const listener = {
    syntaxError: (_of: unknown, _at: unknown, line: number, column: number, message: string) =>
      problems.push(`${line}:${column} ${message.slice(0, 200)}`),
  }
  // The grammar is of scripts, whose statements end with a semicolon.
  const script = antlr.CharStreams.fromString(text.endsWith(';') ? text : `${text};`)
  const lexer = new antlr.PlSqlLexer(new antlr.CaseChangingStream(script, true))
  const parser = new antlr.PlSQLGrammar.PlSqlParser(new antlr.CommonTokenStream(lexer))
  for (const recognizer of [lexer, parser]) {
    recognizer.removeErrorListeners()
    recognizer.addErrorListener(listener)
  }
  parser.sql_script()
  return problems
}
