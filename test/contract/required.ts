/** Engines that must run, `memory,sqlite,…`: for these a skip is a failure. */
export const required: readonly string[] = (process.env.REQUIRE_ENGINES ?? '')
  .split(',')
  .filter((name) => name !== '')
