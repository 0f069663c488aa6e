import { AppError } from '../../core/errors.ts'
import type { CustomValues } from '../../system/accounts/custom-values.ts'
import { type Answer, listAnswer } from '../answer.ts'
import { requireRecords } from '../body.ts'
import { namedValues } from '../named-values.ts'
import { flag } from '../options.ts'
import type { RestRequest } from '../rest-request.ts'

/** `user/custom` and `user/custom/{name}`: one is answered as the value itself (dreamfactory-rest §2.9). */
export async function customOf(
  userId: number,
  request: RestRequest,
  values: CustomValues,
  signal: AbortSignal,
): Promise<Answer> {
  const { verb, body } = request
  const [, name] = request.path
  switch (verb) {
    case 'GET': {
      if (name !== undefined) return JSON.stringify(await values.get(userId, name, signal))
      const all = await values.list(userId, signal)
      return listAnswer(request, flag(request, 'as_list') ? all.map((one) => one.name) : all)
    }
    case 'POST':
    case 'PUT':
    case 'PATCH': {
      const records = name === undefined ? requireRecords(body) : [{ name, value: body ?? null }]
      const names = await values.put(userId, records, signal)
      const text = listAnswer(
        request,
        names.map((one) => ({ name: one })),
      )
      return verb === 'POST' ? { status: 201, text } : text
    }
    case 'DELETE': {
      const names = name === undefined ? namedValues(request) : [name]
      if (!names) throw nothingNamed()
      await values.remove(userId, names, signal)
      const gone = names.map((one) => ({ name: one }))
      return name === undefined ? listAnswer(request, gone) : JSON.stringify(gone[0])
    }
  }
}

function nothingNamed(): AppError {
  return new AppError('bad_request', 'No filter or records given for delete request.', {
    hint: 'Name the values: in the address, as ids, or in the body.',
  })
}
