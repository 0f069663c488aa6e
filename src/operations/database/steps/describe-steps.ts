import { findByName } from '../../../core/names.ts'
import type { OperationContext } from '../../../core/operation.ts'
import { describedRows } from '../describe-binary.ts'
import { loadSchema } from '../table-access.ts'
import type { StepAnswer } from './run-step.ts'
import type { Step } from './step-input.ts'

/** For an agent: after the last step, for steps take each other's values as they are. */
export async function describedAnswers(
  steps: readonly Step[],
  answers: readonly StepAnswer[],
  context: OperationContext,
): Promise<readonly StepAnswer[]> {
  const schema = await loadSchema(context)
  return Promise.all(
    answers.map(async (answer, index) => {
      const name = context.services.tableNamed(context.service.info.name, steps[index]?.table ?? '')
      const table = findByName(schema.tableByName, name)
      return table ? { ...answer, rows: await describedRows(table, answer.rows) } : answer
    }),
  )
}
