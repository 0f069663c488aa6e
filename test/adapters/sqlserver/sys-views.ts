/**
 * The catalogue of SQL Server over that of PostgreSQL, in the words of learn.microsoft.com ("System catalog views"), as far as the adapter
 * reads it. A column's type is the name of its domain: `nvarchar(40)`.
 */
export const SYS_VIEWS = `
create schema if not exists sys;
create schema if not exists dbo;
create function sys.getdate() returns timestamp(3) language sql stable as $$ select localtimestamp(3) $$;
create function sys.schema_name() returns text language sql stable as $$ select 'dbo'::text $$;
create function sys.db_name() returns text language sql stable as $$ select current_database()::text $$;
create function sys.db_id() returns int language sql stable as $$ select 1 $$;
create function sys.len(value text) returns int language sql immutable as $$ select length(rtrim(value, ' ')) $$;
create function sys.isjson(value text) returns int language plpgsql immutable as $$
  begin perform value::json; return case when value is null then null else 1 end;
  exception when others then return 0; end $$;
create function sys.object_id(name text) returns int language sql stable as $$ select to_regclass(name)::oid::int $$;
create view sys.databases as select 1 as database_id, 1 as snapshot_isolation_state;
create view sys.schemas as select oid::int as schema_id, nspname::text as name from pg_namespace;
create view sys.tables as select c.oid::int as object_id, c.relnamespace::int as schema_id, c.relname::text as name, 0 as is_ms_shipped
  from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.relkind = 'r' and n.nspname = 'dbo';
create view sys.views as select c.oid::int as object_id, c.relnamespace::int as schema_id, c.relname::text as name, 0 as is_ms_shipped
  from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.relkind = 'v' and n.nspname = 'dbo';
create view sys.objects as select 0 as object_id, 0 as schema_id, ''::text as name, 'P'::text as type, 0 as is_ms_shipped where false;
create view sys.known as
  select a.attrelid::int as object_id, a.attname::text as name, a.attnum::int as column_id, not a.attnotnull as nullable,
    a.attidentity <> '' as numbered, a.attgenerated <> '' as computed,
    case when t.typtype = 'd' then t.typname::text else format_type(t.oid, null) end as word, d.oid::int as default_id
  from pg_attribute a join pg_type t on t.oid = a.atttypid left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
  where a.attnum > 0 and not a.attisdropped;
create table sys.words (id serial, word text unique);
insert into sys.words (word) values ('int'), ('bigint'), ('smallint'), ('bit'), ('nvarchar'), ('varchar'), ('nchar'), ('char'),
  ('varbinary'), ('binary'), ('decimal'), ('numeric'), ('money'), ('float'), ('real'), ('date'), ('time'), ('datetime'), ('datetime2'),
  ('datetimeoffset'), ('uniqueidentifier'), ('xml'), ('tinyint');
create view sys.types as select id as user_type_id, id as system_type_id, word as name from sys.words;
create view sys.columns as select k.object_id, k.name, k.column_id, w.id as user_type_id, w.id as system_type_id,
    case when size[1] = 'max' then -1 when base in ('nvarchar', 'nchar') then size[1]::int * 2
      when base in ('varchar', 'char', 'varbinary', 'binary') then size[1]::int else 8 end as max_length,
    case when base in ('decimal', 'numeric') then coalesce(size[1]::int, 18) else 0 end as precision,
    case when base in ('decimal', 'numeric') then coalesce(size[2]::int, 0)
      when base in ('datetime2', 'datetimeoffset', 'time') then coalesce(size[1]::int, 7) else 0 end as scale,
    k.nullable::int as is_nullable, k.numbered::int as is_identity, k.computed::int as is_computed,
    coalesce(k.default_id, 0) as default_object_id, 0 as generated_always_type
  from (select *, case split_part(word, '(', 1) when 'integer' then 'int' else split_part(word, '(', 1) end as base,
    string_to_array(rtrim(split_part(word, '(', 2), ')'), ',') as size from sys.known) k join sys.words w on w.word = k.base;
create view sys.default_constraints as select d.oid::int as object_id, d.adrelid::int as parent_object_id, d.adnum::int as parent_column_id,
    'df of ' || a.attname as name, '(' || pg_get_expr(d.adbin, d.adrelid) || ')' as definition
  from pg_attrdef d join pg_attribute a on a.attrelid = d.adrelid and a.attnum = d.adnum;
create view sys.indexes as select i.indrelid::int as object_id, c.relname::text as name, i.indexrelid::int as index_id,
    i.indisprimary::int as is_primary_key, i.indisunique::int as is_unique, (k.oid is not null)::int as is_unique_constraint,
    pg_get_expr(i.indpred, i.indrelid) as filter_definition, 0 as is_disabled, 2 as type
  from pg_index i join pg_class c on c.oid = i.indexrelid left join pg_constraint k on k.conindid = i.indexrelid and k.contype = 'u';
create view sys.index_columns as select i.indrelid::int as object_id, i.indexrelid::int as index_id, p.attnum::int as column_id, 
    p.place::int as index_column_id,
    p.place::int as key_ordinal, 0 as is_included_column, 0 as is_descending_key from pg_index i cross join unnest(i.indkey) with ordinality as p(attnum, place);
create view sys.foreign_keys as select k.oid::int as object_id, k.conname::text as name, k.conrelid::int as parent_object_id,
    k.confrelid::int as referenced_object_id,
    case k.confupdtype when 'c' then 'CASCADE' when 'n' then 'SET_NULL' when 'd' then 'SET_DEFAULT' else 'NO_ACTION' end
      as update_referential_action_desc,
    case k.confdeltype when 'c' then 'CASCADE' when 'n' then 'SET_NULL' when 'd' then 'SET_DEFAULT' else 'NO_ACTION' end
      as delete_referential_action_desc from pg_constraint k where k.contype = 'f';
create view sys.foreign_key_columns as select k.oid::int as constraint_object_id, p.place::int as constraint_column_id,
    k.conrelid::int as parent_object_id, p.attnum::int as parent_column_id, k.confrelid::int as referenced_object_id,
    k.confkey[p.place]::int as referenced_column_id
  from pg_constraint k cross join unnest(k.conkey) with ordinality as p(attnum, place) where k.contype = 'f';
create view sys.check_constraints as select k.conname::text as name, k.conrelid::int as parent_object_id,
    pg_get_expr(k.conbin, k.conrelid) as definition, 0 as is_disabled from pg_constraint k where k.contype = 'c' and k.conrelid <> 0;
create view sys.partitions as select c.oid::int as object_id, 1 as index_id, greatest(c.reltuples, 0)::bigint as rows
  from pg_class c where c.relkind = 'r';
create view sys.triggers as select 0 as parent_id, 1 as parent_class, 0 as is_disabled where false;
create view sys.extended_properties as select 0 as major_id, 0 as minor_id, 1 as class, ''::text as name, ''::text as value where false;
`
