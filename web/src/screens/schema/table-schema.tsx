import { ActionIcon, Badge, Button, Group, Menu } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { Ellipsis, KeyRound, Link2, Pencil, Plus, Trash2 } from 'lucide-react'
import { useState } from 'react'
import {
  type Constraint,
  calledName,
  type FieldDescription,
  keyOf,
  type RelationDescription,
  type TableDescription,
} from '../../database/description.ts'
import { Panel } from '../../parts/panel.tsx'
import { TextLink } from '../../parts/text-link.tsx'
import { type Dropped, DropStep } from './drop-step.tsx'
import { FieldForm } from './field-form.tsx'
import { RelationForm } from './relation-form.tsx'
import classes from './table-schema.module.css'
import { WordsForm } from './words-form.tsx'

interface TableSchemaProps {
  readonly service: string
  readonly description: TableDescription
}

type Step =
  | { readonly what: 'field'; readonly edited?: FieldDescription }
  | { readonly what: 'relation' | 'words' }
  | { readonly what: 'drop'; readonly dropped: Dropped }

/** One table: fields, keys, relations, and what can be changed of them. */
export function TableSchema({ service, description }: TableSchemaProps) {
  const [step, setStep] = useState<Step>()
  const navigate = useNavigate()
  const close = () => setStep(undefined)
  const table = calledName(description)
  return (
    <div className={classes.all}>
      <header className={classes.head}>
        <div>
          <h2 className={classes.title}>{table}</h2>
          <div className={classes.links}>
            <TextLink to={`/data/${encodeURIComponent(service)}/${encodeURIComponent(table)}`}>
              Show its records
            </TextLink>
            <TextLink to={`/schema/${encodeURIComponent(service)}`}>Show the diagram</TextLink>
          </div>
        </div>
        <Group gap="xs">
          <Button variant="default" onClick={() => setStep({ what: 'words' })}>
            Label and alias
          </Button>
          {!description.is_view && (
            <>
              <Button
                variant="default"
                c="red"
                onClick={() => setStep({ what: 'drop', dropped: { kind: 'table', name: table } })}
              >
                Drop the table
              </Button>
              <Button leftSection={<Plus size={15} />} onClick={() => setStep({ what: 'field' })}>
                New field
              </Button>
            </>
          )}
        </Group>
      </header>
      {description.description && <p className={classes.words}>{description.description}</p>}
      <Panel title={description.is_view ? 'Fields of the view' : 'Fields'} isFlush>
        <Fields
          fields={description.field}
          isFixed={description.is_view}
          onEdit={(edited) => setStep({ what: 'field', edited })}
          onDrop={({ name }) => setStep({ what: 'drop', dropped: { kind: 'field', table, name } })}
        />
      </Panel>
      <Panel
        title="Relations"
        lead="Foreign keys of the database, both ways, and relations declared here."
        isFlush
        actions={
          <Button
            variant="default"
            size="xs"
            leftSection={<Plus size={14} />}
            onClick={() => setStep({ what: 'relation' })}
          >
            Declare a relation
          </Button>
        }
      >
        <Relations
          service={service}
          relations={description.related}
          onDrop={(relation) =>
            setStep({ what: 'drop', dropped: { kind: 'relation', table, name: relation.name } })
          }
        />
      </Panel>
      <Panel title="Keys and constraints" isFlush>
        <Constraints
          primaryKey={keyOf(description)}
          constraints={Object.values(description.constraints ?? {})}
        />
      </Panel>
      {step?.what === 'field' && (
        <FieldForm
          service={service}
          description={description}
          {...(step.edited && { edited: step.edited })}
          onClose={close}
        />
      )}
      {step?.what === 'relation' && (
        <RelationForm service={service} description={description} onClose={close} />
      )}
      {step?.what === 'words' && (
        <WordsForm
          service={service}
          description={description}
          onNamed={(name) =>
            void navigate({ to: `/schema/${encodeURIComponent(service)}/${encodeURIComponent(name)}` })
          }
          onClose={close}
        />
      )}
      {step?.what === 'drop' && <DropStep service={service} dropped={step.dropped} onClose={close} />}
    </div>
  )
}

interface FieldsProps {
  readonly fields: readonly FieldDescription[]
  readonly isFixed: boolean
  readonly onEdit: (field: FieldDescription) => void
  readonly onDrop: (field: FieldDescription) => void
}

function Fields({ fields, isFixed, onEdit, onDrop }: FieldsProps) {
  return (
    <table className={classes.table}>
      <thead>
        <tr>
          <th scope="col">Name</th>
          <th scope="col">Type</th>
          <th scope="col">Null</th>
          <th scope="col">Default</th>
          <th scope="col">About</th>
          <th scope="col">
            <span className="visually-hidden">Change</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {fields.map((field) => (
          <tr key={field.name}>
            <th scope="row">
              <span className={classes.name}>
                {field.is_primary_key && <KeyRound size={13} aria-label="Key" />}
                {field.is_foreign_key && <Link2 size={13} aria-label="Reference" />}
                {calledName(field)}
              </span>
              {field.alias && <span className={classes.quiet}>{field.name} in the database</span>}
            </th>
            <td>
              {field.type}
              {field.db_type && field.db_type !== field.type && (
                <span className={classes.quiet}>{field.db_type}</span>
              )}
            </td>
            <td>{field.allow_null ? 'yes' : 'no'}</td>
            <td>{defaultWords(field)}</td>
            <td>
              {field.is_unique && <Badge variant="default">unique</Badge>}{' '}
              {field.is_virtual && <Badge variant="default">computed</Badge>}{' '}
              {field.ref_table && (
                <span>
                  refers to {field.ref_table}.{field.ref_field}
                </span>
              )}
              {field.description && <span className={classes.quiet}>{field.description}</span>}
            </td>
            <td className={classes.actions}>
              <Menu position="bottom-end">
                <Menu.Target>
                  <ActionIcon variant="subtle" color="gray" aria-label={`Change ${calledName(field)}`}>
                    <Ellipsis size={16} />
                  </ActionIcon>
                </Menu.Target>
                <Menu.Dropdown>
                  <Menu.Item leftSection={<Pencil size={14} />} onClick={() => onEdit(field)}>
                    Change
                  </Menu.Item>
                  {!isFixed && !field.is_primary_key && (
                    <Menu.Item color="red" leftSection={<Trash2 size={14} />} onClick={() => onDrop(field)}>
                      Drop the field
                    </Menu.Item>
                  )}
                </Menu.Dropdown>
              </Menu>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function defaultWords({ default: value, auto_increment }: FieldDescription): string {
  if (auto_increment) return 'next number'
  if (value === null || value === undefined) return ''
  if (typeof value === 'object' && 'expression' in value) return String(value.expression)
  return JSON.stringify(value)
}

const RELATION_WORDS = {
  belongs_to: 'belongs to one',
  has_one: 'has one',
  has_many: 'has many',
  many_many: 'many, through a table',
} as const

interface RelationsProps {
  readonly service: string
  readonly relations: readonly RelationDescription[]
  readonly onDrop: (relation: RelationDescription) => void
}

function Relations({ relations, onDrop }: RelationsProps) {
  if (relations.length === 0)
    return <p className={classes.none}>No table refers to this one, and it refers to none.</p>
  return (
    <table className={classes.table}>
      <thead>
        <tr>
          <th scope="col">Name</th>
          <th scope="col">Kind</th>
          <th scope="col">From field</th>
          <th scope="col">To</th>
          <th scope="col">
            <span className="visually-hidden">Change</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {relations.map((relation) => (
          <tr key={relation.name}>
            <th scope="row">{calledName(relation)}</th>
            <td>{RELATION_WORDS[relation.type]}</td>
            <td>{relation.field}</td>
            <td>
              {relation.ref_table}.{relation.ref_field}
              {relation.junction_table && (
                <span className={classes.quiet}>through {relation.junction_table}</span>
              )}
            </td>
            <td className={classes.actions}>
              {relation.is_virtual && (
                <ActionIcon
                  variant="subtle"
                  color="red"
                  aria-label={`Take away the relation ${calledName(relation)}`}
                  onClick={() => onDrop(relation)}
                >
                  <Trash2 size={15} />
                </ActionIcon>
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function Constraints({
  primaryKey,
  constraints,
}: {
  readonly primaryKey: readonly string[]
  readonly constraints: readonly Constraint[]
}) {
  if (primaryKey.length === 0 && constraints.length === 0) return <p className={classes.none}>None.</p>
  return (
    <table className={classes.table}>
      <thead>
        <tr>
          <th scope="col">Kind</th>
          <th scope="col">Fields</th>
          <th scope="col">Refers to</th>
          <th scope="col">Name</th>
        </tr>
      </thead>
      <tbody>
        {primaryKey.length > 0 && (
          <tr>
            <th scope="row">primary key</th>
            <td>{primaryKey.join(', ')}</td>
            <td />
            <td />
          </tr>
        )}
        {constraints.map((one) => (
          <tr key={one.constraint_name}>
            <th scope="row">{one.constraint_type.toLowerCase()}</th>
            <td>{one.column_name.join(', ')}</td>
            <td>
              {one.referenced_table_name &&
                `${one.referenced_table_name} (${one.referenced_column_name?.join(', ') ?? ''})`}
              {one.delete_rule && one.delete_rule !== 'NO ACTION' && (
                <span className={classes.quiet}>on delete {one.delete_rule.toLowerCase()}</span>
              )}
            </td>
            <td>{one.constraint_name}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
