import type { Gap } from '../scene.ts'

const NO_EMPTY_TEXT = 'Oracle keeps no empty text or bytes: they are null'
const NO_QUOTES = 'no name holds a double quote on Oracle'
const NO_OTHER_TYPE = 'Oracle changes no type while there are rows'
const NO_RULE = 'Oracle has no rule for a key that changes'

/** What Oracle does not do, whatever the adapter does: docs/oracle.md. */
export const ORACLE_GAPS: readonly Gap[] = [
  { test: 'types > text "" stays as it is', why: NO_EMPTY_TEXT },
  { test: 'types > empty text is not null', why: NO_EMPTY_TEXT },
  { test: 'types > bytes of every value come back as base64', why: NO_EMPTY_TEXT },
  { test: "procedures and functions > a function > say_again of { words: '' }", why: NO_EMPTY_TEXT },
  { test: 'agreement with the reference engine > on 300 writes', why: NO_EMPTY_TEXT },
  { test: 'names and injection > reads fields whose names need quoting', why: NO_QUOTES },
  { test: 'names and injection > filters, groups and sorts by fields whose names', why: NO_QUOTES },
  { test: 'names and injection > writes fields whose names need quoting', why: NO_QUOTES },
  { test: 'names and injection > the name " OR 1=1; --', why: NO_QUOTES },
  { test: 'filters by other tables > values and names are quoted as anywhere', why: NO_QUOTES },
  { test: 'constraints > CASCADE on update carries a new key', why: NO_RULE },
  { test: 'schema > makes a table with everything in it', why: NO_RULE },
  { test: 'schema changes > a field > gets another type, and its values are of it', why: NO_OTHER_TYPE },
  { test: 'schema changes > keys hold as before', why: NO_OTHER_TYPE },
]
