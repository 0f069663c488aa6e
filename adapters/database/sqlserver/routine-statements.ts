/** What is asked of the catalogue about routines (learn.microsoft.com, "System catalog views"). */
export const ROUTINES = {
  columns: { id: 'o.object_id', schema: 's.name', name: 'o.name', type: 'o.type' },
  from: `from sys.objects o join sys.schemas s on s.schema_id = o.schema_id
    where o.type in ('P', 'PC', 'FN', 'FS', 'IF', 'TF', 'FT') and o.is_ms_shipped = 0
      and s.name not in ('sys', 'INFORMATION_SCHEMA', 'information_schema') order by s.name, o.name`,
}

/** Place 0 is the value that a function returns. */
export const PARAMETERS = {
  columns: {
    id: 'p.object_id',
    name: 'p.name',
    place: 'p.parameter_id',
    is_output: 'p.is_output',
    type: 't.name',
    base: 'b.name',
    max_length: 'p.max_length',
    precision: 'p.precision',
    scale: 'p.scale',
  },
  from: `from sys.parameters p left join sys.types t on t.user_type_id = p.user_type_id
    left join sys.types b on b.user_type_id = p.system_type_id order by p.object_id, p.parameter_id`,
}

export const COMMENTS = {
  columns: { id: 'p.major_id', text: 'cast(p.value as nvarchar(4000))' },
  from: "from sys.extended_properties p where p.class = 1 and p.minor_id = 0 and p.name = 'MS_Description'",
}

/** Beginnings of the texts of routines with parameters; those that are encrypted are null. */
export const MODULES = {
  columns: { id: 'm.object_id', text: 'left(m.definition, 16000)' },
  from: `from sys.sql_modules m where m.object_id in (select p.object_id from sys.parameters p where p.parameter_id > 0)`,
}
