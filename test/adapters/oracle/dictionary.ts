/**
 * Oracle's dictionary over that of PostgreSQL, by the Database Reference ("Static Data Dictionary Views"), as far as the adapter reads it:
 * docs.oracle.com/en/database/oracle/oracle-database/23/refrn/ALL_TABLES.html and so on, one page for each view.
 */
export const DICTIONARY = `
create table ora_columns (rel oid, name text, type text, default_text text, counts boolean, primary key (rel, name));
create function sys_context(space text, word text) returns text language sql immutable as $$ select 'APP'::text $$;
create function trunc(moment timestamp) returns timestamp language sql immutable as $$ select date_trunc('day', moment) $$;
create function ora_is_json(words text) returns boolean language plpgsql immutable as $$
  begin perform words::json; return true; exception when others then return false; end $$;
create view all_users as select 'APP'::text as username, 'N'::text as oracle_maintained;
create view all_tables as select 'APP'::text as owner, relname::text as table_name, null::text as num_rows, 'NO'::text as nested,
    'N'::text as secondary, null::text as iot_type
  from pg_class where relnamespace = '"APP"'::regnamespace and relkind = 'r';
create view all_views as select ''::text as owner, ''::text as view_name where false;
create view all_tab_cols as select 'APP'::text as owner, c.relname::text as table_name, a.attname::text as column_name, a.attnum as column_id,
    case when k.type ~ '^(NUMBER|VARCHAR2|RAW|FLOAT)' then split_part(k.type, '(', 1) else k.type end as data_type,
    null::text as data_type_owner, '22'::text as data_length,
    case when k.type ~ '^VARCHAR2' then substring(k.type from '\\((\\d+)') else '0' end as char_length,
    case when k.type ~ '^VARCHAR2' then 'C' end as char_used,
    case when k.type ~ '^NUMBER\\(' then substring(k.type from '\\((\\d+)') end as data_precision,
    case when k.type ~ '^NUMBER\\(' then coalesce(substring(k.type from ',(-?\\d+)'), '0') end as data_scale,
    case when a.attnotnull then 'N' else 'Y' end as nullable, k.default_text as data_default, 'NO'::text as virtual_column,
    'NO'::text as hidden_column, case when k.counts then 'YES' else 'NO' end as identity_column
  from ora_columns k join pg_attribute a on a.attrelid = k.rel and a.attname = k.name join pg_class c on c.oid = k.rel;
create view ora_rules as select k.oid, k.conrelid, k.confrelid, k.conkey, k.confkey, k.conname::text as constraint_name,
    upper(k.contype::text) as contype, k.confdeltype, c.relname::text as table_name, pg_get_expr(k.conbin, k.conrelid) as said
  from pg_constraint k join pg_class c on c.oid = k.conrelid where c.relnamespace = '"APP"'::regnamespace;
create view all_constraints as select 'APP'::text as owner, table_name, constraint_name, case contype when 'F' then 'R' else contype end as constraint_type,
    case contype when 'F' then 'APP' end as r_owner,
    (select t.constraint_name from ora_rules t where t.conrelid = k.confrelid and t.contype in ('P', 'U') and t.conkey = k.confkey limit 1)
      as r_constraint_name,
    case when contype = 'F' then case confdeltype when 'c' then 'CASCADE' when 'n' then 'SET NULL' else 'NO ACTION' end end as delete_rule,
    regexp_replace(regexp_replace(said, '^\\((.*)\\)$', '\\1'), '^ora_is_json\\((.*)\\)$', '\\1 is json') as search_condition_vc
  from ora_rules k
  union all select 'APP', c.relname::text, 'SYS_C' || a.attrelid || '_' || a.attnum, 'C', null, null, null, '"' || a.attname || '" IS NOT NULL'
  from pg_attribute a join pg_class c on c.oid = a.attrelid
  where c.relnamespace = '"APP"'::regnamespace and c.relkind = 'r' and a.attnum > 0 and a.attnotnull and a.attname <> 'rowid';
create view all_cons_columns as select 'APP'::text as owner, k.constraint_name, k.table_name, a.attname::text as column_name, p.place::text as position
  from ora_rules k cross join unnest(k.conkey) with ordinality as p(number, place)
  join pg_attribute a on a.attrelid = k.conrelid and a.attnum = p.number;
create view ora_indexes as select t.relname::text as table_name, x.relname::text as index_name, i.indisunique, i.indrelid, i.indkey
  from pg_index i join pg_class x on x.oid = i.indexrelid join pg_class t on t.oid = i.indrelid where t.relnamespace = '"APP"'::regnamespace;
create view all_indexes as select 'APP'::text as owner, index_name, case when indisunique then 'UNIQUE' else 'NONUNIQUE' end as uniqueness
  from ora_indexes;
create view all_ind_columns as select 'APP'::text as table_owner, x.table_name, 'APP'::text as index_owner, x.index_name,
    a.attname::text as column_name, p.place as column_position
  from ora_indexes x cross join unnest(x.indkey) with ordinality as p(number, place)
  join pg_attribute a on a.attrelid = x.indrelid and a.attnum = p.number;
create view all_tab_comments as select ''::text as owner, ''::text as table_name, ''::text as comments where false;
create view all_col_comments as select ''::text as owner, ''::text as table_name, ''::text as column_name, ''::text as comments where false;
create view all_procedures as select ''::text as owner, ''::text as object_name, ''::text as procedure_name, ''::text as object_type,
  ''::text as object_id, 0 as subprogram_id, ''::text as overload, 'NO'::text as aggregate, 'NO'::text as pipelined where false;
create view all_arguments as select ''::text as owner, ''::text as object_id, 0 as subprogram_id, ''::text as argument_name, 0 as position,
  ''::text as in_out, ''::text as data_type, ''::text as data_length, ''::text as char_length, ''::text as char_used, ''::text as data_precision,
  ''::text as data_scale, ''::text as defaulted, 0 as data_level where false;
`
