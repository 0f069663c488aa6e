// Makes a database of 2 000 tables with 20 columns each on a MySQL or MariaDB server, replacing one of that name.
// node bench/scale/make-mysql-schema.mjs [mysql://root@127.0.0.1:3306/sluice_scale] [tables]
import { createConnection } from 'mysql2/promise'

const url = new URL(process.argv[2] ?? 'mysql://root@127.0.0.1:3306/sluice_scale')
const tables = Number(process.argv[3] ?? 2000)
const name = decodeURIComponent(url.pathname.slice(1))
if (!/^\w+$/.test(name)) throw new Error('the URL must end with the name of the database to make')
url.pathname = ''

const connection = await createConnection(url.toString())
try {
  await connection.query(`drop database if exists ${name}`)
  await connection.query(`create database ${name} character set utf8mb4`)
  await connection.query(`use ${name}`)
  for (let number = 0; number < tables; number++) await connection.query(tableText(number))
  console.log(`${tables} tables in database ${name}`)
} finally {
  await connection.end()
}

/** Each table points at the one ten before it, so that chains are long but not one single chain. */
function tableText(number) {
  const parent = number >= 10 ? `entity_${padded(number - 10)}` : undefined
  return `create table entity_${padded(number)} (
    id bigint unsigned not null auto_increment comment 'Number of the row',
    parent_id bigint unsigned null comment 'The row this one belongs to',
    code varchar(40) not null comment 'Unique business key',
    region char(2) not null default 'DE',
    name varchar(120) not null comment 'Shown to people',
    description text null,
    status enum('new', 'open', 'paid', 'closed') not null default 'new',
    is_active tinyint(1) not null default 1,
    quantity int not null default 0,
    price decimal(12,2) not null default 0.00 comment 'Net, in euro',
    discount decimal(5,4) null,
    weight double null,
    due_on date null,
    starts_at time null,
    created_at timestamp not null default current_timestamp,
    updated_at datetime(3) null default current_timestamp(3) on update current_timestamp(3),
    attributes json null,
    picture blob null,
    external_id char(36) null,
    total decimal(14,2) as (quantity * price) stored,
    primary key (id),
    unique key code (code, region),
    key name (name),
    key parent (parent_id)${
      parent
        ? `,
    constraint fk_${padded(number)} foreign key (parent_id) references ${parent} (id) on delete cascade`
        : ''
    },
    constraint quantity_${padded(number)} check (quantity >= 0)
  ) comment = 'Entity number ${number} of the scale world'`
}

function padded(number) {
  return String(number).padStart(4, '0')
}
