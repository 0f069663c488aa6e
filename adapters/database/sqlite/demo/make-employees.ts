import { DAY, LAST_MOMENT, moment, toDate } from './calendar.ts'
import { at, createRandom, type Random } from './random.ts'
import { personName, REGIONS } from './words.ts'

export interface Employee {
  readonly row: {
    readonly id: number
    readonly username: string
    readonly first_name: string
    readonly last_name: string
    readonly email: string
    readonly job_title: string
    readonly department: Department
    readonly manager_id: number | null
    readonly hired_on: string
    readonly left_on: string | null
    readonly salary: number
    readonly is_full_time: number
  }
  readonly hiredAt: number
  /** Infinity for those still here. */
  readonly leftAt: number
  /** How much of their department's work they do. */
  readonly share: number
}

export type Department = 'Management' | 'Sales' | 'Support' | 'Warehouse' | 'Purchasing' | 'Finance' | 'IT'

/** Below the director: a head each, team leads below the head, staff below the leads (or the head, where there is no lead). */
const DEPARTMENTS: readonly {
  name: Department
  leads: number
  staff: number
  title: string
  salary: number
}[] = [
  { name: 'Sales', leads: 2, staff: 10, title: 'Sales advisor', salary: 39_000 },
  { name: 'Support', leads: 1, staff: 8, title: 'Support agent', salary: 34_000 },
  { name: 'Warehouse', leads: 2, staff: 12, title: 'Warehouse worker', salary: 31_000 },
  { name: 'Purchasing', leads: 0, staff: 5, title: 'Buyer', salary: 42_000 },
  { name: 'Finance', leads: 0, staff: 4, title: 'Accountant', salary: 46_000 },
  { name: 'IT', leads: 0, staff: 4, title: 'Engineer', salary: 56_000 },
]

/** Managers come before their people, were hired before them, and never leave. */
export function makeEmployees(): readonly Employee[] {
  const random = createRandom('employees')
  const hire = (post: Omit<Post, 'id'>) => {
    const employee = makeEmployee(random, { ...post, id: employees.length + 1 })
    employees.push(employee)
    return employee
  }
  const employees: Employee[] = []
  const director = hire({
    title: 'Managing director',
    department: 'Management',
    salary: 128_000,
    from: '2014-03-01',
    days: 1,
  })
  const heads = DEPARTMENTS.map(({ name, salary }) =>
    hire({
      title: `Head of ${name}`,
      department: name,
      manager: director,
      salary: salary * 2,
      from: '2014-06-01',
      days: 900,
    }),
  )
  for (const [index, { name, leads, staff, title, salary }] of DEPARTMENTS.entries()) {
    const head = at(heads, index)
    const team = { department: name, manager: head, from: '2017-01-01', days: 1000 }
    const managers = Array.from({ length: leads }, () =>
      hire({ ...team, title: `${name} team lead`, salary: salary * 1.4 }),
    )
    const first = { department: name, title, salary, from: '2019-10-01', days: 1500 }
    for (let place = 0; place < staff; place++) {
      const manager = managers[place % managers.length] ?? head
      hire({ ...first, manager, mayLeave: place > 1, ...(place > 1 ? { days: 2400 } : {}) })
    }
  }
  return employees
}

/** Who of a department was at work at a moment, drawn by their share of the work. */
export function pickEmployee(random: Random, staff: readonly Employee[], seconds: number): Employee {
  const present = staff.filter((employee) => employee.hiredAt <= seconds && seconds < employee.leftAt)
  return random.weighted(present, (employee) => employee.share)
}

interface Post {
  readonly id: number
  readonly title: string
  readonly department: Department
  readonly manager?: Employee
  /** Euros a year, before what the person made of it. */
  readonly salary: number
  /** Hired within this many days of `from`. */
  readonly from: string
  readonly days: number
  readonly mayLeave?: boolean
}

function makeEmployee(random: Random, post: Post): Employee {
  const name = personName(random, at(REGIONS, random.int(0, 7)))
  const hiredAt = moment(post.from) + random.int(0, post.days - 1) * DAY
  const leaves = post.mayLeave === true && random.chance(22)
  const leftAt = leaves ? hiredAt + random.int(200, 1500) * DAY : Number.POSITIVE_INFINITY
  const hasLeft = leftAt <= LAST_MOMENT
  const username = `${name.mailbox}${post.id}`
  return {
    row: {
      id: post.id,
      username,
      first_name: name.first,
      last_name: name.last,
      email: `${username}@shop.example.com`,
      job_title: post.title,
      department: post.department,
      manager_id: post.manager?.row.id ?? null,
      hired_on: toDate(hiredAt),
      left_on: hasLeft ? toDate(leftAt) : null,
      salary: Math.round((post.salary * random.int(92, 118)) / 100),
      is_full_time: random.chance(82) ? 1 : 0,
    },
    hiredAt,
    leftAt: hasLeft ? leftAt : Number.POSITIVE_INFINITY,
    share: random.int(2, 9),
  }
}
