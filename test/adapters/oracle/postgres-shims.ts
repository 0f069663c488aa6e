/** Oracle's functions, as far as the adapter uses them, on PostgreSQL. */
export const SHIMS: readonly string[] = [
  `create function ora_format(format text) returns text language sql immutable
     as $$ select replace(replace(replace(format, 'FF9', 'US"000"'), 'TZH:TZM', 'TZH:TZM'), ' TZR', '') $$`,
  `create function ora_to_char(moment timestamp, format text) returns text language sql immutable
     as $$ select to_char(moment, ora_format(format)) $$`,
  `create function ora_to_char(span interval) returns text language sql immutable
     as $$ select to_char(span, '"+00" HH24:MI:SS.US') $$`,
  `create function ora_to_char(number numeric) returns text language sql immutable as $$ select number::text $$`,
  `create function ora_to_char(number double precision) returns text language sql immutable as $$ select number::text $$`,
  `create function ora_to_number(digits text) returns numeric language sql immutable as $$ select digits::numeric $$`,
  `create function ora_to_date(moment text, format text) returns timestamp language sql immutable
     as $$ select moment::timestamp $$`,
  `create function ora_to_timestamp(moment text, format text) returns timestamp language sql immutable
     as $$ select moment::timestamp $$`,
  `create function ora_to_dsinterval(span text) returns interval language sql immutable
     as $$ select split_part(span, ' ', 2)::interval $$`,
  `create function ora_to_clob(words text) returns text language sql immutable as $$ select words $$`,
  `create function ora_regexp_like(words text, pattern text, flags text) returns boolean language sql immutable
     as $$ select words ~ ('(?s)' || pattern) $$`,
  `create function ora_lob_compare(one text, other text) returns integer language sql immutable
     as $$ select case when one = other then 0 when one collate "C" < other collate "C" then -1 when one is null or other is null then null else 1 end $$`,
  `create function ora_lob_compare(one bytea, other bytea) returns integer language sql immutable
     as $$ select case when one = other then 0 when one < other then -1 when one is null or other is null then null else 1 end $$`,
  `create function ora_lob_substr(bytes bytea, amount integer, place integer) returns bytea language sql immutable
     as $$ select substr(bytes, place, amount) $$`,
  `create function ora_lob_substr(words text, amount integer, place integer) returns text language sql immutable
     as $$ select substr(words, place, amount) $$`,
]
